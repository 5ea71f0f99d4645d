//! The dialects that models speak through InvokeModel, in one table.
//!
//! A body is read by its shape: the model's id only says which dialect to try
//! first. So profiles whose ARN tells nothing, imported models and vendors of
//! tomorrow are read too where their bodies have a known shape.

use std::fmt;

use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;

mod amazon_image;
mod amazon_video;
mod anthropic;
mod anthropic_text;
mod cohere;
mod cohere_chat;
mod cohere_embed;
mod completions;
pub(crate) mod converse_shape;
mod image;
mod jurassic;
mod llama;
mod luma;
mod marengo;
mod mistral;
pub(crate) mod nova;
mod nova_embed;
mod openai_chat;
mod openai_embed;
mod parameters;
mod pegasus;
mod prompt;
mod rerank;
mod stability;
#[cfg(test)]
mod tests;
mod text_generation;
mod titan;
mod titan_embed;

/// One dialect. Each method that reads answers whether the body has the
/// dialect's shape; where it has not, the call is left as it was.
pub(crate) trait Family: fmt::Debug + Sync {
    /// What its models do: a value of `gen_ai.operation.name`.
    fn operation(&self) -> &'static str;

    /// Models that usually speak this dialect.
    fn speaks(&self, model: ModelId<'_>) -> bool;

    /// Reads the body of a request, and notes the operation where the body
    /// tells it. `hinted`: the model is one that usually speaks this dialect.
    fn request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool;

    /// Reads the body of an answer.
    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool;

    /// Reads one chunk of a streamed answer. Dialects without streams have
    /// none.
    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let _ = (chunk, call);
        false
    }
}

pub(crate) fn request(body: &Json<'_>, call: &mut Call) -> bool {
    first(call, |family, hinted, call| {
        family.request(body, hinted, call)
    })
    .is_some()
}

pub(crate) fn response(body: &Json<'_>, call: &mut Call) -> bool {
    answered(
        first(call, |family, _, call| family.response(body, call)),
        call,
    )
}

pub(crate) fn chunk(chunk: &Json<'_>, call: &mut Call) -> bool {
    let read = first(call, |family, _, call| family.chunk(chunk, call));
    // A short answer may come whole, in one chunk.
    answered(read, call) || response(chunk, call)
}

/// What a model usually does, where its id is one that a dialect knows.
pub(crate) fn operation_of(model: ModelId<'_>) -> Option<&'static str> {
    let mut families = FAMILIES.iter();
    let family = families.find(|family| family.speaks(model))?;
    Some(family.operation())
}

/// Where the request left open what the call is, the shape of the answer tells.
fn answered(family: Option<&dyn Family>, call: &mut Call) -> bool {
    if let Some(family) = family {
        call.operation.get_or_insert(family.operation());
    }
    family.is_some()
}

/// Lets the dialects try in turn, those that the model's id suggests first.
fn first(
    call: &mut Call,
    read: impl Fn(&dyn Family, bool, &mut Call) -> bool,
) -> Option<&'static dyn Family> {
    // The dialects change the call, so what it holds cannot stay borrowed.
    let (id, behind) = (call.model.take(), call.resolved_model.take());
    let model = ModelId::parse(behind.as_deref().or(id.as_deref()).unwrap_or_default());
    let found = [true, false].into_iter().find_map(|hinted| {
        let mut families = FAMILIES.iter().copied();
        families.find(|family| family.speaks(model) == hinted && read(*family, hinted, call))
    });
    (call.model, call.resolved_model) = (id, behind);
    found
}

/// Where two dialects share a shape the earlier one reads it, unless the
/// model's id suggests the other.
static FAMILIES: &[&dyn Family] = &[
    &anthropic::Anthropic,
    &anthropic_text::AnthropicText,
    &nova::Nova,
    &openai_chat::Openai,
    &cohere_chat::CohereChat,
    &cohere::Cohere,
    &jurassic::Jurassic,
    &llama::Llama,
    &mistral::Mistral,
    &titan_embed::TitanEmbed,
    &titan::Titan,
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
    &text_generation::TextGeneration,
    // Last: any request that is a prompt, of whichever model, has its shape.
    &completions::Completions,
];
