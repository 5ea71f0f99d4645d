//! `AgenticRetrieveStream`: a search that plans for itself and looks in several
//! places.

use aws_sdk_bedrockagentruntime::operation::agentic_retrieve_stream::{
    AgenticRetrieveStreamError, AgenticRetrieveStreamInput,
};
use aws_sdk_bedrockagentruntime::types::{
    AgenticRetrieveConfiguration, AgenticRetriever, RetrieverConfiguration,
};

use super::{SERVICE, documents, retrieve};
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, Retrieval, copy_text};
use crate::semconv::operation::RETRIEVAL;
use crate::semconv::{
    AGENTIC_MAX_ITERATIONS, CONVERSATION_ID, KNOWLEDGE_BASE_IDS, MEMORY_STORE_ID,
};

mod trace;

pub(super) static AGENTIC_RETRIEVE_STREAM: Typed<
    AgenticRetrieveStreamInput,
    AgenticRetrieveStreamError,
> = Typed::new(SERVICE, "AgenticRetrieveStream")
    .named(RETRIEVAL)
    .ids(|input: &AgenticRetrieveStreamInput, call| {
        let retrievers = input.retrievers().iter();
        bases(retrievers.filter_map(base).collect(), call);
        if let Some(configuration) = &input.agentic_retrieve_configuration {
            call.model = model(configuration).map(str::to_owned);
        }
        let policy = input.policy_configuration.as_ref();
        if let Some(guardrail) = policy.and_then(|it| it.bedrock_guardrail_configuration.as_ref()) {
            call.guardrail.id = Some(guardrail.guardrail_id.clone());
            call.guardrail.version = Some(guardrail.guardrail_version.clone());
        }
        if let Some(memory) = &input.memory_configuration {
            call.extra_attributes
                .insert_text(MEMORY_STORE_ID, Some(&memory.memory_id));
            let session = memory.session_binding.as_ref();
            let session = session.map(|session| session.session_id.as_str());
            call.extra_attributes.insert_text(CONVERSATION_ID, session);
        }
    })
    .sent(asked)
    .event(|name, event, call| match name {
        "responseEvent" => said(event.get_str("text").unwrap_or_default(), call),
        "result" => found(event, call),
        "traceEvent" => trace::read(event, call),
        _ => {}
    });

fn base(retriever: &AgenticRetriever) -> Option<&str> {
    match retriever.configuration.as_ref()? {
        RetrieverConfiguration::KnowledgeBase(base) => Some(&base.knowledge_base_id),
        _ => None,
    }
}

/// One knowledge base gives the span its name; of several none does.
fn bases(bases: Vec<&str>, call: &mut Call) {
    if let [] | [_] = bases.as_slice() {
        return retrieve::searched(bases.first().copied(), call);
    }
    retrieve::searched(None, call);
    let bases: Vec<String> = bases.into_iter().map(str::to_owned).collect();
    call.extra_attributes.insert(KNOWLEDGE_BASE_IDS, bases);
}

/// The model that plans the search, where the caller chose one.
fn model(configuration: &AgenticRetrieveConfiguration) -> Option<&str> {
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

fn asked(body: &Json<'_>, call: &mut Call) {
    let rounds = body.get("agenticRetrieveConfiguration");
    let rounds = rounds.and_then(|rounds| rounds.get_count("maxAgentIteration"));
    call.extra_attributes
        .insert_if_some(AGENTIC_MAX_ITERATIONS, rounds);
    let overrides = |retriever: &Json<'_>| {
        let path = ["configuration", "knowledgeBase", "retrievalOverrides"];
        retriever.get_path(&path)?.get_count("maxNumberOfResults")
    };
    let cap = call.cap();
    let messages = body.get_array("messages");
    let text =
        |message: &Json<'_>| copy_text(cap, message.get_path(&["content", "text"])?.as_str()?);
    call.retrieval = Some(Retrieval {
        query: messages.last().and_then(text),
        top_k: match body.get_array("retrievers") {
            [retriever] => overrides(retriever),
            _ => None,
        },
        documents: Vec::new(),
    });
    // A query alone is no conversation.
    if messages.len() > 1 {
        let messages = messages.iter().filter_map(|message| {
            let part = Part::text(text(message)?);
            Some(Message::new(message.get_string("role")?, vec![part]))
        });
        call.input.extend(messages);
    }
}

/// A piece of the answer that is made from what was found.
fn said(text: &str, call: &mut Call) {
    let cap = call.cap();
    if let Some(choice) = call.assistant_choice() {
        choice.push_text(cap, 0, text);
    }
}

/// What was found, and the answer with its sources.
fn found(event: &Json<'_>, call: &mut Call) {
    let cap = call.cap();
    let results = event.get_array("results");
    let retrieval = call.retrieval.get_or_insert_default();
    for result in results {
        documents::cited(documents::document(result, cap), retrieval);
    }
    let Some(generated) = event.get("generatedResponse") else {
        return;
    };
    let is_new = call.response.choices.is_empty();
    if let Some(text) = generated.get_str("answer").filter(|_| is_new) {
        // It did not come in pieces.
        said(text, call);
    }
    let Some(choice) = call.assistant_choice() else {
        return;
    };
    let citations = generated.get_array("citations").iter();
    for reference in citations.flat_map(|citation| citation.get_array("references")) {
        let index = reference.get_count("resultIndex");
        let index = index.and_then(|index| usize::try_from(index).ok());
        let result = index.and_then(|index| results.get(index));
        let source = result.and_then(|result| documents::document(result, None).id);
        documents::cite(choice, cap, source.as_deref());
    }
}
