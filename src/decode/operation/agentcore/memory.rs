//! AgentCore Memory: what is written into a memory, searched and deleted.

use aws_sdk_bedrockagentcore::operation::{
    batch_create_memory_records as batch_create, batch_delete_memory_records as batch_delete,
    batch_update_memory_records as batch_update, create_event, delete_event, delete_memory_record,
    ingest_data, retrieve_memory_records as retrieve,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Document, Retrieval, copy_text};
use crate::semconv::agentcore::{
    ACTOR_ID, EVENT_ID, MEMORY_NAMESPACE, MEMORY_STRATEGY_ID, RECORDS_FAILED,
};
use crate::semconv::operation::{CREATE_MEMORY, DELETE_MEMORY, SEARCH_MEMORY, UPDATE_MEMORY};
use crate::semconv::{CONVERSATION_ID, MEMORY_RECORD_COUNT, MEMORY_RECORD_ID, MEMORY_STORE_ID};

pub(super) static BATCH_CREATE_MEMORY_RECORDS: Typed<
    batch_create::BatchCreateMemoryRecordsInput,
    batch_create::BatchCreateMemoryRecordsError,
> = Typed::new(SERVICE, "BatchCreateMemoryRecords")
    .named(CREATE_MEMORY)
    .ids(
        |input: &batch_create::BatchCreateMemoryRecordsInput, call| {
            call.extra_attributes
                .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
            counted(input.records().len(), call);
        },
    )
    .answered(taken);

pub(super) static BATCH_DELETE_MEMORY_RECORDS: Typed<
    batch_delete::BatchDeleteMemoryRecordsInput,
    batch_delete::BatchDeleteMemoryRecordsError,
> = Typed::new(SERVICE, "BatchDeleteMemoryRecords")
    .named(DELETE_MEMORY)
    .ids(
        |input: &batch_delete::BatchDeleteMemoryRecordsInput, call| {
            call.extra_attributes
                .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
            counted(input.records().len(), call);
        },
    )
    .answered(taken);

pub(super) static BATCH_UPDATE_MEMORY_RECORDS: Typed<
    batch_update::BatchUpdateMemoryRecordsInput,
    batch_update::BatchUpdateMemoryRecordsError,
> = Typed::new(SERVICE, "BatchUpdateMemoryRecords")
    .named(UPDATE_MEMORY)
    .ids(
        |input: &batch_update::BatchUpdateMemoryRecordsInput, call| {
            call.extra_attributes
                .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
            counted(input.records().len(), call);
        },
    )
    .answered(taken);

pub(super) static CREATE_EVENT: Typed<
    create_event::CreateEventInput,
    create_event::CreateEventError,
> = Typed::new(SERVICE, "CreateEvent")
    .named(CREATE_MEMORY)
    .ids(|input: &create_event::CreateEventInput, call| {
        call.extra_attributes
            .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
        conversation(input.actor_id.as_deref(), input.session_id.as_deref(), call);
    })
    .answered(|body, call| {
        let event = body.get("event");
        let id = event.and_then(|event| event.get_str("eventId"));
        call.extra_attributes.insert_text(EVENT_ID, id);
        // Begun by the service, where the caller named none.
        let session = event.and_then(|event| event.get_str("sessionId"));
        call.extra_attributes.insert_text(CONVERSATION_ID, session);
    });

pub(super) static DELETE_EVENT: Typed<
    delete_event::DeleteEventInput,
    delete_event::DeleteEventError,
> = Typed::new(SERVICE, "DeleteEvent").named(DELETE_MEMORY).ids(
    |input: &delete_event::DeleteEventInput, call| {
        call.extra_attributes
            .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
        call.extra_attributes
            .insert_text(EVENT_ID, input.event_id.as_deref());
        conversation(input.actor_id.as_deref(), input.session_id.as_deref(), call);
    },
);

pub(super) static DELETE_MEMORY_RECORD: Typed<
    delete_memory_record::DeleteMemoryRecordInput,
    delete_memory_record::DeleteMemoryRecordError,
> = Typed::new(SERVICE, "DeleteMemoryRecord")
    .named(DELETE_MEMORY)
    .ids(
        |input: &delete_memory_record::DeleteMemoryRecordInput, call| {
            let extra = &mut call.extra_attributes;
            extra.insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
            extra.insert_text(MEMORY_RECORD_ID, input.memory_record_id.as_deref());
            extra.insert_text(MEMORY_NAMESPACE, input.namespace.as_deref());
        },
    );

pub(super) static INGEST_DATA: Typed<ingest_data::IngestDataInput, ingest_data::IngestDataError> =
    Typed::new(SERVICE, "IngestData")
        .named(CREATE_MEMORY)
        .ids(|input: &ingest_data::IngestDataInput, call| {
            call.extra_attributes
                .insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
            conversation(input.actor_id.as_deref(), input.session_id.as_deref(), call);
        })
        .answered(|body, call| {
            let session = body.get_str("sessionId");
            call.extra_attributes.insert_text(CONVERSATION_ID, session);
        });

pub(super) static RETRIEVE_MEMORY_RECORDS: Typed<
    retrieve::RetrieveMemoryRecordsInput,
    retrieve::RetrieveMemoryRecordsError,
> = Typed::new(SERVICE, "RetrieveMemoryRecords")
    .named(SEARCH_MEMORY)
    .ids(|input: &retrieve::RetrieveMemoryRecordsInput, call| {
        let extra = &mut call.extra_attributes;
        extra.insert_text(MEMORY_STORE_ID, input.memory_id.as_deref());
        let path = input.namespace_path.as_deref();
        extra.insert_text(MEMORY_NAMESPACE, input.namespace.as_deref().or(path));
    })
    .sent(|body, call| {
        let Some(search) = body.get("searchCriteria") else {
            return;
        };
        let strategy = search.get_str("memoryStrategyId");
        call.extra_attributes
            .insert_text(MEMORY_STRATEGY_ID, strategy);
        let query = search.get_str("searchQuery");
        call.retrieval = Some(Retrieval {
            query: query.and_then(|query| copy_text(call.cap(), query)),
            top_k: search.get_count("topK"),
            documents: Vec::new(),
        });
    })
    .answered(|body, call| {
        let cap = call.cap();
        let records = body.get_array("memoryRecordSummaries");
        let count = body.array_len("memoryRecordSummaries");
        call.extra_attributes
            .insert_if_some(MEMORY_RECORD_COUNT, count);
        let found = records.iter().map(|record| found(record, cap));
        let retrieval = call.retrieval.get_or_insert_default();
        retrieval.documents.extend(found);
    });

/// Whose conversation a memory is of.
pub(super) fn conversation(actor: Option<&str>, session: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(ACTOR_ID, actor);
    call.extra_attributes.insert_text(CONVERSATION_ID, session);
}

/// How many records the call is about.
fn counted(records: usize, call: &mut Call) {
    let count = i64::try_from(records).ok();
    call.extra_attributes
        .insert_if_some(MEMORY_RECORD_COUNT, count);
}

/// What came of a batch.
fn taken(body: &Json<'_>, call: &mut Call) {
    call.extra_attributes
        .insert_if_some(RECORDS_FAILED, body.array_len("failedRecords"));
}

fn found(record: &Json<'_>, cap: Option<usize>) -> Document {
    let text = record.get_path(&["content", "text"]).and_then(Json::as_str);
    Document {
        id: record.get_id("memoryRecordId"),
        score: record.get_f64("score"),
        content: text.and_then(|text| copy_text(cap, text)),
        ..Document::default()
    }
}
