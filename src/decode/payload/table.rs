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
    let read = |format: &dyn PayloadFormat, is_hinted, call: &mut Call| {
        format.read_request(body, is_hinted, call)
    };
    find_format(call, read).is_some()
}

/// Reads the body of a response. Returns whether a format recognises it.
pub(crate) fn read_response(body: &Json<'_>, call: &mut Call) -> bool {
    read_with_known_format(call, |format, call| format.read_response(body, call))
}

/// Reads one chunk of a streamed response. Returns whether a format recognises
/// it.
pub(crate) fn read_chunk(chunk: &Json<'_>, call: &mut Call) -> bool {
    // A short response may be a single chunk with the structure of a whole one.
    read_with_known_format(call, |format, call| format.read_chunk(chunk, call))
        || read_response(chunk, call)
}

/// What a model usually does; `None` for a model that no format knows.
pub(crate) fn operation_for_model(model: ModelId<'_>) -> Option<&'static str> {
    let mut formats = FORMATS.iter();
    let format = formats.find(|format| format.reads_model(model))?;
    Some(format.operation())
}

/// Reads with the format of the call's last body, and searches the table only
/// if that does not recognise this one. Sets the operation if the request did
/// not show it.
fn read_with_known_format(
    call: &mut Call,
    read: impl Fn(&dyn PayloadFormat, &mut Call) -> bool,
) -> bool {
    let known = call.payload_format.and_then(|row| FORMATS.get(row));
    let known = known.filter(|format| read(**format, call)).copied();
    let format = known.or_else(|| find_format(call, |format, _, call| read(format, call)));
    if let Some(format) = format {
        call.operation.get_or_insert(format.operation());
    }
    format.is_some()
}

/// Tries the formats in turn, those that the model id suggests first, and
/// remembers the one that recognises the body.
fn find_format(
    call: &mut Call,
    read: impl Fn(&dyn PayloadFormat, bool, &mut Call) -> bool,
) -> Option<&'static dyn PayloadFormat> {
    // The formats change the call, so the model id cannot stay borrowed.
    let (id, resolved) = (call.model.take(), call.resolved_model.take());
    let model = ModelId::parse(resolved.as_deref().or(id.as_deref()).unwrap_or_default());
    let found = [true, false].into_iter().find_map(|is_hinted| {
        let mut formats = FORMATS.iter().copied().enumerate();
        formats.find(|(_, format)| {
            format.reads_model(model) == is_hinted && read(*format, is_hinted, call)
        })
    });
    (call.model, call.resolved_model) = (id, resolved);
    let (row, format) = found?;
    call.payload_format = Some(row);
    Some(format)
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
