//! The environment variables of the instrumentation. No value stops the application:
//! an invalid one is reported, and then content is off or the default is used.

use std::sync::OnceLock;

use super::content_capture::{ContentCapture, parse_capture};
use super::warnings::warn_once;
use crate::Error;
use crate::record::content::Places;

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
    /// Content is off, whatever the code sets.
    pub(super) high_security: bool,
    /// One text for each invalid value.
    pub(super) warnings: Vec<String>,
}

impl Environment {
    /// Reads the variables of the process. Invalid values are logged once.
    pub(super) fn read() -> Self {
        let environment = Self::from_lookup(&|name| {
            // Invalid UTF-8 is an invalid value, not an unset variable.
            Some(std::env::var_os(name)?.to_string_lossy().into_owned())
        });
        environment.warnings.iter().cloned().for_each(warn_once);
        environment
    }

    pub(super) fn from_lookup(lookup: Lookup<'_>) -> Self {
        let mut warnings = Vec::new();
        let high_security = resolve_high_security(lookup, &mut warnings);
        let mut capture = resolve_capture(lookup, &mut warnings);
        if high_security {
            capture = Some(ContentCapture::Off);
        }
        Self {
            capture,
            streaming_events: resolve_flag(lookup, STREAMING, &mut warnings),
            llm_events: resolve_flag(lookup, LLM_EVENTS, &mut warnings),
            latest_metrics: resolve_latest_metrics(lookup),
            length_limit: resolve_length_limit(lookup, &mut warnings),
            high_security,
            warnings,
        }
    }
}

/// What the environment lets code turn on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ceiling {
    pub(super) high_security: bool,
    /// Where content is recorded unless code decides, and what a scope may turn on.
    pub(super) content: Places,
}

impl Ceiling {
    /// That of the process, which is read once.
    pub(super) fn of_process() -> Self {
        static CEILING: OnceLock<Ceiling> = OnceLock::new();
        *CEILING.get_or_init(|| {
            let environment = Environment::read();
            Self {
                high_security: environment.high_security,
                content: environment
                    .capture
                    .map_or(Places::ALL, ContentCapture::places),
            }
        })
    }
}

fn resolve_high_security(lookup: Lookup<'_>, warnings: &mut Vec<String>) -> bool {
    match find_flag(lookup, HIGH_SECURITY) {
        Ok(flag) => flag.unwrap_or(false),
        Err(error) => {
            warnings.push(format!("{error}; {CONTENT_IS_OFF}"));
            true
        }
    }
}

/// New Relic's variable, which can only turn content off, then OpenTelemetry's.
fn resolve_capture(lookup: Lookup<'_>, warnings: &mut Vec<String>) -> Option<ContentCapture> {
    let capture = find_value(lookup, CAPTURE).map(|text| parse_capture(CAPTURE, &text));
    let capture = capture.transpose();
    let record = find_flag(lookup, RECORD_CONTENT);
    let errors = [capture.as_ref().err(), record.as_ref().err()];
    warnings.extend(
        errors
            .into_iter()
            .flatten()
            .map(|error| format!("{error}; {CONTENT_IS_OFF}")),
    );
    match (capture, record) {
        (Ok(capture), Ok(None | Some(true))) => capture,
        _ => Some(ContentCapture::Off),
    }
}

/// The list is shared by all instrumentations; other names in it are ignored.
fn resolve_latest_metrics(lookup: Lookup<'_>) -> Option<bool> {
    let list = find_value(lookup, OPT_IN)?;
    Some(list.split(',').any(|name| name.trim() == LATEST))
}

fn resolve_length_limit(lookup: Lookup<'_>, warnings: &mut Vec<String>) -> Option<usize> {
    let mut limits = LENGTH_LIMITS.iter();
    let (name, value) = limits.find_map(|name| Some((name, find_value(lookup, name)?)))?;
    let limit = value.parse();
    if limit.is_err() {
        warnings.push(format!(
            "{name}: {value:?} is not a number; the content limit is not changed"
        ));
    }
    limit.ok()
}

fn resolve_flag(lookup: Lookup<'_>, name: &str, warnings: &mut Vec<String>) -> Option<bool> {
    find_flag(lookup, name).unwrap_or_else(|error| {
        warnings.push(format!("{error}; the default is used"));
        None
    })
}

fn find_flag(lookup: Lookup<'_>, name: &str) -> Result<Option<bool>, Error> {
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
pub(super) const HIGH_SECURITY: &str = "NEW_RELIC_HIGH_SECURITY";
const LLM_EVENTS: &str = "NEW_RELIC_AI_MONITORING_ENABLED";
const OPT_IN: &str = "OTEL_SEMCONV_STABILITY_OPT_IN";
const LATEST: &str = "gen_ai_latest_experimental";
const STREAMING: &str = "NEW_RELIC_AI_MONITORING_STREAMING_ENABLED";

const CONTENT_IS_OFF: &str = "message content is not recorded";

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
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
            (&[(HIGH_SECURITY, "true"), (CAPTURE, "true")], off),
            (&[(HIGH_SECURITY, "false"), (CAPTURE, "event_only")], events),
        ] {
            let environment = environment(variables);
            assert_eq!(environment.capture, capture, "{variables:?}");
        }
        let environment = environment(&[(STREAMING, "false")]);
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
            let environment = environment(variables);
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
            let environment = environment(&[(OPT_IN, list)]);
            assert_eq!(environment.latest_metrics, latest, "{list:?}");
        }
    }

    #[test]
    fn invalid_content_variable_turns_content_off() {
        for variable in [CAPTURE, RECORD_CONTENT, HIGH_SECURITY] {
            let environment = environment(&[(variable, "perhaps")]);
            assert_eq!(environment.capture, Some(ContentCapture::Off));
            let [warning] = &environment.warnings[..] else {
                panic!("{:?}", environment.warnings);
            };
            assert!(warning.starts_with(&format!("{variable}: \"perhaps\"")));
            assert!(warning.ends_with(CONTENT_IS_OFF), "{warning}");
        }
    }

    #[test]
    fn invalid_tuning_variable_leaves_the_default() {
        for variable in [STREAMING, LLM_EVENTS, LENGTH_LIMITS[0], LENGTH_LIMITS[1]] {
            let environment = environment(&[(variable, "perhaps")]);
            let [warning] = &environment.warnings[..] else {
                panic!("{:?}", environment.warnings);
            };
            assert!(warning.starts_with(&format!("{variable}: \"perhaps\"")));
            let without_warning = Environment {
                warnings: Vec::new(),
                ..environment
            };
            assert_eq!(without_warning, Environment::default());
        }
    }
}
