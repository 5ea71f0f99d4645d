//! Id, model and usage of a message.

use crate::record::json::Json;
use crate::record::{Call, Usage};

pub(super) fn read_metadata(message: &Json<'_>, call: &mut Call) {
    call.response.id = message.get_string("id").or(call.response.id.take());
    call.response.model = message.get_string("model").or(call.response.model.take());
    if let Some(usage) = message.get("usage") {
        call.usage.update(&read_usage(usage));
    }
}

pub(super) fn read_usage(usage: &Json<'_>) -> Usage {
    let writes = usage.get("cache_creation");
    let writes = |key| writes.and_then(|writes| writes.get_count(key));
    Usage {
        input: usage.get_count("input_tokens"),
        output: usage.get_count("output_tokens"),
        cache_read: usage.get_count("cache_read_input_tokens"),
        cache_write: usage.get_count("cache_creation_input_tokens"),
        cache_write_5m: writes("ephemeral_5m_input_tokens"),
        cache_write_1h: writes("ephemeral_1h_input_tokens"),
        ..Usage::default()
    }
}
