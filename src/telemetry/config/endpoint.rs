//! URLs that telemetry is sent to.

use http::Uri;
use http::uri::Scheme;

use super::environment as env;
use super::settings::Settings;
use super::signal_off::SignalOff;
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::signal::Signal;

/// A URL, and the setting that it came from.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) url: Uri,
    pub(super) source: &'static str,
}

impl Endpoint {
    /// Scheme, host and port, for messages.
    pub(super) fn display_origin(&self) -> String {
        let authority = self.url.authority().map(http::uri::Authority::as_str);
        let scheme = self.url.scheme_str().unwrap_or_default();
        format!("{scheme}://{}", authority.unwrap_or_default())
    }

    /// Whether New Relic is the receiver. It then gets its own form of telemetry,
    /// whichever setting named it.
    pub(super) fn is_new_relic(&self) -> bool {
        let host = self.url.host().unwrap_or_default();
        is_in_domain(host, "nr-data.net")
    }
}

/// Code > the signal's variable > `OTEL_EXPORTER_OTLP_ENDPOINT` >
/// `http://localhost:4318`. Off if only other signals have an endpoint, because spans
/// sent to one backend are no reason to send metrics to another; and if a variable is
/// invalid, because the default would send the data elsewhere.
pub(super) fn resolve_endpoint(
    settings: &Settings,
    signal: Signal,
) -> Result<Result<Endpoint, SignalOff>, Error> {
    if let Some(url) = &settings.endpoint {
        let url = parse_base_url(SETTING, url, signal)?;
        let source = SETTING;
        return Ok(Ok(Endpoint { url, source }));
    }
    let variable = signal_variables(signal).endpoint;
    let others = Signal::ALL.map(|signal| signal_variables(signal).endpoint);
    Ok(
        if let Some((_, endpoint)) = resolve_env_endpoint(settings, signal) {
            endpoint.map_err(SignalOff::from)
        } else if settings.env.get_first(&others).is_some() {
            Err(SignalOff::intended(format!(
                "neither {variable} nor {} is set",
                env::ENDPOINT
            )))
        } else {
            let url = parse_base_url(SETTING, "http://localhost:4318", signal)?;
            let source = DEFAULT;
            Ok(Endpoint { url, source })
        },
    )
}

/// The signal's variable > `OTEL_EXPORTER_OTLP_ENDPOINT`. With the name of the
/// variable.
pub(super) fn resolve_env_endpoint(
    settings: &Settings,
    signal: Signal,
) -> Option<(&'static str, Result<Endpoint, Error>)> {
    let variable = signal_variables(signal).endpoint;
    let (source, value) = settings.env.get_first(&[variable, env::ENDPOINT])?;
    let url = if source == variable {
        parse_url(source, &value)
    } else {
        parse_base_url(source, &value, signal)
    };
    Some((source, url.map(|url| Endpoint { url, source })))
}

/// Whether any signal has an endpoint, in code or in the environment.
pub(super) fn find_endpoint_setting(settings: &Settings) -> Option<&'static str> {
    if settings.endpoint.is_some() {
        return Some(SETTING);
    }
    let [logs, metrics, traces] = Signal::ALL.map(|signal| signal_variables(signal).endpoint);
    let variables = [env::ENDPOINT, traces, metrics, logs];
    settings.env.get_first(&variables).map(|(name, _)| name)
}

/// Appends the signal's path to a base URL. Removes the path of a signal first,
/// because a full path in the generic variable is a common mistake.
pub(super) fn parse_base_url(setting: &str, url: &str, signal: Signal) -> Result<Uri, Error> {
    let uri = parse_url(setting, url)?;
    let path = uri.path().trim_end_matches('/');
    let base = Signal::ALL
        .iter()
        .find_map(|signal| path.strip_suffix(signal.url_path()));
    let path = base.unwrap_or(path);
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri
        .authority()
        .map(http::uri::Authority::as_str)
        .unwrap_or_default();
    parse_url(
        setting,
        &format!("{scheme}://{authority}{path}{}{query}", signal.url_path()),
    )
}

