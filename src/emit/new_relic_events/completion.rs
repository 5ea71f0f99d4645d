//! `LlmCompletion`, with the names that existing dashboards query.

use super::chat::count_tokens;
use super::event_context::{EventContext, to_unix_millis};
use super::text::join_parts;
use crate::record::content::TruncatedText;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::{completion as old, event};

/// Emits one event per inference call. The export pipeline adds the application
/// name.
pub(super) fn emit_completion(event_context: &EventContext<'_>, id: String) {
    let call = event_context.call;
    let mut event = event_context.new_event(event::COMPLETION, id);
    event.push_text(old::REQUEST_MODEL, call.model.as_deref());
    event.push_text(old::RESPONSE_MODEL, event_context.response_model());
    event.push(old::RESPONSE_TIME, event_context.duration());
    event.push_if_some(name::TIMESTAMP, to_unix_millis(event_context.started));
    event.push_text(old::REGION, call.http.region.as_deref());
    let input = call.input.last();
    let input = input.map(|message| join_parts(&message.parts));
    let output = call.response.choices.first();
    let output = output.map(|choice| join_parts(&choice.message.parts));
    let content = |text: Option<TruncatedText>| {
        let text = text.filter(|text| !text.is_empty())?;
        Some(event_context.truncate(&text))
    };
    event.push_if_some(name::INPUT, content(input));
    event.push_if_some(name::OUTPUT, content(output));
    let reason = call
        .response
        .choices
        .iter()
        .find_map(|it| it.finish_reason());
    event.push_text(old::FINISH_REASON, reason);
    if let Some([input, output, total]) = count_tokens(event_context) {
        event.push_if_some(old::PROMPT_TOKENS, input);
        event.push_if_some(old::COMPLETION_TOKENS, output);
        event.push_if_some(old::TOTAL_TOKENS, total);
    }
    event.push_if_some(old::TEMPERATURE, call.request.temperature);
    event.push_if_some(old::TOP_P, call.request.top_p);
    event.push(old::IS_STREAMING, call.stream.is_some());
    if let Some(failure) = &call.failure {
        let status = call.http.status;
        event.push_if_some(old::ERROR_STATUS, status);
        event.push(old::ERROR_TYPE, failure.kind.to_string());
        event.push(old::ERROR_CODE, failure.kind.to_string());
        event.push_if_some(old::ERROR_MESSAGE, event_context.error_message());
        event.push_text(old::ERROR_REQUEST_ID, call.http.request_id.as_deref());
        if failure.is_throttling(status) {
            event.push(name::RATE_LIMIT_EXCEEDED, true);
        }
    }
    event_context.emit(event, event_context.started);
}
