//! Spans whose OpenTelemetry layer cannot be reached.
//!
//! The functions of `tracing-opentelemetry` have no effect, and return no error, if
//! the subscriber has no layer of the same version of that crate, or hides it.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetrySpanExt as _, SetParentError};

use crate::warning::WarnOnce;

/// The OpenTelemetry layer as seen from a span.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LayerState {
    /// Also if the span is disabled for all layers.
    Reachable,
    /// The span is enabled for other layers only.
    Filtered,
    /// There is none, it is of another version, or another layer hides it.
    Missing,
}

impl LayerState {
    /// `context` is the span's own: reading it has started the span, so that its
    /// parent is fixed.
    pub(crate) fn of(span: &Span, context: &Context) -> Self {
        if context.span().span_context().is_valid() || span.is_disabled() {
            return Self::Reachable;
        }
        match span.set_parent(Context::new()) {
            Err(SetParentError::LayerNotFound) => Self::Missing,
            Ok(()) => Self::Filtered,
            // A provider that was shut down, or a disabled SDK, starts invalid spans.
            Err(_) => Self::Reachable,
        }
    }
}

/// Logs once that the functions on the current span have no effect.
pub(crate) fn warn_if_layer_is_missing(span: &Span) {
    if LayerState::of(span, &span.context()) == LayerState::Missing {
        WITHOUT_EFFECT.log(|| {
            format!(
                "TraceRef::current, propagation::{{inject, set_parent, set_conversation_id}} \
                 or feedback had no effect on a span: {}",
                describe_cause()
            )
        });
    }
}

/// Logs once that the spans of calls lack most of their attributes.
pub(crate) fn warn_of_bare_spans() {
    BARE_SPANS.log(|| {
        format!(
            "spans of Bedrock calls, searches and tools have only the fields of a tracing span: \
             without message content, span events, spans of steps and most inherited \
             attributes, and metrics are not recorded unless a meter provider of opentelemetry \
             {OPENTELEMETRY} is set: {}",
            describe_cause()
        )
    });
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
