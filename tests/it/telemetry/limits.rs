//! OpenTelemetry's limits: of the settings, and with the conventions' attributes first.

use nr_bedrock_observability::Telemetry;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{subscribe, with};
use crate::support::otlp::Receiver;

type Variables = &'static [(&'static str, &'static str)];

fn limited(receiver: &Receiver, set: Variables) -> Telemetry {
    Telemetry::otlp()
        .environment(move |name| {
            let mut set = set.iter();
            let found = set.find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
        .endpoint(receiver.url())
}

/// A span with many attributes and events of the application, and then two of the
/// conventions.
fn chat(own: usize) {
    let span = tracing::info_span!("chat");
    for number in 0..own {
        span.set_attribute(format!("own.{number}"), 1_i64);
        span.add_event(format!("own {number}"), Vec::new());
    }
    span.set_attribute("gen_ai.request.model", "nova");
    span.add_event("gen_ai.choice", vec![KeyValue::new("content", "Hello")]);
}

#[test]
fn attributes_and_events_of_the_conventions_come_first() {
    // A limit, the attributes and events that arrive, what is counted.
    let table: [(Variables, usize, usize, usize); 4] = [
        (&[], 128, 128, 2 * 173),
        (
            &[
                ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "2"),
                ("OTEL_SPAN_EVENT_COUNT_LIMIT", "1"),
            ],
            2,
            1,
            299 + 300,
        ),
        (&[("OTEL_ATTRIBUTE_COUNT_LIMIT", "1")], 1, 128, 300 + 173),
        (
            &[
                ("OTEL_ATTRIBUTE_COUNT_LIMIT", "1"),
                ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1000"),
            ],
            301,
            128,
            173,
        ),
    ];
    for (set, attributes, events, counted) in table {
        let receiver = Receiver::start();
        let (dispatch, guard) = subscribe(limited(&receiver, set));
        with(&dispatch, || chat(300));
        guard.flush().unwrap();
        let span = receiver.span("chat");
        assert_eq!(span.attributes.len(), attributes, "{set:?}");
        assert_eq!(span.attributes["gen_ai.request.model"], "nova", "{set:?}");
        assert_eq!(span.events.len(), events, "{set:?}");
        let (last, content) = span.events.last().unwrap();
        assert_eq!(last, "gen_ai.choice", "{set:?}");
        assert_eq!(content["content"], "Hello");
        let truncated = guard.stats().spans().truncated();
        assert_eq!(truncated, u64::try_from(counted).unwrap(), "{set:?}");
        guard.shutdown().unwrap();
    }
}

#[test]
fn limits_of_spans_touch_spans_alone() {
    let long = "production-europe-west-1-blue";
    // The variable, and whether it applies to spans and to log records.
    for (variable, spans, logs) in [
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", true, false),
        ("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", false, true),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", true, true),
    ] {
        let receiver = Receiver::start();
        let telemetry = Telemetry::otlp()
            .environment(move |name| (name == variable).then(|| "10".to_owned()))
            .endpoint(receiver.url())
            .resource_attribute("deployment.environment.name", long);
        let (dispatch, guard) = subscribe(telemetry);
        let meter = guard.meter_provider().meter("app");
        let counter = meter.u64_counter("app.calls").build();
        counter.add(1, &[KeyValue::new("model", long)]);
        with(&dispatch, || {
            tracing::info_span!("chat", detail = long).in_scope(|| {
                tracing::info!(detail = long, "an event");
            });
        });
        guard.flush().unwrap();
        let length = |cut| if cut { 10 } else { long.len() };
        let count = |value: &serde_json::Value| value.as_str().unwrap().chars().count();
        let span = receiver.span("chat");
        assert_eq!(count(&span.attributes["detail"]), length(spans));
        assert_eq!(count(&span.events[0].1["detail"]), length(spans));
        if cfg!(feature = "logs") {
            let record = &receiver.logs()[0];
            assert_eq!(count(&record.attributes["detail"]), length(logs));
        }
        for export in receiver.all_exports() {
            assert_eq!(export.resource["deployment.environment.name"], long);
        }
        let metrics = receiver.metrics();
        let calls = metrics.iter().find(|it| it.name == "app.calls").unwrap();
        let Some(Data::Sum(sum)) = &calls.data else {
            panic!("{calls:?}");
        };
        assert!(format!("{:?}", sum.data_points[0].attributes).contains(long));
        guard.shutdown().unwrap();
    }
}
