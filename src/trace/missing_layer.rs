//! Spans whose OpenTelemetry layer cannot be reached.
//!
//! The functions of `tracing-opentelemetry` have no effect, and return no error, if
//! the subscriber has no layer of the same version of that crate, or hides it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetrySpanExt as _, SetParentError};

use crate::warning::WarnOnce;

/// Whether the span is enabled, but its subscriber has no OpenTelemetry layer that
/// can be reached. `context` is the span's own: reading it has started the span, so
/// that its parent is fixed. `false` if the layer is there and filters the span out.
pub(crate) fn is_layer_missing(span: &Span, context: &Context) -> bool {
    if context.span().span_context().is_valid() || span.is_disabled() {
        return false;
    }
    let probe = span.set_parent(Context::new());
    matches!(probe, Err(SetParentError::LayerNotFound))
}

/// Logs once that the functions on the current span have no effect.
pub(crate) fn warn_if_layer_is_missing(span: &Span) {
    if !IS_EXPECTED.load(Relaxed) && is_layer_missing(span, &span.context()) {
        WITHOUT_EFFECT.log(|| {
            format!(
                "TraceRef::current, propagation::{{inject, set_parent, set_conversation_id}} \
                 and feedback on the current span have no effect: {}",
                describe_cause()
            )
        });
    }
}

/// Logs once that the spans of calls lack most of their attributes.
pub(crate) fn warn_of_bare_spans() {
    if !IS_EXPECTED.load(Relaxed) {
        BARE_SPANS.log(|| {
            format!(
                "spans of Bedrock calls, searches and tools have only the fields of a tracing \
                 span: without message content, span events, spans of steps and most inherited \
                 attributes, and metrics are not recorded unless a meter provider of \
                 opentelemetry {OPENTELEMETRY} is set: {}",
                describe_cause()
            )
        });
    }
}

/// Turns the warnings off: the application has disabled OpenTelemetry.
#[cfg(feature = "telemetry")]
pub(crate) fn expect_no_layer() {
    IS_EXPECTED.store(true, Relaxed);
}

fn describe_cause() -> String {
    format!(
        "the subscriber has no OpenTelemetry layer that this crate can reach. This crate uses \
         opentelemetry {OPENTELEMETRY} and tracing-opentelemetry {TRACING_OPENTELEMETRY}; run \
         `cargo tree -i tracing-opentelemetry` and, if it lists another version, use the same \
         one. Do not put the layer behind a reload::Layer. Without an OpenTelemetry layer of \
         your own, use Telemetry::install or Telemetry::layer"
    )
}

/// The versions that the application's own layer has to have.
const OPENTELEMETRY: &str = "0.33";
const TRACING_OPENTELEMETRY: &str = "0.34";

static IS_EXPECTED: AtomicBool = AtomicBool::new(false);
static BARE_SPANS: WarnOnce = WarnOnce::new();
static WITHOUT_EFFECT: WarnOnce = WarnOnce::new();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_warnings_are_those_of_the_manifest() {
        let manifest = include_str!("../../Cargo.toml");
        for (name, version) in [
            ("opentelemetry", OPENTELEMETRY),
            ("tracing-opentelemetry", TRACING_OPENTELEMETRY),
        ] {
            let line = format!("\n{name} = {{ version = \"{version}\"");
            assert!(manifest.contains(&line), "{line}");
            assert!(describe_cause().contains(&format!("{name} {version}")));
        }
    }
}
