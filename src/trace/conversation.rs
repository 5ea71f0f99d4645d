//! The conversation id of the current span.

use opentelemetry::{Context, KeyValue};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::inherited_attributes::{add_inherited_attribute, collect_inherited_attributes};
use super::missing_layer::warn_if_layer_is_missing;
use crate::semconv;

/// Sets `gen_ai.conversation.id` on the current span and on the spans started
/// below it from now on. The span need not declare the field. Has no effect
/// outside a span.
///
/// ```
/// use nr_bedrock_observability::propagation::set_conversation_id;
///
/// #[tracing::instrument(skip_all)]
/// async fn chat(cookie: &str) {
///     set_conversation_id(cookie);
///     // …
/// }
/// ```
pub fn set_conversation_id(id: impl Into<String>) {
    let id = KeyValue::new(semconv::CONVERSATION_ID, id.into());
    let span = Span::current();
    // The SDK appends attributes without removing duplicates.
    if !collect_inherited_attributes(&span, &Context::new()).contains(&id) {
        span.set_attribute(id.key.clone(), id.value.clone());
        add_inherited_attribute(&span, id);
        warn_if_layer_is_missing(&span);
    }
}
