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
    if let Some((variable, list)) = settings.env.get_first(&signal_variables(signal).headers) {
        for pair in split_list(&list) {
            // Without `=` it may be a bare secret, which must not be shown.
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Error::invalid_setting(
                    variable,
                    "headers must have the form name=value,name2=value2",
                )
            })?;
            let value = percent_decode(value.trim()).map_err(|error| {
                Error::invalid_setting(variable, format_args!("value of header {name:?}: {error}"))
            })?;
            insert_header(&mut headers, variable, name.trim(), &value)?;
        }
    }
    insert_code_headers(&mut headers, settings)?;
    Ok(headers)
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
    fn invalid_headers_are_named_without_their_values() {
        for (list, expected) in [
            ("s3cret", "OTEL_EXPORTER_OTLP_HEADERS: headers must have"),
            (
                "a b=s3cret",
                "OTEL_EXPORTER_OTLP_HEADERS: \"a b\" is not a header name",
            ),
            (
                "x=s3cret%0A",
                "OTEL_EXPORTER_OTLP_HEADERS: the value of header \"x\"",
            ),
            (
                "content-type=s3cret",
                "OTEL_EXPORTER_OTLP_HEADERS: the header \"content-type\"",
            ),
        ] {
            let error = resolve_headers(&with_env(list), Signal::Logs).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}
