//! Environments: variables that are set, the settings that apply, the warnings. The
//! program starts with each of them, and its spans arrive if they are exported.

mod started;
mod table;

use std::io;

use nr_bedrock_observability::{EffectiveSettings, EffectiveSignal, Telemetry};

use self::table::{ROWS, Row};
use super::{KEY, subscribe, trace, with};
use crate::support::otlp::Receiver;

#[test]
fn environments_have_their_settings_and_warnings() {
    assert!(ROWS.len() >= 40, "{}", ROWS.len());
    for row in ROWS {
        let settings = from(row, "http://127.0.0.1:1").effective_settings();
        let settings = settings.unwrap_or_else(|error| panic!("{:?}: {error}", row.set));
        let described = describe(&settings);
        for expected in row.settings {
            let found = described.lines().any(|line| line == *expected);
            assert!(found, "{:?}: no {expected:?} in\n{described}", row.set);
        }
        let warnings = settings.warnings();
        assert_eq!(
            warnings.len(),
            row.warnings.len(),
            "{:?}: {warnings:#?}",
            row.set
        );
        for (warning, expected) in warnings.iter().zip(row.warnings) {
            assert!(warning.contains(expected), "{:?}: {warning}", row.set);
            assert!(!warning.contains("SECRET"), "{warning}");
        }
        assert!(!format!("{settings:?}").contains("SECRET"), "{:?}", row.set);
    }
}

#[test]
fn programs_start_in_each_environment_and_spans_arrive() {
    for row in ROWS {
        let receiver = Receiver::start();
        let url = receiver.url();
        let settings = from(row, &url).effective_settings().unwrap();
        let exported = settings.spans().endpoint().is_some();
        let mut telemetry = from(row, &url);
        if ![settings.spans(), settings.metrics(), settings.logs()]
            .into_iter()
            .filter_map(EffectiveSignal::endpoint)
            .all(|endpoint| endpoint.starts_with(&url))
        {
            // Nothing may leave this machine.
            telemetry = telemetry.endpoint(&url);
        }
        let (dispatch, guard) = subscribe(telemetry);
        with(&dispatch, trace);
        guard.shutdown().unwrap();
        let sampled = !settings.sampler().contains("AlwaysOff");
        let arrived = receiver.names().contains(&"answer".to_owned());
        assert_eq!(arrived, exported && sampled, "{:?}", row.set);
    }
}

/// `URL` and `KEY` in a value stand for those of the test.
fn from(row: &'static Row, url: &str) -> Telemetry {
    let url = url.to_owned();
    Telemetry::from_env()
        .environment(move |name| {
            let mut set = row.set.iter();
            let (_, value) = set.find(|(variable, _)| *variable == name)?;
            Some(value.replace("URL", &url).replace("KEY", KEY))
        })
        .writer(io::sink())
}

/// One setting per line.
fn describe(settings: &EffectiveSettings) -> String {
    let mut lines = vec![
        format!("destination {:?}", settings.destination()),
        format!("sampler {}", settings.sampler()),
        format!(
            "service {} from {}",
            settings.service_name(),
            settings.service_name_source()
        ),
    ];
    for (name, signal) in [
        ("spans", settings.spans()),
        ("metrics", settings.metrics()),
        ("logs", settings.logs()),
    ] {
        if let Some(reason) = signal.off_reason() {
            lines.push(format!("{name} off: {reason}"));
            continue;
        }
        let headers: Vec<_> = signal.header_names().collect();
        lines.push(format!("{name} to {}", signal.endpoint().unwrap()));
        lines.push(format!("{name} from {}", signal.source().unwrap()));
        lines.push(format!("{name} with {headers:?}"));
        lines.push(format!("{name} in {}", signal.compression().unwrap()));
        lines.push(format!(
            "{name} within {} ms",
            signal.timeout().unwrap().as_millis()
        ));
    }
    for (key, value) in settings.resource_attributes() {
        lines.push(format!("resource {key}={value}"));
    }
    lines.join("\n")
}
