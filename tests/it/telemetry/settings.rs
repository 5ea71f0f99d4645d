//! Settings: who wins, and what is said about wrong ones.

use nr_bedrock_observability::{EffectiveDestination, Error, Telemetry};
use tracing_subscriber::Registry;

use super::console::Screen;
use super::{KEY, subscribe, trace, with};
use crate::support::otlp::Receiver;

/// The error of a set-up that must fail.
fn refused(telemetry: Telemetry) -> Error {
    telemetry.layer::<Registry>().map(drop).unwrap_err()
}

fn variables(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> + Send + Sync {
    |name| {
        pairs
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    }
}

#[test]
fn the_environment_decides_where_spans_go() {
    let receiver = Receiver::start();
    let url = receiver.url();
    let endpoint = move |name: &str| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| url.clone());
    let (dispatch, guard) = subscribe(Telemetry::from_env().environment(endpoint));
    with(&dispatch, trace);
    guard.shutdown().unwrap();
    assert_eq!(receiver.exports()[0].path, "/v1/traces");
    assert!(!receiver.exports()[0].headers.contains_key("api-key"));

    let key = variables(&[("NEW_RELIC_INSERT_KEY", KEY)]);
    let telemetry = Telemetry::from_env()
        .environment(key)
        .endpoint(receiver.url());
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    guard.shutdown().unwrap();
    assert_eq!(receiver.exports()[1].headers["api-key"], KEY);
}

#[test]
fn the_guard_tells_where_spans_go() {
    // No metrics: nothing may be sent there.
    let region = variables(&[
        ("NEW_RELIC_LICENSE_KEY", KEY),
        ("OTEL_METRICS_EXPORTER", "none"),
    ]);
    let telemetry = Telemetry::from_env().environment(region);
    let (_, guard) = subscribe(telemetry);
    let expected = "https://otlp.eu01.nr-data.net/v1/traces";
    assert_eq!(guard.destination(), Some(expected));
    let telemetry = Telemetry::otlp()
        .environment(variables(&[("OTEL_METRICS_EXPORTER", "none")]))
        .endpoint("https://collector.example/?token=hidden");
    let (_, guard) = subscribe(telemetry);
    assert_eq!(
        guard.destination(),
        Some("https://collector.example/v1/traces")
    );
    let (_, guard) = subscribe(Telemetry::console());
    assert_eq!(guard.destination(), None);
}

#[test]
fn disabled_means_that_nothing_leaves_and_nothing_fails() {
    let receiver = Receiver::start();
    let telemetry = Telemetry::new_relic()
        .environment(variables(&[("OTEL_SDK_DISABLED", "True")]))
        .endpoint(receiver.url());
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    guard.flush().unwrap();
    assert_eq!(guard.stats().spans().exported(), 0);
    guard.shutdown().unwrap();
    assert!(receiver.exports().is_empty());
}

#[test]
fn wrong_settings_of_code_are_errors() {
    let otlp = || Telemetry::otlp().environment(|_| None);
    for (telemetry, expected) in [
        (
            otlp().endpoint("collector?token=hunter2"),
            "endpoint: \"collector\" is not a URL",
        ),
        (
            Telemetry::new_relic()
                .environment(|_| None)
                .license_key("0123456789012345678901234567890123456789")
                .host("me:hunter2@otlp.nr-data.net"),
            "host: credentials in the host name are not supported",
        ),
        (
            otlp().endpoint("http://otlp.eu01.nr-data.net"),
            "endpoint: \"http://otlp.eu01.nr-data.net\" would send the license key in clear text",
        ),
        (
            otlp().header("a b", "c"),
            "header: \"a b\" is not a header name",
        ),
    ] {
        let error = refused(telemetry);
        assert!(error.is_invalid_setting());
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn keys_that_cannot_work_are_described_and_never_shown() {
    let new_relic = || Telemetry::new_relic().environment(|_| None);
    for (telemetry, expected) in [
        (
            new_relic().license_key("NRAK-SECRET"),
            "license_key: this is a user key",
        ),
        (
            new_relic().license_key("SECRET "),
            "license_key: the key has blanks",
        ),
        (
            new_relic().license_key("SECRET\n"),
            "license_key: the key has blanks",
        ),
        (
            new_relic().license_key(KEY).region("moon"),
            "region: \"moon\" is not one of us, eu, jp, gov",
        ),
        (
            new_relic().license_key(KEY).host("otlp/x"),
            "host: \"otlp/x\" is not a host name",
        ),
    ] {
        let debug = format!("{telemetry:?}");
        let error = refused(telemetry);
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(
            !format!("{debug} {error} {error:?}").contains("SECRET"),
            "{debug} {error:?}"
        );
    }
    let missing = refused(new_relic());
    assert!(missing.is_missing_setting());
    let text = missing.to_string();
    assert!(
        text.contains("NEW_RELIC_LICENSE_KEY") && text.contains("NEW_RELIC_INSERT_KEY"),
        "{text}"
    );
}

/// The one variable that is an error: nothing can arrive with such a key.
#[test]
fn a_user_key_in_the_environment_is_an_error() {
    let key = variables(&[("NEW_RELIC_LICENSE_KEY", "\"NRAK-SECRET\"")]);
    let error = refused(Telemetry::from_env().environment(key)).to_string();
    let expected = "NEW_RELIC_LICENSE_KEY: this is a user key";
    assert!(error.starts_with(expected), "{error}");
    assert!(!error.contains("SECRET"), "{error}");
}

#[test]
fn otlp_in_code_prefers_the_endpoint_to_the_license_key() {
    let both = variables(&[
        ("NEW_RELIC_LICENSE_KEY", KEY),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
    ]);
    let settings = Telemetry::otlp().environment(both).effective_settings();
    let settings = settings.unwrap();
    assert_eq!(settings.destination(), EffectiveDestination::Otlp);
    let spans = settings.spans();
    assert_eq!(spans.endpoint(), Some("http://127.0.0.1:1/v1/traces"));
    assert_eq!(spans.header_names().count(), 0, "the key stays here");
    assert!(settings.warnings().is_empty());
}

#[test]
fn otlp_to_new_relic_sends_the_license_key_of_the_environment() {
    let key = variables(&[("NEW_RELIC_LICENSE_KEY", KEY)]);
    let telemetry = Telemetry::otlp()
        .environment(key)
        .endpoint("https://otlp.eu01.nr-data.net");
    let settings = telemetry.effective_settings().unwrap();
    assert_eq!(settings.destination(), EffectiveDestination::NewRelic);
    let headers: Vec<_> = settings.spans().header_names().collect();
    assert_eq!(headers, ["api-key"]);
}

#[test]
fn spans_are_printed_beside_exported_metrics() {
    let receiver = Receiver::start();
    let screen = Screen::default();
    let telemetry = Telemetry::from_env()
        .environment(variables(&[("OTEL_TRACES_EXPORTER", "console")]))
        .endpoint(receiver.url())
        .writer(screen.clone());
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    guard.shutdown().unwrap();
    assert!(screen.text().contains("answer"), "{}", screen.text());
    assert!(receiver.spans().is_empty());
    assert!(!receiver.metrics().is_empty());
}

#[test]
fn debug_output_holds_no_secrets() {
    let telemetry = Telemetry::new_relic()
        .license_key(KEY)
        .header("authorization", "SECRET");
    let debug = format!("{telemetry:?}");
    assert!(
        debug.contains("authorization") && !debug.contains("SECRET"),
        "{debug}"
    );
}
