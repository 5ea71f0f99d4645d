//! Options from the environment.

use std::sync::Once;

use super::{ContentCapture, MonitorOptions};
use crate::Error;

/// Reads one variable; `None` where it is not set.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(crate) fn from_env(lookup: Lookup<'_>) -> Result<MonitorOptions, Error> {
    let mut options = MonitorOptions::default();
    if let Some(capture) = resolve_capture(lookup)? {
        options = options.capture(capture);
    }
    if let Some(read) = resolve_flag(lookup, STREAMING)? {
        options = options.streaming_events(read);
    }
    if let Some(emit) = resolve_flag(lookup, LLM_EVENTS)? {
        options = options.llm_events(emit);
    }
    if let Some(list) = value(lookup, OPT_IN) {
        // A list for all instrumentations: other names in it are not ours.
        let latest = list.split(',').any(|name| name.trim() == LATEST);
        options = options.latest_metrics(latest);
    }
    if let Some(limit) = resolve_limit(lookup) {
        let limit = limit.min(options.content_limit);
        options = options.content_limit(limit);
    }
    Ok(options)
}

/// A limit that the pipeline keeps. A wrong one is the pipeline's to name.
fn resolve_limit(lookup: Lookup<'_>) -> Option<usize> {
    let set = LENGTH_LIMITS.iter().find_map(|name| value(lookup, name))?;
    set.parse().ok()
}

/// The environment's options. Where a variable has a wrong value, which is said
/// once, the defaults without content: somebody meant to say something about
/// it, and what was meant to stay must not leave.
pub(crate) fn from_env_or_default() -> MonitorOptions {
    static SAID: Once = Once::new();
    MonitorOptions::from_env().unwrap_or_else(|error| {
        SAID.call_once(|| {
            tracing::warn!(target: crate::TARGET, %error, "message content is not recorded");
        });
        MonitorOptions::default().capture(ContentCapture::None)
    })
}

/// New Relic's switch, which can only turn content off, then OpenTelemetry's.
fn resolve_capture(lookup: Lookup<'_>) -> Result<Option<ContentCapture>, Error> {
    let capture = match value(lookup, CAPTURE) {
        Some(text) => Some(text.parse().map_err(|_| {
            let problem = format!(
                "{text:?} is none of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT, true, false"
            );
            Error::invalid_setting(CAPTURE, problem)
        })?),
        None => None,
    };
    match resolve_flag(lookup, RECORD_CONTENT)? {
        Some(false) => Ok(Some(ContentCapture::None)),
        _ => Ok(capture),
    }
}

fn resolve_flag(lookup: Lookup<'_>, name: &str) -> Result<Option<bool>, Error> {
    let Some(text) = value(lookup, name) else {
        return Ok(None);
    };
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(Some(true)),
        "false" | "0" | "off" | "no" => Ok(Some(false)),
        _ => Err(Error::invalid_setting(
            name,
            format_args!("{text:?} is neither true nor false"),
        )),
    }
}

/// An empty variable counts as not set, as OpenTelemetry asks.
fn value(lookup: Lookup<'_>, name: &str) -> Option<String> {
    lookup(name)
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// The more special one first.
const LENGTH_LIMITS: [&str; 2] = [
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
];
const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const RECORD_CONTENT: &str = "NEW_RELIC_AI_MONITORING_RECORD_CONTENT_ENABLED";
const LLM_EVENTS: &str = "NEW_RELIC_AI_MONITORING_ENABLED";
const OPT_IN: &str = "OTEL_SEMCONV_STABILITY_OPT_IN";
const LATEST: &str = "gen_ai_latest_experimental";
const STREAMING: &str = "NEW_RELIC_AI_MONITORING_STREAMING_ENABLED";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<MonitorOptions, Error> {
        from_env(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_stricter_switch_wins() {
        for (variables, capture) in [
            (&[][..], ContentCapture::Both),
            (&[(CAPTURE, "")], ContentCapture::Both),
            (&[(CAPTURE, "event_only")], ContentCapture::SpanEvents),
            (&[(CAPTURE, "false")], ContentCapture::None),
            (&[(RECORD_CONTENT, "false")], ContentCapture::None),
            (
                &[(RECORD_CONTENT, "false"), (CAPTURE, "true")],
                ContentCapture::None,
            ),
            (
                &[(RECORD_CONTENT, "true"), (CAPTURE, "NO_CONTENT")],
                ContentCapture::None,
            ),
        ] {
            assert_eq!(read(variables).unwrap().capture, capture, "{variables:?}");
        }
        assert!(!read(&[(STREAMING, "false")]).unwrap().streaming_events);
    }

    #[test]
    fn content_is_shortened_to_what_the_pipeline_takes() {
        let [special, general] = LENGTH_LIMITS;
        for (variables, limit) in [
            (&[][..], 4095),
            (&[(general, "500")], 500),
            (&[(special, "600"), (general, "500")], 600),
            (&[(general, "9000")], 4095),
            (&[(general, "10")], 256),
            (&[(general, "many")], 4095),
        ] {
            assert_eq!(
                read(variables).unwrap().content_limit,
                limit,
                "{variables:?}"
            );
        }
    }

    #[test]
    fn the_newest_names_of_metrics_are_one_of_a_list() {
        for (list, latest) in [
            ("", false),
            ("http", false),
            ("gen_ai_latest_experimental", true),
            ("http/dup, gen_ai_latest_experimental", true),
            ("gen_ai_latest_experimental_2", false),
        ] {
            let options = read(&[(OPT_IN, list)]).unwrap();
            assert_eq!(options.meters.latest, latest, "{list:?}");
        }
    }

    #[test]
    fn a_wrong_value_is_named_with_its_variable() {
        for variable in [CAPTURE, RECORD_CONTENT, STREAMING] {
            let error = read(&[(variable, "perhaps")]).unwrap_err();
            assert!(error.is_invalid_setting());
            let text = error.to_string();
            assert!(
                text.contains(variable) && text.contains("\"perhaps\""),
                "{text}"
            );
        }
    }
}
