//! Hints about filters, at DEBUG: a filter may be meant.

use crate::warning::WarnOnce;

/// The spans of this crate are enabled for other layers only.
pub(super) fn hint_at_filtered_layer() {
    FILTERED_LAYER.hint(|| format!("the OpenTelemetry layer's filter {FILTERED}"));
}

/// The spans of this crate are disabled, though the process has a subscriber.
pub(super) fn hint_at_filter() {
    if tracing::dispatcher::has_been_set() {
        FILTER.hint(|| format!("the subscriber's filter {FILTERED}"));
    }
}

/// A call outside of any enabled span: perhaps its caller's is disabled.
pub(super) fn hint_at_missing_parent() {
    NO_PARENT.hint(|| {
        "a call outside of any enabled span starts a trace of its own. Spans of level DEBUG, such \
         as those of tower_http's TraceLayer by default, are disabled below `tower_http=debug`; \
         TraceLayer::make_span_with sets another level"
            .to_owned()
    });
}

const FILTERED: &str = "disables the spans of this crate: no call is recorded. Allow the target \
     `nr_bedrock_observability=info`";

static FILTERED_LAYER: WarnOnce = WarnOnce::new();
static FILTER: WarnOnce = WarnOnce::new();
static NO_PARENT: WarnOnce = WarnOnce::new();
