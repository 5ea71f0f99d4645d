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
/// A span that has an id, from here or from its field, keeps it, and a later id applies
/// to the spans started below from then on: OpenTelemetry's SDK adds a second attribute
/// beside the first. For the same reason, do not record the field
/// (`Span::record("gen_ai.conversation.id", …)`) on a span that got its id from here.
///
/// Without [`layer`](super::layer()), nothing shows whether the field of a span has a
/// value: a span that declares the field does not get the id.
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
    if collect_inherited_attributes(&span, &Context::new()).contains(&id) {
        return;
    }
    let value = id.value.clone();
    if add_inherited_attribute(&span, id) {
        span.set_attribute(semconv::CONVERSATION_ID, value);
        warn_if_layer_is_missing(&span);
    }
}
