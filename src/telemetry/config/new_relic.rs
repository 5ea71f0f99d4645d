//! The settings of New Relic as the receiver.

use std::time::Duration;

use http::{HeaderMap, HeaderName, Uri};

use super::batching::resolve_batch_options;
use super::endpoint;
use super::environment as env;
use super::exporter_options::{resolve_gzip, resolve_signal_enabled, resolve_timeout};
use super::headers::insert_code_headers;
use super::limits::resolve_limits;
use super::metrics::resolve_metric_options;
use super::otlp::OtlpDestination;
use super::settings::Settings;
use crate::Error;
use crate::telemetry::new_relic::attribute_mapping::map_attributes;
use crate::telemetry::new_relic::key::LicenseKey;
use crate::telemetry::new_relic::region::{Region, describe_mismatch, map_event_host};
use crate::telemetry::signal::{PerSignal, Signal};
use crate::telemetry::signal_config::SignalConfig;

pub(super) fn resolve_new_relic(settings: &Settings) -> Result<OtlpDestination, Error> {
    let key = resolve_license_key(settings)?;
    // Without the environment's headers: they are meant for another backend and may
    // be its credentials.
    let mut headers = HeaderMap::new();
    insert_code_headers(&mut headers, settings)?;
    headers.insert(HeaderName::from_static("api-key"), key.to_header()?);
    let signals = PerSignal::from_fn(|signal| {
        if !resolve_signal_enabled(&settings.env, signal)? {
            return Ok(None);
        }
        Ok(Some(SignalConfig {
            signal,
            endpoint: resolve_endpoint(settings, &key, signal)?,
            headers: headers.clone(),
            gzip: resolve_gzip(&settings.env, signal)?,
            timeout: resolve_timeout(settings, signal, TIMEOUT)?,
            max_request_bytes: MAX_REQUEST_BYTES,
            new_relic: true,
        }))
    });
    let signals = signals.transpose()?;
    let host = signals.iter().flatten().next();
    let host = host.and_then(|config| config.endpoint.host());
    let warning = host.and_then(|host| describe_mismatch(key.expose(), host));
    Ok(OtlpDestination {
        signals,
        warning,
        batch_options: resolve_batch_options(&settings.env)?,
        metric_options: resolve_metric_options(&settings.env, true)?,
        limits: resolve_limits(&settings.env, true)?,
        map_payload: Some(map_attributes),
    })
}

/// Code > `NEW_RELIC_LICENSE_KEY` > `NEW_RELIC_INSERT_KEY`.
fn resolve_license_key(settings: &Settings) -> Result<LicenseKey, Error> {
    let (setting, key) = match &settings.license_key {
        Some(key) => (LICENSE_KEY, key.clone()),
        None => settings.env.get_first(&env::LICENSE_KEYS).ok_or_else(|| {
            Error::missing_setting(format!(
                "no New Relic license key: set {} (or {}), or call {LICENSE_KEY}",
                env::LICENSE_KEY,
                env::INSERT_KEY
            ))
        })?,
    };
    LicenseKey::parse(setting, key)
}

