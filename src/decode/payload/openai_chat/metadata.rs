//! Id, model and usage of a body, and the index of a choice.

use crate::record::json::Json;
use crate::record::{Call, Usage};

/// What a body tells apart from its choices.
pub(in crate::decode::payload) fn read_metadata(body: &Json<'_>, call: &mut Call) {
    let known = &mut call.response;
    known.id = body.get_id("id").or(known.id.take());
    known.model = body.get_string("model").or(known.model.take());
    if let Some(usage) = body.get("usage") {
        let detail = |of, key| usage.get(of).and_then(|details| details.get_count(key));
        call.usage.update(&Usage {
            input_with_cache: usage.get_count("prompt_tokens"),
            output: usage.get_count("completion_tokens"),
            cache_read: detail("prompt_tokens_details", "cached_tokens"),
            reasoning: detail("completion_tokens_details", "reasoning_tokens"),
            ..Usage::default()
        });
    }
}

/// The candidate that a choice is, by its own word or by its position.
pub(in crate::decode::payload) fn candidate_index(choice: &Json<'_>, position: usize) -> usize {
    choice
        .get_count("index")
        .and_then(|index| usize::try_from(index).ok())
        .unwrap_or(position)
}
