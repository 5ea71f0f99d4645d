//! `LlmCompletion`, under the names that dashboards have.

use super::chat::tokens;
use super::record::{About, millis};
use super::text;
use crate::record::content::Clip;
use crate::semconv::new_relic as name;
use crate::semconv::new_relic::{completion as old, event};

/// One for each call of a model that answers; embeddings have `LlmEmbedding`
/// alone. The pipeline adds the application's name, which it knows.
pub(super) fn emit(about: &About<'_>, id: String) {
    let call = about.call;
    let mut event = about.event(event::COMPLETION, id);
    event.text(old::REQUEST_MODEL, call.model.as_deref());
    event.text(old::RESPONSE_MODEL, about.answered_by());
    event.put(old::RESPONSE_TIME, about.duration());
    event.some(name::TIMESTAMP, millis(about.started));
    event.text(old::REGION, call.http.region.as_deref());
    let asked = call.input.last().map(|message| text::of(&message.parts));
    let answered = call.response.choices.first();
    let answered = answered.map(|choice| text::of(&choice.message.parts));
    let content = |text: Option<Clip>| {
        let text = text.filter(|text| !text.is_empty())?;
        Some(about.within(&text))
    };
    event.some(name::INPUT, content(asked));
    event.some(name::OUTPUT, content(answered));
    let reason = call.response.choices.iter().find_map(|it| it.reason());
    event.text(old::FINISH_REASON, reason);
    if let Some([input, output, total]) = tokens(about) {
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
        let message = Clip::of(about.settings.capture.limit, failure.message());
        event.some(old::ERROR_MESSAGE, content(Some(message)));
        event.text(old::ERROR_REQUEST_ID, call.http.request_id.as_deref());
        if failure.is_throttling(status) {
            event.put(name::RATE_LIMIT_EXCEEDED, true);
        }
    }
    about.emit(event, about.started);
}
