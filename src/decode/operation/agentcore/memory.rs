//! AgentCore Memory: operations that the GenAI conventions name.

use crate::decode::operation::member_id::count_items;
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::table_operation::MemberTable;
use crate::record::json::Json;
use crate::record::{Call, Document, Retrieval, copy_text};
use crate::semconv::agentcore::{
    ACTOR_ID, EVENT_ID, MEMORY_NAMESPACE, MEMORY_STRATEGY_ID, RECORDS_FAILED,
};
use crate::semconv::operation::{CREATE_MEMORY, DELETE_MEMORY, SEARCH_MEMORY, UPDATE_MEMORY};
use crate::semconv::{CONVERSATION_ID, MEMORY_RECORD_COUNT, MEMORY_RECORD_ID, MEMORY_STORE_ID};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    batch_create_memory_records(BatchCreateMemoryRecordsInput, BatchCreateMemoryRecordsError)
        [MEMORY_STORE_ID = memory_id]
        |input, call| { record_count(input.records.as_ref(), call) }
        .name_operation(CREATE_MEMORY)
        .record_request_members(RECORDS)
        .record_response_members(FAILED_RECORDS);
    batch_delete_memory_records(BatchDeleteMemoryRecordsInput, BatchDeleteMemoryRecordsError)
        [MEMORY_STORE_ID = memory_id]
        |input, call| { record_count(input.records.as_ref(), call) }
        .name_operation(DELETE_MEMORY)
        .record_request_members(RECORDS)
        .record_response_members(FAILED_RECORDS);
    batch_update_memory_records(BatchUpdateMemoryRecordsInput, BatchUpdateMemoryRecordsError)
        [MEMORY_STORE_ID = memory_id]
        |input, call| { record_count(input.records.as_ref(), call) }
        .name_operation(UPDATE_MEMORY)
        .record_request_members(RECORDS)
        .record_response_members(FAILED_RECORDS);
    create_event(CreateEventInput, CreateEventError)
        [MEMORY_STORE_ID = memory_id, ACTOR_ID = actor_id, CONVERSATION_ID = session_id]
        .name_operation(CREATE_MEMORY)
        .record_request_members(CONVERSATION)
        .record_response_members(&[
            (EVENT_ID, "event.eventId"),
            // The service creates a session if the caller names none.
            (CONVERSATION_ID, "event.sessionId"),
        ]);
    delete_event(DeleteEventInput, DeleteEventError)
        [
            MEMORY_STORE_ID = memory_id,
            EVENT_ID = event_id,
            ACTOR_ID = actor_id,
            CONVERSATION_ID = session_id,
        ]
        .name_operation(DELETE_MEMORY);
    delete_memory_record(DeleteMemoryRecordInput, DeleteMemoryRecordError)
        [
            MEMORY_STORE_ID = memory_id,
            MEMORY_RECORD_ID = memory_record_id,
            MEMORY_NAMESPACE = namespace,
        ]
        .name_operation(DELETE_MEMORY);
    ingest_data(IngestDataInput, IngestDataError)
        [MEMORY_STORE_ID = memory_id, ACTOR_ID = actor_id, CONVERSATION_ID = session_id]
        .name_operation(CREATE_MEMORY)
        .record_request_members(CONVERSATION)
        .record_response_members(&[(CONVERSATION_ID, "sessionId")]);
    retrieve_memory_records(RetrieveMemoryRecordsInput, RetrieveMemoryRecordsError)
        [
            MEMORY_STORE_ID = memory_id,
            MEMORY_NAMESPACE = namespace_path,
            MEMORY_NAMESPACE = namespace,
        ]
        |input, call| {
            let search = input.search_criteria.as_ref();
            let strategy = search.and_then(|search| search.memory_strategy_id.as_deref());
            call.extra_attributes.insert_text(MEMORY_STRATEGY_ID, strategy);
        }
        .name_operation(SEARCH_MEMORY)
        .record_request_members(&[
            (MEMORY_NAMESPACE, "namespacePath"),
            (MEMORY_NAMESPACE, "namespace"),
            (MEMORY_STRATEGY_ID, "searchCriteria.memoryStrategyId"),
        ])
        .read_request_with(read_search)
        .record_response_members(&[(MEMORY_RECORD_COUNT, "memoryRecordSummaries")])
        .read_response_with(read_records);
};

const RECORDS: MemberTable = &[(MEMORY_RECORD_COUNT, "records")];
const FAILED_RECORDS: MemberTable = &[(RECORDS_FAILED, "failedRecords")];
const CONVERSATION: MemberTable = &[(ACTOR_ID, "actorId"), (CONVERSATION_ID, "sessionId")];

/// Records the number of records that a batch holds.
fn record_count<T>(records: Option<&Vec<T>>, call: &mut Call) {
    let count = count_items(records);
    call.extra_attributes
        .insert_if_some(MEMORY_RECORD_COUNT, count);
}

fn read_search(body: &Json<'_>, call: &mut Call) {
    let Some(search) = body.get("searchCriteria") else {
        return;
    };
    let query = search.get_str("searchQuery");
    call.retrieval = Some(Retrieval {
        query: query.and_then(|query| copy_text(call.cap(), query)),
        top_k: search.get_count("topK"),
        ..Retrieval::default()
    });
}

fn read_records(body: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let records = body.get_array("memoryRecordSummaries").iter();
    let documents = records.map(|record| {
        let text = record.get_path(&["content", "text"]).and_then(Json::as_str);
        Document {
            id: record.get_id("memoryRecordId"),
            score: record.get_f64("score"),
            content: text.and_then(|text| copy_text(cap, text)),
            ..Document::default()
        }
    });
    let retrieval = call.retrieval.get_or_insert_default();
    retrieval.documents.extend(documents);
}
