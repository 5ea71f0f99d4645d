//! Headers of the export requests.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::environment::{percent_decode, split_list};
use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::signal::Signal;

/// Code > the signal's variable or, without it, `OTEL_EXPORTER_OTLP_HEADERS`.
pub(super) fn resolve_headers(settings: &Settings, signal: Signal) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let names = signal_variables(signal).headers;
    if let Some((variable, list)) = settings.env.get_first(&names) {
        for (position, pair) in split_list(&list).enumerate() {
            if let Err(problem) = insert_env_header(&mut headers, variable, pair) {
                let entry = position + 1;
                let warning = format!("{variable}: entry {entry} is ignored: {problem}");
                settings.env.warn(warning);
            }
        }
    }
    insert_code_headers(&mut headers, settings)?;
    Ok(headers)
}

/// The problem is described without the entry: without a valid name, all of it may
/// be a secret.
fn insert_env_header(
    headers: &mut HeaderMap,
    variable: &str,
    pair: &str,
) -> Result<(), &'static str> {
    const FORM: &str = "it must have the form name=value, with a valid header name";
    let (name, value) = pair.split_once('=').ok_or(FORM)?;
    let name = name.trim();
    name.parse::<HeaderName>().map_err(|_| FORM)?;
    let value = percent_decode(value.trim());
    let value = value.map_err(|_| "its value is not UTF-8 when decoded")?;
    insert_header(headers, variable, name, &value)
        .map_err(|_| "its name is reserved, or its value has characters that are not allowed")
}

pub(super) fn insert_code_headers(
    headers: &mut HeaderMap,
    settings: &Settings,
) -> Result<(), Error> {
    settings
        .headers
        .iter()
        .try_for_each(|(name, value)| insert_header(headers, "header", name, value))
}

fn insert_header(
    headers: &mut HeaderMap,
    setting: &str,
    name: &str,
    value: &str,
) -> Result<(), Error> {
    let key: HeaderName = name.parse().map_err(|_| {
        Error::invalid_setting(setting, format_args!("{name:?} is not a header name"))
    })?;
    if RESERVED.contains(&key.as_str()) {
        return Err(Error::invalid_setting(
            setting,
            format_args!("the header {name:?} is set by the exporter"),
        ));
    }
    let mut value: HeaderValue = value.parse().map_err(|_| {
        Error::invalid_setting(
            setting,
            format_args!("the value of header {name:?} has characters that are not allowed"),
        )
    })?;
    value.set_sensitive(true);
    headers.insert(key, value);
    Ok(())
}

/// Headers that describe the body: a wrong value would make every request fail.
const RESERVED: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::environment::{Environment, HEADERS};
    use crate::telemetry::config::settings::DestinationChoice;

    fn with_env(list: &'static str) -> Settings {
        let lookup = move |name: &str| (name == HEADERS).then(|| list.to_owned());
        Settings::new(DestinationChoice::Otlp, Environment::new(lookup))
    }

    #[test]
    fn values_are_percent_decoded_and_code_wins() {
        let mut settings = with_env("authorization=Bearer%20one, X-Team=a=b ,");
        settings.headers = vec![("x-team".to_owned(), "code".to_owned())];
        let headers = resolve_headers(&settings, Signal::Traces).unwrap();
        assert_eq!(headers["authorization"], "Bearer one");
        assert_eq!(headers["x-team"], "code");
        assert!(headers.values().all(HeaderValue::is_sensitive));
    }

    #[test]
    fn invalid_entries_are_counted_and_never_shown() {
        for (list, expected) in [
            ("s3cret", "entry 1 is ignored: it must have the form"),
            (
                "ok=1,s3 cret==",
                "entry 2 is ignored: it must have the form",
            ),
            ("x=s3cret%0A", "entry 1 is ignored: its name is reserved"),
            (
                "content-type=s3cret",
                "entry 1 is ignored: its name is reserved",
            ),
            ("x=s3cret%FF", "entry 1 is ignored: its value is not UTF-8"),
        ] {
            let settings = with_env(list);
            let headers = resolve_headers(&settings, Signal::Logs).unwrap();
            assert_eq!(headers.len(), usize::from(list.starts_with("ok")));
            let warnings = settings.env.warnings().to_vec();
            let [warning] = warnings.as_slice() else {
                panic!("{warnings:?}");
            };
            let expected = format!("OTEL_EXPORTER_OTLP_HEADERS: {expected}");
            assert!(warning.starts_with(&expected), "{warning}");
            assert!(!warning.contains("s3"), "{warning}");
        }
    }
}
