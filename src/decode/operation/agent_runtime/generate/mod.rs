//! `RetrieveAndGenerate` and `RetrieveAndGenerateStream`: a question, what a
//! knowledge base has about it, and a model's answer from that.

use aws_sdk_bedrockagentruntime::operation::retrieve_and_generate::{
    RetrieveAndGenerateError, RetrieveAndGenerateInput,
};
use aws_sdk_bedrockagentruntime::operation::retrieve_and_generate_stream::{
    RetrieveAndGenerateStreamError, RetrieveAndGenerateStreamInput, RetrieveAndGenerateStreamOutput,
};
use aws_sdk_bedrockagentruntime::types::{
    GuardrailConfiguration, RetrieveAndGenerateConfiguration,
};

use super::{SERVICE, retrieve};
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Media, Message, Part, Retrieval, base64_len, copy_text};
use crate::semconv::operation::CHAT;
use crate::semconv::{CONVERSATION_ID, DATA_SOURCE_ID, KNOWLEDGE_BASE_ID};

mod halves;

pub(super) static RETRIEVE_AND_GENERATE: Typed<RetrieveAndGenerateInput, RetrieveAndGenerateError> =
    Typed::new(SERVICE, "RetrieveAndGenerate")
        .named(CHAT)
        .ids(|input: &RetrieveAndGenerateInput, call| {
            let configuration = input.retrieve_and_generate_configuration.as_ref();
            ids(input.session_id.as_deref(), configuration, call);
        })
        .sent(asked)
        .answered(|body, call| {
            call.extra_attributes
                .insert_text(CONVERSATION_ID, body.get_str("sessionId"));
            call.guardrail
                .record_action(body.get_str("guardrailAction"));
            for citation in body.get_array("citations") {
                halves::cited(citation, call);
            }
            if let Some(text) = body.get_path(&["output", "text"]).and_then(Json::as_str) {
                halves::said(text, call);
            }
            halves::completed(call);
        });

pub(super) static RETRIEVE_AND_GENERATE_STREAM: Typed<
    RetrieveAndGenerateStreamInput,
    RetrieveAndGenerateStreamError,
> = Typed::new(SERVICE, "RetrieveAndGenerateStream")
    .named(CHAT)
    .ids(|input: &RetrieveAndGenerateStreamInput, call| {
        let configuration = input.retrieve_and_generate_configuration.as_ref();
        ids(input.session_id.as_deref(), configuration, call);
    })
    .sent(asked)
    .complete(|output, call| {
        if let Some(output) = output.downcast_ref::<RetrieveAndGenerateStreamOutput>() {
            call.extra_attributes
                .insert_text(CONVERSATION_ID, Some(&output.session_id));
        }
    })
    .event(|name, event, call| match name {
        "output" => halves::said(event.get_str("text").unwrap_or_default(), call),
        "citation" => {
            // Older services put the parts of a citation one step deeper.
            for citation in event.get("citation").into_iter().chain([event]) {
                halves::cited(citation, call);
            }
        }
        "guardrail" => call.guardrail.record_action(event.get_str("action")),
        _ => {}
    })
    .ended(halves::completed);

fn ids(
    session: Option<&str>,
    configuration: Option<&RetrieveAndGenerateConfiguration>,
    call: &mut Call,
) {
    call.extra_attributes.insert_text(CONVERSATION_ID, session);
    let Some(configuration) = configuration else {
        return;
    };
    if let Some(base) = &configuration.knowledge_base_configuration {
        call.model = Some(base.model_arn.clone());
        let id = Some(base.knowledge_base_id.as_str());
        call.extra_attributes.insert_text(KNOWLEDGE_BASE_ID, id);
        call.extra_attributes.insert_text(DATA_SOURCE_ID, id);
        let generation = base.generation_configuration.as_ref();
        guardrail(generation.and_then(|it| it.guardrail_configuration()), call);
    }
    if let Some(sources) = &configuration.external_sources_configuration {
        call.model = Some(sources.model_arn.clone());
        let generation = sources.generation_configuration.as_ref();
        guardrail(generation.and_then(|it| it.guardrail_configuration()), call);
    }
}

fn guardrail(guardrail: Option<&GuardrailConfiguration>, call: &mut Call) {
    if let Some(guardrail) = guardrail {
        call.guardrail.id = Some(guardrail.guardrail_id.clone());
        call.guardrail.version = Some(guardrail.guardrail_version.clone());
    }
}

/// What both requests hold.
fn asked(body: &Json<'_>, call: &mut Call) {
    let configuration = body.get("retrieveAndGenerateConfiguration");
    let configuration = configuration.and_then(|configuration| {
        CONFIGURATIONS
            .iter()
            .find_map(|kind| configuration.get(kind))
    });
    if let Some(configuration) = configuration {
        if let Some(generation) = configuration.get("generationConfiguration") {
            parameters(generation, call);
        }
        let top_k = retrieve::top_k(configuration);
        call.retrieval = top_k.map(|top_k| Retrieval {
            top_k: Some(top_k),
            ..Retrieval::default()
        });
    }
    let Some(cap) = call.cap() else { return };
    let text = body.get_path(&["input", "text"]).and_then(Json::as_str);
    let text = text
        .and_then(|text| copy_text(Some(cap), text))
        .map(Part::text);
    let sources = configuration.map_or(&[][..], |configuration| configuration.get_array("sources"));
    let sources = sources.iter().take(MAX_SOURCES).map(source);
    let parts = text.into_iter().chain(sources);
    call.input = vec![Message::new("user", parts.collect())];
}

/// How the answer is to be made.
fn parameters(generation: &Json<'_>, call: &mut Call) {
    let request = &mut call.request;
    if let Some(inference) = generation.get_path(&["inferenceConfig", "textInferenceConfig"]) {
        request.temperature = inference.get_f64("temperature");
        request.top_p = inference.get_f64("topP");
        request.max_tokens = inference.get_i64("maxTokens");
        request.stop_sequences = inference.get_strings("stopSequences");
    }
    let performance = generation.get("performanceConfig");
    call.performance_latency = performance.and_then(|it| it.get_string("latency"));
    let template = generation.get_path(&["promptTemplate", "textPromptTemplate"]);
    let template = template.and_then(|it| copy_text(call.cap(), it.as_str()?));
    call.system.extend(template.map(Part::text));
}

/// A document that the caller sent along: what it is, never what it says.
fn source(source: &Json<'_>) -> Part {
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

const INTERVENED: &str = "INTERVENED";

/// Documents that are kept of one request.
const MAX_SOURCES: usize = 64;
