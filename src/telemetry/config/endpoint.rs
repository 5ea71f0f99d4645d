//! URLs to send spans to.

use http::Uri;
use http::uri::Scheme;

use super::builder::Telemetry;
use super::environment as env;
use crate::Error;
use crate::telemetry::signal::Signal;

/// Code > the signal's own variable > `OTEL_EXPORTER_OTLP_ENDPOINT` > port 4318
/// of this machine. `None` where only other signals were given a place: spans
/// that someone sends to one backend are no reason to send metrics to another.
pub(crate) fn resolve_endpoint(settings: &Telemetry, signal: Signal) -> Result<Option<Uri>, Error> {
    let own = signal.variables().endpoint;
    if let Some(url) = &settings.endpoint {
        base(CODE, url, signal).map(Some)
    } else if let Some(url) = settings.env.get(own) {
        exact(own, &url).map(Some)
    } else if let Some(url) = settings.env.get(env::ENDPOINT) {
        base(env::ENDPOINT, &url, signal).map(Some)
    } else {
        let others = Signal::ALL.map(|signal| signal.variables().endpoint);
        if settings.env.first(&others).is_some() {
            return Ok(None);
        }
        base(CODE, "http://localhost:4318", signal).map(Some)
    }
}

/// A base URL, to which the signal's path is added. The path of a signal that
/// is there already is taken off before: the full path in the generic variable
/// is a common slip, and doubling the path never the wish.
pub(crate) fn base(setting: &str, url: &str, signal: Signal) -> Result<Uri, Error> {
    let uri = exact(setting, url)?;
    let path = uri.path().trim_end_matches('/');
    let slip = Signal::ALL
        .iter()
        .find_map(|signal| path.strip_suffix(signal.path()));
    let path = slip.unwrap_or(path);
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri
        .authority()
        .map(http::uri::Authority::as_str)
        .unwrap_or_default();
    exact(
        setting,
        &format!("{scheme}://{authority}{path}{}{query}", signal.path()),
    )
}

/// A URL that is used as it stands.
pub(crate) fn exact(setting: &str, url: &str) -> Result<Uri, Error> {
    let url = url.trim();
    if url.contains('@') {
        // Not shown: what stands before the @ is a password.
        return Err(Error::invalid_setting(
            setting,
            "credentials in the URL are not sent; use a header",
        ));
    }
    let uri = url.parse::<Uri>().ok().filter(|uri| {
        let web = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
        web && uri.host().is_some_and(|host| !host.is_empty())
    });
    // Not shown: tokens stand in queries.
    let shown = url.split('?').next().unwrap_or(url);
    let Some(uri) = uri else {
        return Err(Error::invalid_setting(
            setting,
            format_args!("{shown:?} is not a URL such as https://collector.example:4318"),
        ));
    };
    if uri.scheme() == Some(&Scheme::HTTP) && uri.host().is_some_and(is_new_relic) {
        return Err(Error::invalid_setting(
            setting,
            format_args!(
                "{shown:?} would send the license key in clear text; New Relic takes https only"
            ),
        ));
    }
    Ok(uri)
}

fn is_new_relic(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["nr-data.net", "newrelic.com"].iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

pub(crate) const CODE: &str = "endpoint";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_added_once() {
        for (url, expected) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
            ("https://host/otlp/", "https://host/otlp/v1/traces"),
            ("https://host/v1/traces", "https://host/v1/traces"),
            ("https://host/a?b=c", "https://host/a/v1/traces?b=c"),
            ("https://host/v1/logs", "https://host/v1/traces"),
        ] {
            let uri = base("endpoint", url, Signal::Traces).unwrap();
            assert_eq!(uri.to_string(), expected);
        }
    }

    #[test]
    fn the_variable_for_one_signal_is_taken_as_it_is() {
        let endpoint = |settings: &Telemetry, signal| {
            let uri = resolve_endpoint(settings, signal).unwrap();
            uri.map(|uri| uri.to_string())
        };
        let own = |name: &str| {
            (name == Signal::Traces.variables().endpoint).then(|| "http://one/ingest".to_owned())
        };
        let settings = Telemetry::otlp().environment(own);
        let (traces, logs) = (Signal::Traces, Signal::Logs);
        assert_eq!(endpoint(&settings, traces).unwrap(), "http://one/ingest");
        assert_eq!(endpoint(&settings, logs), None);
        let settings = settings.environment(move |name| {
            own(name).or_else(|| (name == env::ENDPOINT).then(|| "http://two".to_owned()))
        });
        assert_eq!(endpoint(&settings, traces).unwrap(), "http://one/ingest");
        assert_eq!(endpoint(&settings, logs).unwrap(), "http://two/v1/logs");
        let settings = settings.endpoint("http://three");
        assert_eq!(
            endpoint(&settings, traces).unwrap(),
            "http://three/v1/traces"
        );
    }

    #[test]
    fn what_is_no_url_is_said_to_be_none() {
        for url in [
            "localhost:4318",
            "/v1/traces",
            "ftp://host",
            "https://",
            "not a url",
            "http:///x",
        ] {
            let error = exact("OTEL_EXPORTER_OTLP_ENDPOINT", url).unwrap_err();
            assert!(error.is_invalid_setting());
            let text = error.to_string();
            assert!(
                text.starts_with("OTEL_EXPORTER_OTLP_ENDPOINT: ") && text.contains(url),
                "{text}"
            );
        }
    }

    #[test]
    fn credentials_in_a_url_are_refused_and_not_repeated() {
        let error = exact("endpoint", "https://me:hunter2@host/").unwrap_err();
        assert!(!format!("{error}{error:?}").contains("hunter2"));
    }

    #[test]
    fn new_relic_is_never_spoken_to_in_clear_text() {
        for url in [
            "http://otlp.nr-data.net",
            "http://OTLP.EU01.nr-data.net:4318",
            "http://newrelic.com",
        ] {
            assert!(
                exact("endpoint", url)
                    .unwrap_err()
                    .to_string()
                    .contains("https only"),
                "{url}"
            );
        }
        assert!(exact("endpoint", "http://not-nr-data.net").is_ok());
        assert!(exact("endpoint", "https://otlp.nr-data.net").is_ok());
    }
}
