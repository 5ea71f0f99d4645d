//! `GenerateQuery` and `OptimizePrompt`: a model writes a query, or a prompt
//! anew.

use aws_sdk_bedrockagentruntime::operation::generate_query::{
    GenerateQueryError, GenerateQueryInput,
};
use aws_sdk_bedrockagentruntime::operation::optimize_prompt::{
    OptimizePromptError, OptimizePromptInput,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Message, Part, copy_text};
use crate::semconv::operation::{GENERATE_QUERY as QUERY, OPTIMIZE_PROMPT as OPTIMIZE};
use crate::semconv::{DATA_SOURCE_ID, KNOWLEDGE_BASE_ID};

pub(super) static GENERATE_QUERY: Typed<GenerateQueryInput, GenerateQueryError> =
    Typed::new(SERVICE, "GenerateQuery")
        .named(QUERY)
        .ids(|input: &GenerateQueryInput, call| {
            let transformation = input.transformation_configuration.as_ref();
            let sql = transformation.and_then(|it| it.text_to_sql_configuration.as_ref());
            let base = sql.and_then(|it| it.knowledge_base_configuration.as_ref());
            // arn:aws:bedrock:us-east-1:123456789012:knowledge-base/ID
            let base = base.map(|it| it.knowledge_base_arn.as_str());
            let base = base.map(|arn| arn.rsplit_once('/').map_or(arn, |(_, id)| id));
            call.extra_attributes.insert_text(KNOWLEDGE_BASE_ID, base);
            call.extra_attributes.insert_text(DATA_SOURCE_ID, base);
            call.span_name = Some(match base {
                Some(base) => format!("{QUERY} {base}").into(),
                None => QUERY.into(),
            });
        })
        .sent(|body, call| {
            asked(body.get_path(&["queryGenerationInput", "text"]), call);
        })
        .answered(|body, call| {
            for (index, query) in (0..MAX_QUERIES).zip(body.get_array("queries")) {
                said(query.get("sql"), index, call);
            }
        });

pub(super) static OPTIMIZE_PROMPT: Typed<OptimizePromptInput, OptimizePromptError> =
    Typed::new(SERVICE, "OptimizePrompt")
        .named(OPTIMIZE)
        .ids(|input: &OptimizePromptInput, call| {
            call.model.clone_from(&input.target_model_id);
        })
        .sent(|body, call| asked(body.get_path(&["input", "textPrompt", "text"]), call))
        .event(|name, event, call| match name {
            "analyzePromptEvent" => thought(event.get("message"), call),
            "optimizedPromptEvent" => {
                let prompt = event.get_path(&["optimizedPrompt", "textPrompt", "text"]);
                said(prompt, 1, call);
            }
            _ => {}
        });

fn asked(text: Option<&Json<'_>>, call: &mut Call) {
    let text = text.and_then(|text| copy_text(call.cap(), text.as_str()?));
    let part = text.map(Part::text);
    call.input
        .extend(part.map(|part| Message::new("user", vec![part])));
}

fn said(text: Option<&Json<'_>>, index: i64, call: &mut Call) {
    let cap = call.cap();
    if let (Some(text), Some(choice)) = (text.and_then(Json::as_str), call.assistant_choice()) {
        choice.push_text(cap, index, text);
    }
}

/// What there is to say of a prompt before it is written anew.
fn thought(text: Option<&Json<'_>>, call: &mut Call) {
    let cap = call.cap();
    if let (Some(text), Some(choice)) = (text.and_then(Json::as_str), call.assistant_choice()) {
        choice.push_reasoning(cap, 0, text);
    }
}

/// Queries that are kept of one answer.
const MAX_QUERIES: i64 = 64;
