//! The operations' table entries: the request, and the parts of the response.

use aws_sdk_bedrockagentruntime::types::{
    GuardrailConfiguration, RetrieveAndGenerateConfiguration,
};

use super::answer::{finish_answer, push_answer, push_citation};
use crate::decode::operation::agent_runtime::guardrail::{read_guardrail, record_guardrail};
use crate::decode::operation::agent_runtime::knowledge_base::{read_top_k, record_knowledge_base};
use crate::decode::operation::agent_runtime::text::get_text;
use crate::decode::operation::operation_trait::Table;
use crate::decode::payload::parameters::read_parameters;
use crate::record::json::Json;
use crate::record::{Call, Media, Message, Part, Retrieval, base64_len, copy_text};
use crate::semconv::CONVERSATION_ID;
use crate::semconv::operation::CHAT;

pub(in crate::decode::operation::agent_runtime) static OPERATIONS: Table = operations! {
    agent_runtime;
    retrieve_and_generate(RetrieveAndGenerateInput, RetrieveAndGenerateError)
        [CONVERSATION_ID = session_id]
        |input, call| {
            if let Some(configuration) = &input.retrieve_and_generate_configuration {
                record_configuration(configuration, call);
            }
        }
        .name_operation(CHAT)
        .record_request_members(&[(CONVERSATION_ID, "sessionId")])
        .read_request_with(read_request)
        .record_response_members(&[(CONVERSATION_ID, "sessionId")])
        .read_response_with(read_response);
    retrieve_and_generate_stream(RetrieveAndGenerateStreamInput, RetrieveAndGenerateStreamError)
        [CONVERSATION_ID = session_id]
        |input, call| {
            if let Some(configuration) = &input.retrieve_and_generate_configuration {
                record_configuration(configuration, call);
            }
        }
        .name_operation(CHAT)
        .record_request_members(&[(CONVERSATION_ID, "sessionId")])
        .read_request_with(read_request)
        .read_output_with(output_ids!(
            agent_runtime,
            retrieve_and_generate_stream,
            RetrieveAndGenerateStreamOutput,
            CONVERSATION_ID = session_id
        ))
        .read_response_events(&[
            ("output", |event, call| {
                push_answer(event.get_str("text").unwrap_or_default(), call);
            }),
            ("citation", |event, call| {
                // The deprecated member `citation` repeats the structure one level
                // deeper.
                for citation in event.get("citation").into_iter().chain([event]) {
                    push_citation(citation, call);
                }
            }),
            ("guardrail", |event, call| {
                call.guardrail.record_action(event.get_str("action"));
            }),
        ])
        .finish_stream_with(finish_answer);
};

/// Records the model, the knowledge base and the guardrail.
fn record_configuration(configuration: &RetrieveAndGenerateConfiguration, call: &mut Call) {
    let mut guardrail: Option<&GuardrailConfiguration> = None;
    if let Some(base) = &configuration.knowledge_base_configuration {
        call.model = Some(base.model_arn.clone());
        record_knowledge_base(Some(&base.knowledge_base_id), call);
        let generation = base.generation_configuration.as_ref();
        guardrail = generation.and_then(|it| it.guardrail_configuration());
    }
    if let Some(sources) = &configuration.external_sources_configuration {
        call.model = Some(sources.model_arn.clone());
        let generation = sources.generation_configuration.as_ref();
        guardrail = generation
            .and_then(|it| it.guardrail_configuration())
            .or(guardrail);
    }
    if let Some(guardrail) = guardrail {
        record_guardrail(&guardrail.guardrail_id, &guardrail.guardrail_version, call);
    }
}

fn read_request(body: &Json<'_>, call: &mut Call) {
    let configuration = body.get("retrieveAndGenerateConfiguration");
    let mut kinds = CONFIGURATIONS.iter();
    let configuration =
        configuration.and_then(|configuration| kinds.find_map(|kind| configuration.get(kind)));
    if let Some(configuration) = configuration {
        record_knowledge_base(configuration.get_str("knowledgeBaseId"), call);
        if let Some(generation) = configuration.get("generationConfiguration") {
            read_guardrail(generation.get("guardrailConfiguration"), call);
            read_generation(generation, call);
        }
        let top_k = read_top_k(configuration);
        call.retrieval = top_k.map(|top_k| Retrieval {
            top_k: Some(top_k),
            ..Retrieval::default()
        });
    }
    let Some(cap) = call.cap() else { return };
    let text = get_text(body, &["input", "text"]);
    let text = text
        .and_then(|text| copy_text(Some(cap), text))
        .map(Part::text);
    let sources = configuration.map_or(&[][..], |configuration| configuration.get_array("sources"));
    let sources = sources.iter().take(MAX_SOURCES).map(read_source);
    let parts = text.into_iter().chain(sources);
    call.input = vec![Message::new("user", parts.collect())];
}

fn read_response(body: &Json<'_>, call: &mut Call) {
    call.guardrail
        .record_action(body.get_str("guardrailAction"));
    for citation in body.get_array("citations") {
        push_citation(citation, call);
    }
    if let Some(text) = get_text(body, &["output", "text"]) {
        push_answer(text, call);
    }
    finish_answer(call);
}

/// Reads the parameters and the prompt template of the generation.
fn read_generation(generation: &Json<'_>, call: &mut Call) {
    if let Some(inference) = generation.get_path(&["inferenceConfig", "textInferenceConfig"]) {
        read_parameters(inference, &mut call.request);
    }
    let performance = generation.get("performanceConfig");
    call.performance_latency = performance.and_then(|it| it.get_string("latency"));
    let template = get_text(generation, &["promptTemplate", "textPromptTemplate"]);
    let template = template.and_then(|template| copy_text(call.cap(), template));
    call.system.extend(template.map(Part::text));
}

/// Reads the type, the size and the location of a document that the caller sends,
/// never its content.
fn read_source(source: &Json<'_>) -> Part {
    let content = source.get("byteContent");
    let kind = content.and_then(|content| content.get_string("contentType"));
    let data = content.and_then(|content| content.get_str("data"));
    let uri = source
        .get_path(&["s3Location", "uri"])
        .and_then(Json::as_str);
    let mime_type = kind.map(Into::into);
    Part::Media(Media::new("document", mime_type, data.map(base64_len), uri))
}

const CONFIGURATIONS: &[&str] = &["knowledgeBaseConfiguration", "externalSourcesConfiguration"];

/// Documents that are kept of one request.
const MAX_SOURCES: usize = 64;
