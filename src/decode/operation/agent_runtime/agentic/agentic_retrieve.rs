//! The operation's table entry: request, answer, sources.

use aws_sdk_bedrockagentruntime::types::{
    AgenticRetrieveConfiguration, AgenticRetriever, RetrieverConfiguration,
};

use super::trace;
use crate::decode::operation::agent_runtime::documents::{
    cite_source, push_cited_document, read_document,
};
use crate::decode::operation::agent_runtime::guardrail::{read_guardrail, record_guardrail};
use crate::decode::operation::agent_runtime::knowledge_base::name_search;
use crate::decode::operation::agent_runtime::text::{get_text, push_answer_text};
use crate::decode::operation::operation_trait::Table;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Retrieval, copy_text};
use crate::semconv::operation::RETRIEVAL;
use crate::semconv::{
    AGENTIC_MAX_ITERATIONS, CONVERSATION_ID, KNOWLEDGE_BASE_IDS, MEMORY_STORE_ID,
};

pub(in crate::decode::operation::agent_runtime) static OPERATIONS: Table = operations! {
    agent_runtime;
    agentic_retrieve_stream(AgenticRetrieveStreamInput, AgenticRetrieveStreamError)
        |input, call| {
            let retrievers = input.retrievers().iter();
            record_knowledge_bases(retrievers.filter_map(get_knowledge_base).collect(), call);
            let configuration = input.agentic_retrieve_configuration.as_ref();
            let model = configuration.and_then(get_model);
            call.model = model.map(str::to_owned);
            let policy = input.policy_configuration.as_ref();
            let guardrail = policy.and_then(|it| it.bedrock_guardrail_configuration.as_ref());
            if let Some(guardrail) = guardrail {
                record_guardrail(&guardrail.guardrail_id, &guardrail.guardrail_version, call);
            }
            if let Some(memory) = &input.memory_configuration {
                let session = memory.session_binding.as_ref();
                let session = session.map(|session| session.session_id.as_str());
                let extra = &mut call.extra_attributes;
                extra.insert_text(MEMORY_STORE_ID, Some(&memory.memory_id));
                extra.insert_text(CONVERSATION_ID, session);
            }
        }
        .name_operation(RETRIEVAL)
        .record_request_members(&[
            (AGENTIC_MAX_ITERATIONS, "agenticRetrieveConfiguration.maxAgentIteration"),
            (MEMORY_STORE_ID, "memoryConfiguration.memoryId"),
            (CONVERSATION_ID, "memoryConfiguration.sessionBinding.sessionId"),
        ])
        .read_request_with(read_request)
        .read_response_events(&[
            ("responseEvent", |event, call| {
                push_answer_text(0, event.get_str("text"), call);
            }),
            ("result", read_result),
            ("traceEvent", trace::read_trace),
        ])
        .always_read(&["traceEvent"]);
};

fn get_knowledge_base(retriever: &AgenticRetriever) -> Option<&str> {
    match retriever.configuration.as_ref()? {
        RetrieverConfiguration::KnowledgeBase(base) => Some(&base.knowledge_base_id),
        _ => None,
    }
}

/// A single knowledge base names the span.
fn record_knowledge_bases(bases: Vec<&str>, call: &mut Call) {
    if let [] | [_] = bases.as_slice() {
        return name_search(bases.first().copied(), call);
    }
    name_search(None, call);
    let bases: Vec<String> = bases.into_iter().map(str::to_owned).collect();
    call.extra_attributes.insert(KNOWLEDGE_BASE_IDS, bases);
}

/// The model that plans the search, if the caller chose one.
fn get_model(configuration: &AgenticRetrieveConfiguration) -> Option<&str> {
    let model = configuration.foundation_model_configuration.as_ref()?;
    let bedrock = model.bedrock_foundation_model_configuration.as_ref();
    let bedrock = bedrock.and_then(|it| it.model_configuration.as_ref());
    let mantle = model.mantle_foundation_model_configuration.as_ref();
    let mantle = mantle.and_then(|it| it.model_configuration.as_ref());
    let arns = [
        bedrock.map(|it| &it.model_arn),
        mantle.map(|it| &it.model_arn),
    ];
    arns.into_iter().flatten().next().map(String::as_str)
}

fn read_request(body: &Json<'_>, call: &mut Call) {
    let guardrail = body.get_path(&["policyConfiguration", "bedrockGuardrailConfiguration"]);
    read_guardrail(guardrail, call);
    let read_top_k = |retriever: &Json<'_>| {
        let path = ["configuration", "knowledgeBase", "retrievalOverrides"];
        retriever.get_path(&path)?.get_count("maxNumberOfResults")
    };
    let cap = call.cap();
    let messages = body.get_array("messages");
    let copy = |message: &Json<'_>| copy_text(cap, get_text(message, &["content", "text"])?);
    call.retrieval = Some(Retrieval {
        query: messages.last().and_then(copy),
        top_k: match body.get_array("retrievers") {
            [retriever] => read_top_k(retriever),
            _ => None,
        },
        ..Retrieval::default()
    });
    // A single message is the query and no conversation.
    if messages.len() > 1 {
        let messages = messages.iter().filter_map(|message| {
            let part = Part::text(copy(message)?);
            Some(Message::new(message.get_string("role")?, vec![part]))
        });
        call.input.extend(messages);
    }
}

/// Reads the search results, and the answer with its sources.
fn read_result(event: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let results = event.get_array("results");
    let retrieval = call.retrieval.get_or_insert_default();
    for result in results {
        push_cited_document(read_document(result, cap), retrieval);
    }
    let Some(generated) = event.get("generatedResponse") else {
        return;
    };
    // Otherwise the answer arrived in pieces.
    if call.response.choices.is_empty() {
        push_answer_text(0, generated.get_str("answer"), call);
    }
    let Some(choice) = call.assistant_choice() else {
        return;
    };
    let citations = generated.get_array("citations").iter();
    for reference in citations.flat_map(|citation| citation.get_array("references")) {
        let index = reference.get_count("resultIndex");
        let index = index.and_then(|index| usize::try_from(index).ok());
        let result = index.and_then(|index| results.get(index));
        let source = result.and_then(|result| read_document(result, None).id);
        cite_source(choice, cap, source.as_deref());
    }
}
