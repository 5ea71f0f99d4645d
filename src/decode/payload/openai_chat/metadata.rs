//! Id, model and usage of a body.

use crate::record::json::Json;
use crate::record::{Call, Usage};

pub(in crate::decode::payload) fn read_metadata(body: &Json<'_>, call: &mut Call) {
    let response = &mut call.response;
    response.id = body.get_id("id").or(response.id.take());
    response.model = body.get_string("model").or(response.model.take());
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
