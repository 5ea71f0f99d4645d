//! The table of payload formats, and the search for the format of a body.

use super::format::PayloadFormat;
use super::{
    amazon_image, amazon_video, anthropic, anthropic_text, cohere_chat, cohere_embed, cohere_text,
    hugging_face, jurassic, llama, luma, marengo, mistral, nova, nova_embed, openai_chat,
    openai_completions, openai_embed, pegasus, rerank, stability, titan_embed, titan_text,
};
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;

/// Reads the body of a request. Returns whether a format recognises it.
pub(crate) fn read_request(body: &Json<'_>, call: &mut Call) -> bool {
    find_format(call, |format, hinted, call| {
        format.read_request(body, hinted, call)
    })
    .is_some()
}

/// Reads the body of a response. Returns whether a format recognises it.
pub(crate) fn read_response(body: &Json<'_>, call: &mut Call) -> bool {
    let format = find_format(call, |format, _, call| format.read_response(body, call));
    set_operation(format, call)
}

/// Reads one chunk of a streamed response. Returns whether a format recognises
/// it.
pub(crate) fn read_chunk(chunk: &Json<'_>, call: &mut Call) -> bool {
    let format = find_format(call, |format, _, call| format.read_chunk(chunk, call));
    // A short response may be a single chunk with the structure of a whole one.
    set_operation(format, call) || read_response(chunk, call)
}

/// What a model usually does; `None` for a model that no format knows.
pub(crate) fn operation_for_model(model: ModelId<'_>) -> Option<&'static str> {
    let mut formats = FORMATS.iter();
    let format = formats.find(|format| format.reads_model(model))?;
    Some(format.operation())
}

/// Sets the operation if the request did not show it.
fn set_operation(format: Option<&dyn PayloadFormat>, call: &mut Call) -> bool {
    if let Some(format) = format {
        call.operation.get_or_insert(format.operation());
    }
    format.is_some()
}

/// Tries the formats in turn, those that the model id suggests first.
fn find_format(
    call: &mut Call,
    read: impl Fn(&dyn PayloadFormat, bool, &mut Call) -> bool,
) -> Option<&'static dyn PayloadFormat> {
    // The formats change the call, so the model id cannot stay borrowed.
    let (id, resolved) = (call.model.take(), call.resolved_model.take());
    let model = ModelId::parse(resolved.as_deref().or(id.as_deref()).unwrap_or_default());
    let format = [true, false].into_iter().find_map(|hinted| {
        let mut formats = FORMATS.iter().copied();
        formats.find(|format| format.reads_model(model) == hinted && read(*format, hinted, call))
    });
    (call.model, call.resolved_model) = (id, resolved);
    format
}

/// If two formats share a structure, the earlier one reads it, unless the model
/// id suggests the other.
pub(super) static FORMATS: &[&dyn PayloadFormat] = &[
    &anthropic::Anthropic,
    &anthropic_text::AnthropicText,
    &nova::Nova,
    &openai_chat::OpenaiChat,
    &cohere_chat::CohereChat,
    &cohere_text::CohereText,
    &jurassic::Jurassic,
    &llama::Llama,
    &mistral::Mistral,
    &titan_embed::TitanEmbed,
    &titan_text::TitanText,
    &cohere_embed::CohereEmbed,
    &nova_embed::NovaEmbed,
    &openai_embed::OpenaiEmbed,
    &marengo::Marengo,
    &rerank::Rerank,
    &luma::Luma,
    &stability::Stability,
    &amazon_image::AmazonImage,
    &amazon_video::AmazonVideo,
    &pegasus::Pegasus,
    &hugging_face::HuggingFace,
    // Last: any request with a prompt has this format's structure.
    &openai_completions::OpenaiCompletions,
];
