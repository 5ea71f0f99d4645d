//! Id, model and usage of a message.

use crate::record::json::Json;
use crate::record::{Call, Usage};

/// What a message tells apart from its content: its id, its model, its usage.
pub(super) fn read_metadata(message: &Json<'_>, call: &mut Call) {
    call.response.id = message.get_string("id").or(call.response.id.take());
    call.response.model = message.get_string("model").or(call.response.model.take());
    if let Some(usage) = message.get("usage") {
        call.usage.update(&read_usage(usage));
    }
}

pub(super) fn read_usage(usage: &Json<'_>) -> Usage {
    let written = usage.get("cache_creation");
    let written = |key| written.and_then(|written| written.get_count(key));
    Usage {
        input: usage.get_count("input_tokens"),
        output: usage.get_count("output_tokens"),
        cache_read: usage.get_count("cache_read_input_tokens"),
        cache_write: usage.get_count("cache_creation_input_tokens"),
        cache_write_5m: written("ephemeral_5m_input_tokens"),
        cache_write_1h: written("ephemeral_1h_input_tokens"),
        ..Usage::default()
    }
}
