//! The dialects that models speak through InvokeModel, in one table.
//!
//! A body is read by its shape: the model's id only says which dialect to try
//! first. So profiles whose ARN tells nothing, imported models and vendors of
//! tomorrow are read too where their bodies have a known shape.

use std::fmt;

use crate::call::Call;
use crate::json::Json;
use crate::model_id::ModelId;

mod anthropic;
pub(crate) mod converse_shape;
mod nova;
mod openai;
mod titan;
mod titan_embed;

/// One dialect. Each method answers whether the body has the dialect's shape;
/// where it has not, the call is left as it was.
pub(crate) trait Family: fmt::Debug + Sync {
    /// Models that usually speak this dialect.
    fn speaks(&self, model: ModelId<'_>) -> bool;

    /// Reads the body of a request.
    fn request(&self, body: &Json<'_>, call: &mut Call) -> bool;

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
    first(call, |family, call| family.request(body, call))
}

pub(crate) fn response(body: &Json<'_>, call: &mut Call) -> bool {
    first(call, |family, call| family.response(body, call))
}

pub(crate) fn chunk(chunk: &Json<'_>, call: &mut Call) -> bool {
    first(call, |family, call| family.chunk(chunk, call))
}

/// Lets the dialects try in turn, those that the model's id suggests first.
fn first(call: &mut Call, read: impl Fn(&dyn Family, &mut Call) -> bool) -> bool {
    let id = call.model.take();
    let model = ModelId::parse(id.as_deref().unwrap_or_default());
    let found = [true, false].into_iter().any(|hinted| {
        let mut families = FAMILIES
            .iter()
            .filter(|family| family.speaks(model) == hinted);
        families.any(|family| read(*family, call))
    });
    call.model = id;
    found
}

/// Where two dialects share a shape the earlier one reads it, unless the
/// model's id suggests the other.
static FAMILIES: &[&dyn Family] = &[
    &anthropic::Anthropic,
    &nova::Nova,
    &openai::OpenAi,
    &titan_embed::TitanEmbed,
    &titan::Titan,
];
