//! AgentCore Memory: operations without a name in the GenAI conventions.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::agentcore::{
    ACTOR_ID, EVENT_ID, MEMORY_JOB_ID, MEMORY_NAMESPACE, MEMORY_STRATEGY_ID,
};
use crate::semconv::{CONVERSATION_ID, MEMORY_RECORD_COUNT, MEMORY_RECORD_ID, MEMORY_STORE_ID};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    get_event(GetEventInput, GetEventError)
        [
            MEMORY_STORE_ID = memory_id,
            EVENT_ID = event_id,
            ACTOR_ID = actor_id,
            CONVERSATION_ID = session_id,
        ];
    get_memory_record(GetMemoryRecordInput, GetMemoryRecordError)
        [
            MEMORY_STORE_ID = memory_id,
            MEMORY_RECORD_ID = memory_record_id,
            MEMORY_NAMESPACE = namespace,
        ];
    list_actors(ListActorsInput, ListActorsError)
        [MEMORY_STORE_ID = memory_id];
    list_events(ListEventsInput, ListEventsError)
        [MEMORY_STORE_ID = memory_id, ACTOR_ID = actor_id, CONVERSATION_ID = session_id];
    list_memory_extraction_jobs(ListMemoryExtractionJobsInput, ListMemoryExtractionJobsError)
        [MEMORY_STORE_ID = memory_id];
    list_memory_records(ListMemoryRecordsInput, ListMemoryRecordsError)
        [
            MEMORY_STORE_ID = memory_id,
            MEMORY_NAMESPACE = namespace_path,
            MEMORY_NAMESPACE = namespace,
            MEMORY_STRATEGY_ID = memory_strategy_id,
        ]
        .record_request_members(&[
            (MEMORY_NAMESPACE, "namespacePath"),
            (MEMORY_NAMESPACE, "namespace"),
            (MEMORY_STRATEGY_ID, "memoryStrategyId"),
        ])
        .record_response_members(&[(MEMORY_RECORD_COUNT, "memoryRecordSummaries")]);
    list_sessions(ListSessionsInput, ListSessionsError)
        [MEMORY_STORE_ID = memory_id, ACTOR_ID = actor_id];
    start_memory_extraction_job(StartMemoryExtractionJobInput, StartMemoryExtractionJobError)
        [MEMORY_STORE_ID = memory_id]
        .record_response_members(&[(MEMORY_JOB_ID, "jobId")]);
};
