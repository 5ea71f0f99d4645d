//! The settings of New Relic as the receiver.

use http::HeaderMap;

use super::compression::resolve_compression;
use super::endpoint::{self, Endpoint, resolve_env_endpoint};
use super::endpoint_check::check_endpoint;
use super::environment as env;
use super::exporter_options::resolve_timeout;
use super::headers::insert_code_headers;
use super::license_key::{API_KEY, resolve_license_key};
use super::otlp::{
    NEW_RELIC_MAX_REQUEST_BYTES, NEW_RELIC_TIMEOUT, OtlpDestination, resolve_signal_off,
};
use super::settings::{DestinationChoice, Settings};
use super::signal_off::SignalOff;
use crate::Error;
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
    headers.insert(API_KEY, key.to_header()?);
    let signals = PerSignal::from_fn(|signal| {
        if let Some(off) = resolve_signal_off(settings, signal) {
            return Ok(Err(off));
        }
        let endpoint = match resolve_endpoint(settings, &key, signal)? {
            Ok(endpoint) => endpoint,
            Err(off) => return Ok(Err(off)),
        };
        check_endpoint(&settings.env, signal, &endpoint);
        let (compression, compression_source) = resolve_compression(settings, signal);
        let (timeout, timeout_source) = resolve_timeout(settings, signal, NEW_RELIC_TIMEOUT)?;
        Ok(Ok(SignalConfig {
            signal,
            endpoint: endpoint.url,
            source: endpoint.source,
            headers: headers.clone(),
            compression,
            compression_source,
            timeout,
            timeout_source,
            max_request_bytes: NEW_RELIC_MAX_REQUEST_BYTES,
            new_relic: true,
        }))
    });
    let signals = signals.transpose()?;
    let host = signals.iter().flatten().next();
    if let Some(host) = host.and_then(|config| config.endpoint.host()) {
        let mismatch = describe_mismatch(key.expose(), host);
        if let Some(mismatch) = mismatch {
            settings.env.warn(mismatch);
        }
        warn_of_unused_endpoint(settings, &key, host);
    }
    Ok(OtlpDestination::new(settings, signals))
}

/// With a license key and an endpoint of another host, a collector may have been
/// meant.
fn warn_of_unused_endpoint(settings: &Settings, key: &LicenseKey, host: &str) {
    if settings.destination != DestinationChoice::Auto || settings.endpoint.is_some() {
        return;
    }
    for signal in Signal::ALL {
        let endpoint = resolve_env_endpoint(settings, signal);
        let Some((variable, endpoint)) = endpoint else {
            continue;
        };
        if !endpoint.is_ok_and(|endpoint| endpoint.is_new_relic()) {
            // The same text again for the next signal is kept once.
            settings.env.warn(format!(
                "{} and {variable} are both set: the license key wins, telemetry is sent to \
                 {host} and not to the endpoint; for the endpoint, unset the key or call \
                 Telemetry::otlp()",
                key.setting()
            ));
        }
    }
}

/// Code (endpoint, host, region) > `NEW_RELIC_OTLP_HOST` > `EVENT_CLIENT_HOST` >
/// an endpoint variable that names New Relic > the region of the key.
fn resolve_endpoint(
    settings: &Settings,
    key: &LicenseKey,
    signal: Signal,
) -> Result<Result<Endpoint, SignalOff>, Error> {
    let build = |source, host: &str| build_endpoint(settings, source, host, signal);
    if let Some(url) = &settings.endpoint {
        let source = endpoint::SETTING;
        let url = endpoint::parse_base_url(source, url, signal)?;
        Ok(Ok(Endpoint { url, source }))
    } else if let Some(host) = &settings.host {
        build("host", host).map(Ok)
    } else if let Some(region) = &settings.region {
        build("region", Region::parse(region)?.host()).map(Ok)
    } else if let Some(host) = settings.env.get(env::NEW_RELIC_HOST) {
        Ok(build(env::NEW_RELIC_HOST, &host).map_err(SignalOff::from))
    } else if let Some(host) = settings.env.get(env::EVENT_HOST) {
        let host = map_event_host(&host).unwrap_or(&host);
        Ok(build(env::EVENT_HOST, host).map_err(SignalOff::from))
    } else if let Some((_, Ok(endpoint))) = resolve_env_endpoint(settings, signal)
        && endpoint.is_new_relic()
    {
        Ok(Ok(endpoint))
    } else {
        build(key.setting(), Region::from_key(key.expose()).host()).map(Ok)
    }
}

fn build_endpoint(
    settings: &Settings,
    source: &'static str,
    host: &str,
    signal: Signal,
) -> Result<Endpoint, Error> {
    let host = host.trim();
    if host.contains('@') {
        // Not shown: a password may precede the @.
        return Err(Error::invalid_setting(
            source,
            "credentials in the host name are not supported; the license key is enough",
        ));
    }
    let port = resolve_port(settings)?;
    let port = if port == HTTPS_PORT {
        String::new()
    } else {
        format!(":{port}")
    };
    let shown = host.split('?').next().unwrap_or(host);
    if host.is_empty() || host.contains(['/', '?', '#']) || host.contains(char::is_whitespace) {
        return Err(Error::invalid_setting(
            source,
            format_args!(
                "{shown:?} is not a host name such as otlp.nr-data.net; set a URL with endpoint"
            ),
        ));
    }
    let url = format!("https://{host}{port}{}", signal.url_path());
    let url = endpoint::parse_url(source, &url)?;
    Ok(Endpoint { url, source })
}

/// Code > `NEW_RELIC_OTLP_PORT` > the port of https.
fn resolve_port(settings: &Settings) -> Result<u16, Error> {
    const EXPECTED: &str = "a port from 1 to 65535";
    match settings.port {
        Some(0) => Err(Error::invalid_setting(
            "port",
            format_args!("\"0\" is not {EXPECTED}"),
        )),
        Some(port) => Ok(port),
        None => {
            let names = &[env::NEW_RELIC_PORT];
            Ok(settings.env.parse_number(names, EXPECTED, 1, HTTPS_PORT))
        }
    }
}

const HTTPS_PORT: u16 = 443;

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
    fn invalid_values_of_code_are_named() {
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
