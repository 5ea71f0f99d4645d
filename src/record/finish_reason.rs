//! Finish reasons of the GenAI conventions.

use std::borrow::Cow;

/// Maps a model's reason to the conventions' value: `stop`, `length`,
/// `tool_call` or `content_filter`. An unknown reason becomes lower case.
pub(crate) fn normalize_finish_reason(raw: &str) -> Cow<'static, str> {
    let lower = raw.to_ascii_lowercase();
    match REASONS.iter().find(|(word, _)| *word == lower) {
        Some((_, reason)) => Cow::Borrowed(reason),
        None => Cow::Owned(lower),
    }
}

/// Reasons of all payload formats, in lower case. `malformed_model_output` and
/// `malformed_tool_use` have no counterpart and stay unchanged.
const REASONS: &[(&str, &str)] = &[
    ("complete", "stop"),
    ("content_filter", "content_filter"),
    ("content_filtered", "content_filter"),
    ("end_turn", "stop"),
    ("endoftext", "stop"),
    ("eos", "stop"),
    ("eos_token", "stop"),
    ("error_limit", "length"),
    ("error_toxic", "content_filter"),
    ("filter reason: input image", "content_filter"),
    ("filter reason: output image", "content_filter"),
    ("filter reason: prompt", "content_filter"),
    ("finish", "stop"),
    ("finished", "stop"),
    ("guardrail_intervened", "content_filter"),
    ("interrupted", "stop"),
    ("length", "length"),
    ("max_output_tokens_exceeded", "length"),
    ("max_tokens", "length"),
    ("model_context_window_exceeded", "length"),
    ("refusal", "content_filter"),
    ("stop", "stop"),
    ("stop_sequence", "stop"),
    ("success", "stop"),
    ("tool_call", "tool_call"),
    ("tool_calls", "tool_call"),
    ("tool_use", "tool_call"),
];