/// Parses a URL that is used unchanged.
pub(super) fn parse_url(setting: &str, url: &str) -> Result<Uri, Error> {
    let url = url.trim();
    if url.contains('@') {
        // Not shown: a password may precede the @.
        return Err(Error::invalid_setting(
            setting,
            "credentials in the URL are not supported; use a header",
        ));
    }
    let uri = url.parse::<Uri>().ok().filter(|uri| {
        let http = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
        http && uri.host().is_some_and(|host| !host.is_empty())
    });
    // Without the query, which may hold a token.
    let shown = url.split('?').next().unwrap_or(url);
    let Some(uri) = uri else {
        return Err(Error::invalid_setting(
            setting,
            format_args!("{shown:?} is not a URL such as https://collector.example:4318"),
        ));
    };
    let domains = ["nr-data.net", "newrelic.com"];
    let is_new_relic = |host| domains.iter().any(|domain| is_in_domain(host, domain));
    if uri.scheme() == Some(&Scheme::HTTP) && uri.host().is_some_and(is_new_relic) {
        return Err(Error::invalid_setting(
            setting,
            format_args!(
                "{shown:?} would send the license key in clear text; New Relic accepts https only"
            ),
        ));
    }
    Ok(uri)
}

fn is_in_domain(host: &str, domain: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

pub(super) const SETTING: &str = "endpoint";
const DEFAULT: &str = "default";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::environment::Environment;
    use crate::telemetry::config::settings::DestinationChoice;

    #[test]
    fn the_signal_path_is_appended_once() {
        for (url, expected) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
            ("https://host/otlp/", "https://host/otlp/v1/traces"),
            ("https://host/v1/traces", "https://host/v1/traces"),
            ("https://host/a?b=c", "https://host/a/v1/traces?b=c"),
            ("https://host/v1/logs", "https://host/v1/traces"),
        ] {
            let uri = parse_base_url("endpoint", url, Signal::Traces).unwrap();
            assert_eq!(uri.to_string(), expected);
        }
    }

    #[test]
    fn the_signals_variable_is_used_unchanged() {
        let settings = |generic: bool, code: Option<&str>| {
            let traces = signal_variables(Signal::Traces).endpoint;
            let lookup = move |name: &str| match name {
                _ if name == traces => Some("http://one/ingest".to_owned()),
                env::ENDPOINT if generic => Some("http://two".to_owned()),
                _ => None,
            };
            Settings {
                endpoint: code.map(ToOwned::to_owned),
                ..Settings::new(DestinationChoice::Otlp, Environment::new(lookup))
            }
        };
        let endpoint = |settings: &Settings, signal| {
            let endpoint = resolve_endpoint(settings, signal).unwrap();
            endpoint.ok().map(|endpoint| endpoint.url.to_string())
        };
        let (traces, logs) = (Signal::Traces, Signal::Logs);
        let only_traces = settings(false, None);
        assert_eq!(endpoint(&only_traces, traces).unwrap(), "http://one/ingest");
        assert_eq!(endpoint(&only_traces, logs), None);
        let both = settings(true, None);
        assert_eq!(endpoint(&both, traces).unwrap(), "http://one/ingest");
        assert_eq!(endpoint(&both, logs).unwrap(), "http://two/v1/logs");
        let code = settings(true, Some("http://three"));
        assert_eq!(endpoint(&code, traces).unwrap(), "http://three/v1/traces");
    }

    #[test]
    fn an_invalid_url_is_named_with_its_setting() {
        for url in [
            "localhost:4318",
            "/v1/traces",
            "ftp://host",
            "https://",
            "not a url",
            "http:///x",
        ] {
            let error = parse_url("OTEL_EXPORTER_OTLP_ENDPOINT", url).unwrap_err();
            assert!(error.is_invalid_setting());
            let text = error.to_string();
            assert!(
                text.starts_with("OTEL_EXPORTER_OTLP_ENDPOINT: ") && text.contains(url),
                "{text}"
            );
        }
    }

    #[test]
    fn credentials_in_a_url_are_rejected_and_not_shown() {
        let error = parse_url("endpoint", "https://me:hunter2@host/").unwrap_err();
        assert!(!format!("{error}{error:?}").contains("hunter2"));
    }

    #[test]
    fn http_to_new_relic_is_rejected() {
        for url in [
            "http://otlp.nr-data.net",
            "http://OTLP.EU01.nr-data.net:4318",
            "http://newrelic.com",
        ] {
            assert!(
                parse_url("endpoint", url)
                    .unwrap_err()
                    .to_string()
                    .contains("https only"),
                "{url}"
            );
        }
        assert!(parse_url("endpoint", "http://not-nr-data.net").is_ok());
        assert!(parse_url("endpoint", "https://otlp.nr-data.net").is_ok());
    }
}
