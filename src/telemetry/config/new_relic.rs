//! New Relic as a destination: its key, its regions, its form of spans.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri};

use super::batching::resolve_batching;
use super::builder::Telemetry;
use super::destination::{Remote, resolve_gzip, resolve_timeout, resolve_wanted};
use super::endpoint;
use super::environment as env;
use super::headers::add_from_code;
use super::metrics::resolve_metric_form;
use crate::Error;
use crate::telemetry::export::truncate::limits::resolve_limits;
use crate::telemetry::new_relic::key::{LicenseKey, resolve_license_key};
use crate::telemetry::new_relic::region::{Region, disagreement, event_host_to_otlp};
use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::Route;

pub(super) fn remote(settings: &Telemetry) -> Result<Remote, Error> {
    let key = resolve_license_key(settings)?;
    // The headers of the environment belong to another backend, and may be its
    // credentials: they stay at home.
    let mut headers = http::HeaderMap::new();
    add_from_code(&mut headers, settings)?;
    let mut value = HeaderValue::from_str(key.expose()).map_err(|_| key.unusable())?;
    value.set_sensitive(true);
    headers.insert(HeaderName::from_static("api-key"), value);
    let route = |signal| {
        if !resolve_wanted(&settings.env, signal)? {
            return Ok(None);
        }
        Ok(Some(Route {
            signal,
            endpoint: resolve_endpoint(settings, &key, signal)?,
            headers: headers.clone(),
            gzip: resolve_gzip(&settings.env, signal)?,
            deadline: resolve_timeout(settings, signal, DEADLINE)?,
            max_wire: MAX_WIRE,
            new_relic: true,
        }))
    };
    let (traces, metrics) = (route(Signal::Traces)?, route(Signal::Metrics)?);
    let logs = route(Signal::Logs)?;
    let first = traces.iter().chain(&metrics).chain(&logs).next();
    let host = first.and_then(|route| route.endpoint.host());
    let warning = host.and_then(|host| disagreement(key.expose(), host));
    Ok(Remote {
        traces,
        metrics,
        logs,
        warning,
        batching: resolve_batching(&settings.env)?,
        metric_form: resolve_metric_form(&settings.env, true)?,
        limits: resolve_limits(&settings.env, true)?,
        new_relic: true,
    })
}

/// Code (endpoint, host, region) > `NEW_RELIC_OTLP_HOST` >
/// `EVENT_CLIENT_HOST` > the region that the key names.
fn resolve_endpoint(settings: &Telemetry, key: &LicenseKey, signal: Signal) -> Result<Uri, Error> {
    if let Some(url) = &settings.endpoint {
        return endpoint::base(endpoint::CODE, url, signal);
    }
    let (setting, host) = if let Some(host) = &settings.host {
        ("host", host.clone())
    } else if let Some(region) = &settings.region {
        ("region", Region::parse(region)?.host().to_owned())
    } else if let Some(host) = settings.env.get(env::NEW_RELIC_HOST) {
        (env::NEW_RELIC_HOST, host)
    } else if let Some(host) = settings.env.get(env::EVENT_HOST) {
        let known = event_host_to_otlp(&host).map(ToOwned::to_owned);
        (env::EVENT_HOST, known.unwrap_or(host))
    } else {
        (
            env::LICENSE_KEY,
            Region::of_key(key.expose()).host().to_owned(),
        )
    };
    let host = host.trim();
    if host.contains('@') {
        // Not shown: what stands before the @ is a password.
        return Err(Error::invalid_setting(
            setting,
            "credentials in the host name are not sent; the license key is enough",
        ));
    }
    let port = resolve_port(settings)?.filter(|port| *port != 443);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let shown = host.split('?').next().unwrap_or(host);
    if host.is_empty() || host.contains(['/', '?', '#']) || host.contains(char::is_whitespace) {
        return Err(Error::invalid_setting(
            setting,
            format_args!(
                "{shown:?} is not a host name such as otlp.nr-data.net; a URL goes to endpoint"
            ),
        ));
    }
    endpoint::exact(setting, &format!("https://{host}{port}{}", signal.path()))
}

/// Code > `NEW_RELIC_OTLP_PORT` > that of https.
fn resolve_port(settings: &Telemetry) -> Result<Option<u16>, Error> {
    let (setting, port) = if let Some(port) = settings.port {
        ("port", Some(port))
    } else {
        (
            env::NEW_RELIC_PORT,
            settings
                .env
                .parse(env::NEW_RELIC_PORT, "a port from 1 to 65535")?,
        )
    };
    if port == Some(0) {
        return Err(Error::invalid_setting(
            setting,
            "\"0\" is not a port from 1 to 65535",
        ));
    }
    Ok(port)
}