/// Code (endpoint, host, region) > `NEW_RELIC_OTLP_HOST` >
/// `EVENT_CLIENT_HOST` > the region of the key.
fn resolve_endpoint(settings: &Settings, key: &LicenseKey, signal: Signal) -> Result<Uri, Error> {
    if let Some(url) = &settings.endpoint {
        return endpoint::parse_base_url(endpoint::SETTING, url, signal);
    }
    let (setting, host) = if let Some(host) = &settings.host {
        ("host", host.clone())
    } else if let Some(region) = &settings.region {
        ("region", Region::parse(region)?.host().to_owned())
    } else if let Some(host) = settings.env.get(env::NEW_RELIC_HOST) {
        (env::NEW_RELIC_HOST, host)
    } else if let Some(host) = settings.env.get(env::EVENT_HOST) {
        let mapped = map_event_host(&host).map(ToOwned::to_owned);
        (env::EVENT_HOST, mapped.unwrap_or(host))
    } else {
        (
            env::LICENSE_KEY,
            Region::from_key(key.expose()).host().to_owned(),
        )
    };
    let host = host.trim();
    if host.contains('@') {
        // Not shown: a password may precede the @.
        return Err(Error::invalid_setting(
            setting,
            "credentials in the host name are not supported; the license key is enough",
        ));
    }
    let port = resolve_port(settings)?.filter(|port| *port != 443);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let shown = host.split('?').next().unwrap_or(host);
    if host.is_empty() || host.contains(['/', '?', '#']) || host.contains(char::is_whitespace) {
        return Err(Error::invalid_setting(
            setting,
            format_args!(
                "{shown:?} is not a host name such as otlp.nr-data.net; set a URL with endpoint"
            ),
        ));
    }
    let url = format!("https://{host}{port}{}", signal.url_path());
    endpoint::parse_url(setting, &url)
}

