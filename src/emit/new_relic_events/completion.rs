//! `LlmCompletion`, under the names that dashboards have.

use super::chat::tokens;
use super::record::{EventContext, millis};
use super::text;
use crate::record::content::TruncatedText;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::{completion as old, event};

/// One for each call of a model that answers; embeddings have `LlmEmbedding`
/// alone. The pipeline adds the application's name, which it knows.
pub(super) fn emit(event_context: &EventContext<'_>, id: String) {
    let call = event_context.call;
    let mut event = event_context.event(event::COMPLETION, id);
    event.text(old::REQUEST_MODEL, call.model.as_deref());
    event.text(old::RESPONSE_MODEL, event_context.answered_by());
    event.put(old::RESPONSE_TIME, event_context.duration());
    event.some(name::TIMESTAMP, millis(event_context.started));
    event.text(old::REGION, call.http.region.as_deref());
    let asked = call.input.last().map(|message| text::of(&message.parts));
    let answered = call.response.choices.first();
    let answered = answered.map(|choice| text::of(&choice.message.parts));
    let content = |text: Option<TruncatedText>| {
        let text = text.filter(|text| !text.is_empty())?;
        Some(event_context.truncated_text(&text))
    };
    event.some(name::INPUT, content(asked));
    event.some(name::OUTPUT, content(answered));
    let reason = call
        .response
        .choices
        .iter()
        .find_map(|it| it.finish_reason());
    event.text(old::FINISH_REASON, reason);
    if let Some([input, output, total]) = tokens(event_context) {
        event.some(old::PROMPT_TOKENS, input);
        event.some(old::COMPLETION_TOKENS, output);
        event.some(old::TOTAL_TOKENS, total);
    }
    event.some(old::TEMPERATURE, call.request.temperature);
    event.some(old::TOP_P, call.request.top_p);
    event.put(old::IS_STREAMING, call.stream.is_some());
    if let Some(failure) = &call.failure {
        let status = call.http.status;
        event.some(old::ERROR_STATUS, status);
        event.put(old::ERROR_TYPE, failure.kind.to_string());
        event.put(old::ERROR_CODE, failure.kind.to_string());
        let message = TruncatedText::copy(event_context.settings.capture.limit, failure.message());
        event.some(old::ERROR_MESSAGE, content(Some(message)));
        event.text(old::ERROR_REQUEST_ID, call.http.request_id.as_deref());
        if failure.is_throttling(status) {
            event.put(name::RATE_LIMIT_EXCEEDED, true);
        }
    }
    event_context.emit(event, event_context.started);
}
