//! Limits of exported attributes, events and links.

use opentelemetry_sdk::trace::SpanLimits;

use super::environment::Environment;
use crate::telemetry::export::truncate::limits::AttributeLimits;
use crate::telemetry::export::truncate::record_limits::RecordLimits;
use crate::telemetry::signal::Signal;

/// OpenTelemetry's variables > its defaults. Never above New Relic's limits, if it is
/// the receiver.
///
/// The limits of spans apply to spans, with their events and links. Resources and
/// metrics are exempt from the variables, as OpenTelemetry requires: two series must
/// not become one.
pub(super) fn resolve_limits(
    env: &Environment,
    signal: Signal,
    new_relic: bool,
) -> AttributeLimits {
    let receiver = if new_relic {
        AttributeLimits::NEW_RELIC
    } else {
        AttributeLimits::NONE
    };
    match signal {
        Signal::Logs => receiver.with_record_limits(&resolve_log_limits(env, &receiver)),
        Signal::Metrics => receiver,
        Signal::Traces => receiver.with_record_limits(&resolve_span_limits(env, &receiver)),
    }
}

/// The SDK's limits. They apply in order of arrival, so they are higher than those of
/// the export, which keeps the attributes of the conventions. They only bound memory.
pub(super) fn resolve_sdk_limits(env: &Environment) -> SpanLimits {
    let limits = resolve_span_limits(env, &AttributeLimits::NONE);
    let bound = |limit: usize| u32::try_from(limit).map_or(u32::MAX, |limit| limit.max(MIN_SDK));
    SpanLimits {
        max_events_per_span: bound(limits.events),
        max_attributes_per_span: bound(limits.attributes),
        max_links_per_span: bound(limits.links),
        max_attributes_per_event: bound(limits.event_attributes),
        max_attributes_per_link: bound(limits.link_attributes),
    }
}

fn resolve_span_limits(env: &Environment, receiver: &AttributeLimits) -> RecordLimits {
    let count = |names: &[&'static str]| resolve_count(env, names);
    let value = &["OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", VALUE_LENGTH];
    RecordLimits {
        value_chars: resolve_length(env, value, receiver),
        attributes: count(&["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", ATTRIBUTE_COUNT]),
        events: count(&["OTEL_SPAN_EVENT_COUNT_LIMIT"]),
        links: count(&["OTEL_SPAN_LINK_COUNT_LIMIT"]),
        event_attributes: count(&["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"]),
        link_attributes: count(&["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"]),
    }
}

fn resolve_log_limits(env: &Environment, receiver: &AttributeLimits) -> RecordLimits {
    let value = &["OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", VALUE_LENGTH];
    let count = &["OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", ATTRIBUTE_COUNT];
    RecordLimits {
        value_chars: resolve_length(env, value, receiver),
        attributes: resolve_count(env, count),
        ..RecordLimits::NONE
    }
}

fn resolve_length(env: &Environment, names: &[&'static str], receiver: &AttributeLimits) -> usize {
    let default = match receiver.value_chars {
        usize::MAX => "no limit".to_owned(),
        chars => chars.to_string(),
    };
    let length = env.first_valid(names, "a number of characters", &default, |value| {
        value.parse().ok()
    });
    length.unwrap_or(usize::MAX)
}

fn resolve_count(env: &Environment, names: &[&'static str]) -> usize {
    env.parse_number(names, "a whole number", 0, DEFAULT_COUNT)
}

const VALUE_LENGTH: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";
const ATTRIBUTE_COUNT: &str = "OTEL_ATTRIBUTE_COUNT_LIMIT";
/// OpenTelemetry's default, for attributes, events and links.
const DEFAULT_COUNT: usize = 128;
const MIN_SDK: u32 = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_lowers_the_limit_of_spans_alone() {
        let resolve = |value: &'static str, signal, new_relic| {
            let lookup = move |name: &str| (name == VALUE_LENGTH).then(|| value.to_owned());
            resolve_limits(&Environment::new(lookup), signal, new_relic)
        };
        let spans = Signal::Traces;
        assert_eq!(resolve("", spans, false).record.value_chars, usize::MAX);
        assert_eq!(resolve("100", spans, false).record.value_chars, 100);
        assert_eq!(resolve("100", spans, false).value_chars, usize::MAX);
        assert_eq!(resolve("10000", spans, true).value_chars, 4_095);
        let metrics = resolve("100", Signal::Metrics, false);
        assert_eq!(metrics, AttributeLimits::NONE);
    }

    #[test]
    fn the_sdks_limits_are_never_the_lower_ones() {
        let resolve = |value: &'static str| {
            let lookup =
                move |name: &str| (name == "OTEL_SPAN_EVENT_COUNT_LIMIT").then(|| value.to_owned());
            resolve_sdk_limits(&Environment::new(lookup)).max_events_per_span
        };
        assert_eq!(resolve("1"), 4_096);
        assert_eq!(resolve("20000"), 20_000);
        assert_eq!(resolve("99999999999"), u32::MAX);
    }
}