/// Code > `NEW_RELIC_OTLP_PORT` > the port of https.
fn resolve_port(settings: &Settings) -> Result<Option<u16>, Error> {
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

const LICENSE_KEY: &str = "license_key";
/// New Relic rejects larger bodies, measured on the wire.
const MAX_REQUEST_BYTES: usize = 1_000_000;
/// New Relic's rate limit applies for the rest of a minute; this leaves time after
/// it.
const TIMEOUT: Duration = Duration::from_secs(90);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::environment::Environment;
    use crate::telemetry::config::settings::DestinationChoice;

    fn traces_endpoint(settings: &Settings) -> Result<String, Error> {
        let destination = resolve_new_relic(settings)?;
        Ok(destination.signals.traces.unwrap().endpoint.to_string())
    }

    fn with_env(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Settings {
        Settings::new(DestinationChoice::NewRelic, Environment::new(lookup))
    }

    fn with_variable(variable: &'static str, value: &'static str) -> Settings {
        let lookup = move |name: &str| (name == variable).then(|| value.to_owned());
        Settings {
            license_key: Some("0123".to_owned()),
            ..with_env(lookup)
        }
    }

    fn set(mut settings: Settings, change: impl FnOnce(&mut Settings)) -> Settings {
        change(&mut settings);
        settings
    }

    #[test]
    fn the_license_key_comes_before_the_insert_key() {
        let key = |settings: &Settings| resolve_license_key(settings).unwrap().expose().to_owned();
        let mut settings = with_env(|name| Some(format!("key-of-{name}")));
        assert_eq!(key(&settings), "key-of-NEW_RELIC_LICENSE_KEY");
        settings.license_key = Some("code".into());
        assert_eq!(key(&settings), "code");
        let insert = with_env(|name| (name == env::INSERT_KEY).then(|| "insert".to_owned()));
        assert_eq!(key(&insert), "insert");
    }

    #[test]
    fn a_missing_key_names_both_variables() {
        let error = resolve_license_key(&with_env(|_| None)).unwrap_err();
        assert!(error.is_missing_setting());
        let text = error.to_string();
        assert!(
            text.contains(env::LICENSE_KEY) && text.contains(env::INSERT_KEY),
            "{text}"
        );
    }

    #[test]
    fn the_key_selects_the_region() {
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
            let settings = set(with_env(|_| None), |it| it.license_key = Some(key.into()));
            let endpoint = traces_endpoint(&settings).unwrap();
            assert_eq!(endpoint, format!("https://{host}/v1/traces"), "{key}");
        }
    }

    #[test]
    fn code_wins_over_the_environment_and_the_key() {
        let environment = |name: &str| match name {
            env::LICENSE_KEY => Some("eu01xx0123456789".to_owned()),
            env::NEW_RELIC_HOST => Some("otlp.jp.nr-data.net".to_owned()),
            env::NEW_RELIC_PORT => Some("4318".to_owned()),
            _ => None,
        };
        let settings = || with_env(environment);
        for (settings, url) in [
            (settings(), "https://otlp.jp.nr-data.net:4318/v1/traces"),
            (
                set(settings(), |it| {
                    it.region = Some("us".into());
                    it.port = Some(443);
                }),
                "https://otlp.nr-data.net/v1/traces",
            ),
            (
                set(settings(), |it| it.host = Some("gateway.example".into())),
                "https://gateway.example:4318/v1/traces",
            ),
            (
                set(settings(), |it| {
                    it.endpoint = Some("http://127.0.0.1:1".into());
                }),
                "http://127.0.0.1:1/v1/traces",
            ),
        ] {
            assert_eq!(traces_endpoint(&settings).unwrap(), url);
        }
    }

    #[test]
    fn the_event_host_selects_a_region() {
        for (host, expected) in [
            ("insights-collector.newrelic.com", "otlp.nr-data.net"),
            (
                "insights-collector.eu01.nr-data.net",
                "otlp.eu01.nr-data.net",
            ),
            ("otlp.example", "otlp.example"),
        ] {
            let settings = with_variable(env::EVENT_HOST, host);
            assert_eq!(
                traces_endpoint(&settings).unwrap(),
                format!("https://{expected}/v1/traces")
            );
        }
    }

    #[test]
    fn invalid_values_are_named() {
        let from = with_variable;
        let code = |change: fn(&mut Settings)| set(with_variable("", ""), change);
        for (settings, expected) in [
            (
                code(|it| it.region = Some("mars".into())),
                "region: \"mars\" is not one of us, eu, jp, gov",
            ),
            (
                code(|it| it.host = Some("https://otlp.nr-data.net".into())),
                "host: \"https://otlp.nr-data.net\" is not a host",
            ),
            (
                code(|it| it.host = Some(String::new())),
                "host: \"\" is not a host",
            ),
            (code(|it| it.port = Some(0)), "port: \"0\" is not a port"),
            (
                from(env::NEW_RELIC_PORT, "http"),
                "NEW_RELIC_OTLP_PORT: \"http\" is not a port",
            ),
            (
                from(env::EVENT_HOST, "a/b"),
                "EVENT_CLIENT_HOST: \"a/b\" is not a host",
            ),
            (
                from(env::TIMEOUT, "10s"),
                "OTEL_EXPORTER_OTLP_TIMEOUT: \"10s\" is not a number of milli",
            ),
            (
                from(env::COMPRESSION, "zstd"),
                "OTEL_EXPORTER_OTLP_COMPRESSION: \"zstd\" is neither",
            ),
            (
                from(env::QUEUE_SIZE, "0"),
                "OTEL_BSP_MAX_QUEUE_SIZE: \"0\" is not a whole number",
            ),
            (
                code(|it| it.timeout = Some(Duration::ZERO)),
                "timeout: the timeout must be above 0",
            ),
            (
                code(|it| it.endpoint = Some("http://otlp.nr-data.net".into())),
                "endpoint: \"http://otlp.nr-data.net\" would",
            ),
        ] {
            let error = traces_endpoint(&settings).unwrap_err();
            assert!(error.is_invalid_setting());
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }

    #[test]
    fn headers_for_another_backend_are_not_sent() {
        let settings = set(
            with_variable(env::HEADERS, "authorization=secret,api-key=other"),
            |it| it.headers = vec![("x-team".to_owned(), "a".to_owned())],
        );
        let signals = resolve_new_relic(&settings).unwrap().signals;
        let headers = signals.traces.unwrap().headers;
        assert_eq!(headers["api-key"], "0123");
        assert_eq!(headers["x-team"], "a");
        assert_eq!(headers.len(), 2);
        assert!(!format!("{headers:?}").contains("0123"));
    }
}
