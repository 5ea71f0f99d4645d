//! The environment variables of the instrumentation.

use super::content_capture::{ContentCapture, parse_capture};
use crate::Error;

/// Looks up one variable; `None` if it is not set.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What the environment sets; `None` for variables that are not set or empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Environment {
    pub(super) capture: Option<ContentCapture>,
    pub(super) streaming_events: Option<bool>,
    pub(super) llm_events: Option<bool>,
    pub(super) latest_metrics: Option<bool>,
    /// Characters that the pipeline keeps of an attribute.
    pub(super) length_limit: Option<usize>,
}

impl Environment {
    pub(super) fn from_lookup(lookup: Lookup<'_>) -> Result<Self, Error> {
        Ok(Self {
            capture: resolve_capture(lookup)?,
            streaming_events: resolve_flag(lookup, STREAMING)?,
            llm_events: resolve_flag(lookup, LLM_EVENTS)?,
            latest_metrics: resolve_latest_metrics(lookup),
            length_limit: resolve_length_limit(lookup),
        })
    }
}

/// New Relic's variable, which can only turn content off, then OpenTelemetry's.
fn resolve_capture(lookup: Lookup<'_>) -> Result<Option<ContentCapture>, Error> {
    let capture = match find_value(lookup, CAPTURE) {
        Some(text) => Some(parse_capture(CAPTURE, &text)?),
        None => None,
    };
    match resolve_flag(lookup, RECORD_CONTENT)? {
        Some(false) => Ok(Some(ContentCapture::Off)),
        _ => Ok(capture),
    }
}

/// The list is shared by all instrumentations; other names in it are ignored.
fn resolve_latest_metrics(lookup: Lookup<'_>) -> Option<bool> {
    let list = find_value(lookup, OPT_IN)?;
    Some(list.split(',').any(|name| name.trim() == LATEST))
}

/// An invalid limit is reported by the pipeline, which applies it.
fn resolve_length_limit(lookup: Lookup<'_>) -> Option<usize> {
    let value = LENGTH_LIMITS
        .iter()
        .find_map(|name| find_value(lookup, name))?;
    value.parse().ok()
}

fn resolve_flag(lookup: Lookup<'_>, name: &str) -> Result<Option<bool>, Error> {
    let Some(text) = find_value(lookup, name) else {
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

/// An empty variable counts as not set, as OpenTelemetry specifies.
fn find_value(lookup: Lookup<'_>, name: &str) -> Option<String> {
    lookup(name)
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// The more specific variable first.
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

    fn environment(variables: &[(&str, &str)]) -> Result<Environment, Error> {
        Environment::from_lookup(&|name| {
            let variable = variables.iter().find(|(known, _)| *known == name);
            variable.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn stricter_content_variable_wins() {
        let (events, off) = (Some(ContentCapture::Events), Some(ContentCapture::Off));
        for (variables, capture) in [
            (&[][..], None),
            (&[(CAPTURE, "")], None),
            (&[(CAPTURE, "event_only")], events),
            (&[(CAPTURE, "false")], off),
            (&[(RECORD_CONTENT, "false")], off),
            (&[(RECORD_CONTENT, "false"), (CAPTURE, "true")], off),
            (&[(RECORD_CONTENT, "true"), (CAPTURE, "NO_CONTENT")], off),
        ] {
            let environment = environment(variables).unwrap();
            assert_eq!(environment.capture, capture, "{variables:?}");
        }
        let environment = environment(&[(STREAMING, "false")]).unwrap();
        assert_eq!(environment.streaming_events, Some(false));
    }

    #[test]
    fn specific_length_limit_wins() {
        let [specific, general] = LENGTH_LIMITS;
        for (variables, limit) in [
            (&[][..], None),
            (&[(general, "500")], Some(500)),
            (&[(specific, "600"), (general, "500")], Some(600)),
            (&[(general, "many")], None),
        ] {
            let environment = environment(variables).unwrap();
            assert_eq!(environment.length_limit, limit, "{variables:?}");
        }
    }

    #[test]
    fn latest_metrics_opt_in_is_one_name_of_a_list() {
        for (list, latest) in [
            ("", None),
            ("http", Some(false)),
            ("gen_ai_latest_experimental", Some(true)),
            ("http/dup, gen_ai_latest_experimental", Some(true)),
            ("gen_ai_latest_experimental_2", Some(false)),
        ] {
            let environment = environment(&[(OPT_IN, list)]).unwrap();
            assert_eq!(environment.latest_metrics, latest, "{list:?}");
        }
    }

    #[test]
    fn invalid_value_is_reported_with_its_variable() {
        for variable in [CAPTURE, RECORD_CONTENT, STREAMING] {
            let error = environment(&[(variable, "perhaps")]).unwrap_err();
            assert!(error.is_invalid_setting());
            let text = error.to_string();
            assert!(
                text.contains(variable) && text.contains("\"perhaps\""),
                "{text}"
            );
        }
    }
}
