//! AgentCore Memory: operations that the conventions have no names for.

use aws_sdk_bedrockagentcore::operation::{
    get_event, get_memory_record, list_actors, list_events,
    list_memory_extraction_jobs as list_jobs, list_memory_records as list_records, list_sessions,
    start_memory_extraction_job as start_job,
};

use super::SERVICE;
use super::memory::conversation;
use crate::decode::operation::typed::Typed;
use crate::semconv::agentcore::{EVENT_ID, MEMORY_JOB_ID, MEMORY_NAMESPACE, MEMORY_STRATEGY_ID};
use crate::semconv::{MEMORY_RECORD_COUNT, MEMORY_RECORD_ID, MEMORY_STORE_ID};

pub(super) static GET_EVENT: Typed<get_event::GetEventInput, get_event::GetEventError> =
    Typed::new(SERVICE, "GetEvent").ids(|input: &get_event::GetEventInput, call| {
        call.extra_attributes
            .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
        call.extra_attributes
            .insert_text(EVENT_ID, input.event_id.as_deref());
        conversation(input.actor_id.as_deref(), input.session_id.as_deref(), call);
    });

pub(super) static GET_MEMORY_RECORD: Typed<
    get_memory_record::GetMemoryRecordInput,
    get_memory_record::GetMemoryRecordError,
> = Typed::new(SERVICE, "GetMemoryRecord").ids(
    |input: &get_memory_record::GetMemoryRecordInput, call| {
        let extra = &mut call.extra_attributes;
        extra.insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
        extra.insert_text(MEMORY_RECORD_ID, input.memory_record_id.as_deref());
        extra.insert_text(MEMORY_NAMESPACE, input.namespace.as_deref());
    },
);

pub(super) static LIST_ACTORS: Typed<list_actors::ListActorsInput, list_actors::ListActorsError> =
    Typed::new(SERVICE, "ListActors").ids(|input: &list_actors::ListActorsInput, call| {
        call.extra_attributes
            .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
    });

pub(super) static LIST_EVENTS: Typed<list_events::ListEventsInput, list_events::ListEventsError> =
    Typed::new(SERVICE, "ListEvents").ids(|input: &list_events::ListEventsInput, call| {
        call.extra_attributes
            .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
        conversation(input.actor_id.as_deref(), input.session_id.as_deref(), call);
    });

pub(super) static LIST_MEMORY_EXTRACTION_JOBS: Typed<
    list_jobs::ListMemoryExtractionJobsInput,
    list_jobs::ListMemoryExtractionJobsError,
> = Typed::new(SERVICE, "ListMemoryExtractionJobs").ids(
    |input: &list_jobs::ListMemoryExtractionJobsInput, call| {
        call.extra_attributes
            .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
    },
);

pub(super) static LIST_MEMORY_RECORDS: Typed<
    list_records::ListMemoryRecordsInput,
    list_records::ListMemoryRecordsError,
> = Typed::new(SERVICE, "ListMemoryRecords")
    .ids(|input: &list_records::ListMemoryRecordsInput, call| {
        let extra = &mut call.extra_attributes;
        extra.insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
        let path = input.namespace_path.as_deref();
        extra.insert_text(MEMORY_NAMESPACE, input.namespace.as_deref().or(path));
        let strategy = input.memory_strategy_id.as_deref();
        extra.insert_text(MEMORY_STRATEGY_ID, strategy);
    })
    .answered(|body, call| {
        let records = body.array_len("memoryRecordSummaries");
        call.extra_attributes
            .insert_if_some(MEMORY_RECORD_COUNT, records);
    });

pub(super) static LIST_SESSIONS: Typed<
    list_sessions::ListSessionsInput,
    list_sessions::ListSessionsError,
> = Typed::new(SERVICE, "ListSessions").ids(|input: &list_sessions::ListSessionsInput, call| {
    call.extra_attributes
        .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
    conversation(input.actor_id.as_deref(), None, call);
});

pub(super) static START_MEMORY_EXTRACTION_JOB: Typed<
    start_job::StartMemoryExtractionJobInput,
    start_job::StartMemoryExtractionJobError,
> = Typed::new(SERVICE, "StartMemoryExtractionJob")
    .ids(|input: &start_job::StartMemoryExtractionJobInput, call| {
        call.extra_attributes
            .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
    })
    .answered(|body, call| {
        call.extra_attributes
            .insert_text(MEMORY_JOB_ID, body.get_str("jobId"))
    });
