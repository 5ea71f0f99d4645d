//! Headers of the requests.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::builder::Telemetry;
use super::environment::percent_decode;
use crate::Error;
use crate::telemetry::signal::Signal;

/// Code, over the signal's variable, which replaces
/// `OTEL_EXPORTER_OTLP_HEADERS`.
pub(crate) fn resolve_headers(settings: &Telemetry, signal: Signal) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    if let Some((variable, list)) = settings.env.first(&signal.variables().headers) {
        for pair in list
            .split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
        {
            // What has no `=` may be a bare secret: it is not repeated.
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Error::invalid_setting(variable, "headers are written name=value,name2=value2")
            })?;
            let value = percent_decode(value.trim()).map_err(|error| {
                Error::invalid_setting(variable, format_args!("value of header {name:?}: {error}"))
            })?;
            insert(&mut headers, variable, name.trim(), &value)?;
        }
    }
    add_from_code(&mut headers, settings)?;
    Ok(headers)
}

pub(crate) fn add_from_code(headers: &mut HeaderMap, settings: &Telemetry) -> Result<(), Error> {
    settings
        .headers
        .iter()
        .try_for_each(|(name, value)| insert(headers, "header", name, value))
}

fn insert(headers: &mut HeaderMap, setting: &str, name: &str, value: &str) -> Result<(), Error> {
    let key: HeaderName = name.parse().map_err(|_| {
        Error::invalid_setting(
            setting,
            format_args!("{name:?} is not the name of a header"),
        )
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
            format_args!("the value of header {name:?} has characters that a header cannot carry"),
        )
    })?;
    value.set_sensitive(true);
    headers.insert(key, value);
    Ok(())
}

/// They describe the body, and a wrong one makes every request fail.
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

    const GENERIC: &str = "OTEL_EXPORTER_OTLP_HEADERS";

    fn with_env(variable: &'static str, list: &'static str) -> Telemetry {
        Telemetry::otlp().environment(move |name| (name == variable).then(|| list.to_owned()))
    }

    #[test]
    fn values_are_percent_decoded_and_code_wins() {
        let settings =
            with_env(GENERIC, "authorization=Bearer%20one, X-Team=a=b ,").header("x-team", "code");
        let headers = resolve_headers(&settings, Signal::Traces).unwrap();
        assert_eq!(headers["authorization"], "Bearer one");
        assert_eq!(headers["x-team"], "code");
        assert!(headers.values().all(HeaderValue::is_sensitive));
    }

    #[test]
    fn wrong_headers_are_named_without_their_values() {
        for (list, expected) in [
            ("s3cret", "OTEL_EXPORTER_OTLP_HEADERS: headers are written"),
            (
                "a b=s3cret",
                "OTEL_EXPORTER_OTLP_HEADERS: \"a b\" is not the name",
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
            let error = resolve_headers(&with_env(GENERIC, list), Signal::Logs).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}