/// New Relic refuses bodies above 1,000,000 bytes on the wire.
const MAX_WIRE: usize = 1_000_000;
/// Its rate limit holds for the rest of a minute: this leaves time after it.
const DEADLINE: Duration = Duration::from_secs(90);

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint_of(settings: &Telemetry) -> Result<String, Error> {
        remote(settings).map(|remote| remote.traces.unwrap().endpoint.to_string())
    }

    fn bare() -> Telemetry {
        Telemetry::new_relic().environment(|_| None)
    }

    #[test]
    fn the_key_chooses_the_region() {
        for (key, host) in [
            ("eu01xx0123456789", "otlp.eu01.nr-data.net"),
            ("EU01XX0123456789", "otlp.eu01.nr-data.net"),
            ("jpxx0123456789", "otlp.jp.nr-data.net"),
            ("gov01xx0123456789", "gov-otlp.nr-data.net"),
            ("us01xx0123456789", "otlp.nr-data.net"),
            (
                "0123456789abcdef0123456789abcdef01234567",
                "otlp.nr-data.net",
            ),
        ] {
            let endpoint = endpoint_of(&bare().license_key(key)).unwrap();
            assert_eq!(endpoint, format!("https://{host}/v1/traces"), "{key}");
        }
    }

    #[test]
    fn code_wins_over_the_environment_which_wins_over_the_key() {
        let environment = |name: &str| match name {
            env::LICENSE_KEY => Some("eu01xx0123456789".to_owned()),
            env::NEW_RELIC_HOST => Some("otlp.jp.nr-data.net".to_owned()),
            env::NEW_RELIC_PORT => Some("4318".to_owned()),
            _ => None,
        };
        let settings = || Telemetry::new_relic().environment(environment);
        for (settings, url) in [
            (settings(), "https://otlp.jp.nr-data.net:4318/v1/traces"),
            (
                settings().region("us").port(443),
                "https://otlp.nr-data.net/v1/traces",
            ),
            (
                settings().host("gateway.example"),
                "https://gateway.example:4318/v1/traces",
            ),
            (
                settings().endpoint("http://127.0.0.1:1"),
                "http://127.0.0.1:1/v1/traces",
            ),
        ] {
            assert_eq!(endpoint_of(&settings).unwrap(), url);
        }
    }

    #[test]
    fn the_event_host_of_older_set_ups_names_a_region() {
        for (host, expected) in [
            ("insights-collector.newrelic.com", "otlp.nr-data.net"),
            (
                "insights-collector.eu01.nr-data.net",
                "otlp.eu01.nr-data.net",
            ),
            ("otlp.example", "otlp.example"),
        ] {
            let settings = Telemetry::new_relic()
                .license_key("0123")
                .environment(move |name| (name == env::EVENT_HOST).then(|| host.to_owned()));
            assert_eq!(
                endpoint_of(&settings).unwrap(),
                format!("https://{expected}/v1/traces")
            );
        }
    }

    #[test]
    fn wrong_values_are_named() {
        let from = |variable: &'static str, value: &'static str| {
            bare()
                .license_key("0123")
                .environment(move |name| (name == variable).then(|| value.to_owned()))
        };
        let key = || bare().license_key("0123");
        for (settings, expected) in [
            (
                key().region("mars"),
                "region: \"mars\" is not one of us, eu, jp, gov",
            ),
            (
                key().host("https://otlp.nr-data.net"),
                "host: \"https://otlp.nr-data.net\" is not a host",
            ),
            (key().host(""), "host: \"\" is not a host"),
            (key().port(0), "port: \"0\" is not a port"),
            (
                from(env::NEW_RELIC_PORT, "http"),
                "NEW_RELIC_OTLP_PORT: \"http\" is not a port",
            ),
            (
                from(env::EVENT_HOST, "a/b"),
                "EVENT_CLIENT_HOST: \"a/b\" is not a host",
            ),
            (
                from("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
                "OTEL_EXPORTER_OTLP_TIMEOUT: \"10s\" is not a number of milli",
            ),
            (
                from("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
                "OTEL_EXPORTER_OTLP_COMPRESSION: \"zstd\" is neither",
            ),
            (
                from(env::QUEUE_SIZE, "0"),
                "OTEL_BSP_MAX_QUEUE_SIZE: \"0\" is not a whole number",
            ),
            (key().timeout(Duration::ZERO), "timeout: a timeout of 0"),
            (
                key().endpoint("http://otlp.nr-data.net"),
                "endpoint: \"http://otlp.nr-data.net\" would",
            ),
        ] {
            let error = endpoint_of(&settings).unwrap_err();
            assert!(error.is_invalid_setting());
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }

    #[test]
    fn headers_meant_for_another_backend_stay_at_home() {
        let settings = bare()
            .header("x-team", "a")
            .license_key("0123")
            .environment(|name| {
                (name == "OTEL_EXPORTER_OTLP_HEADERS")
                    .then(|| "authorization=secret,api-key=other".to_owned())
            });
        let headers = remote(&settings).unwrap().traces.unwrap().headers;
        assert_eq!(headers["api-key"], "0123");
        assert_eq!(headers["x-team"], "a");
        assert_eq!(headers.len(), 2);
        assert!(!format!("{headers:?}").contains("0123"));
    }
}
