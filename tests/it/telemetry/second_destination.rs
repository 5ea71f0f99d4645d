//! A second backend, beside the pipeline's: it gets what the pipeline gets.

use std::sync::{Arc, Mutex};

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{BatchLogProcessor, LogBatch, LogExporter};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader};
use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanData, SpanExporter};

use nr_bedrock_observability::{Telemetry, TelemetryGuard};

use super::{subscribe, to, trace, with};
use crate::support::otlp::Receiver;

/// The exporters of the second backend.
struct Second {
    spans: Names,
    metrics: InMemoryMetricExporter,
    logs: Names,
}

/// The names of spans, or the bodies of log records.
#[derive(Clone, Debug, Default)]
struct Names(Arc<Mutex<Vec<String>>>);

impl Names {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl SpanExporter for Names {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let names = batch.iter().map(|span| span.name.to_string());
        self.0.lock().unwrap().extend(names);
        Ok(())
    }
}

impl LogExporter for Names {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let bodies = batch.iter().filter_map(|(record, _)| match record.body() {
            Some(AnyValue::String(body)) => Some(body.to_string()),
            _ => None,
        });
        self.0.lock().unwrap().extend(bodies);
        Ok(())
    }
}

impl Second {
    /// Batches take seconds: only a flush or a shutdown exports them in time.
    fn add(telemetry: Telemetry) -> (Telemetry, Self) {
        let second = Self {
            spans: Names::default(),
            metrics: InMemoryMetricExporter::default(),
            logs: Names::default(),
        };
        let spans = BatchSpanProcessor::builder(second.spans.clone()).build();
        let metrics = PeriodicReader::builder(second.metrics.clone()).build();
        let logs = BatchLogProcessor::builder(second.logs.clone()).build();
        let telemetry = telemetry.span_processor(spans).metric_reader(metrics);
        (telemetry.log_processor(logs), second)
    }

    fn names(&self) -> [Vec<String>; 3] {
        let metrics = self.metrics.get_finished_metrics().unwrap();
        let scopes = metrics.iter().flat_map(ResourceMetrics::scope_metrics);
        let metrics = scopes.flat_map(|scope| scope.metrics().map(|it| it.name().to_owned()));
        [self.spans.all(), metrics.collect(), self.logs.all()].map(sorted)
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| !name.starts_with("otel.") && !name.starts_with("nr_bedrock."));
    names.sort_unstable();
    names.dedup();
    names
}

fn names(receiver: &Receiver) -> [Vec<String>; 3] {
    let metrics = receiver.metrics().into_iter().map(|metric| metric.name);
    let logs = receiver.logs().into_iter();
    let logs = logs.filter_map(|log| log.body.as_str().map(str::to_owned));
    [receiver.names(), metrics.collect(), logs.collect()].map(sorted)
}

fn emit(guard: &TelemetryGuard) {
    let meter = guard.meter_provider().meter("app");
    meter.u64_counter("app.calls").build().add(2, &[]);
    let logger = guard.logger_provider().logger("app");
    let mut record = logger.create_log_record();
    record.set_body("a log record".into());
    logger.emit(record);
}

fn assert_gets_everything(telemetry: Telemetry, second: &Second) {
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    emit(&guard);
    guard.shutdown().unwrap();
    let [spans, metrics, logs] = second.names();
    assert_eq!(spans, ["answer", "retrieval"]);
    assert_eq!((metrics.len(), logs.len()), (1, 1));
}

#[test]
fn both_destinations_get_every_signal_on_flush_and_shutdown() {
    let receiver = Receiver::start();
    let (telemetry, second) = Second::add(to(&receiver));
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    emit(&guard);
    guard.flush().unwrap();
    let expected = [
        vec!["answer".to_owned(), "retrieval".to_owned()],
        vec!["app.calls".to_owned()],
        vec!["a log record".to_owned()],
    ];
    assert_eq!(second.names(), expected);
    assert_eq!(names(&receiver), expected);

    with(&dispatch, || tracing::info_span!("late").in_scope(|| ()));
    guard.shutdown().unwrap();
    assert!(second.names()[0].contains(&"late".to_owned()));
    assert!(names(&receiver)[0].contains(&"late".to_owned()));
}

#[test]
fn console_has_a_second_destination_too() {
    let console = Telemetry::console().environment(|_| None);
    let (telemetry, second) = Second::add(console.writer(std::io::sink()));
    assert_gets_everything(telemetry.service_name("support-bot"), &second);
    let metrics = second.metrics.get_finished_metrics().unwrap();
    let name = metrics[0].resource().get(&"service.name".into()).unwrap();
    assert_eq!(name.as_str(), "support-bot");
}

/// As somebody sets it who has no other receiver, to keep the console quiet.
#[test]
fn second_destination_may_be_the_only_one() {
    let none = |name: &str| (name == "OTEL_TRACES_EXPORTER").then(|| "none".to_owned());
    let telemetry = Telemetry::from_env().environment(none);
    let (telemetry, second) = Second::add(telemetry);
    assert_gets_everything(telemetry, &second);
}

#[test]
fn disabled_pipeline_has_no_second_destination() {
    let disable = |name: &str| (name == "OTEL_SDK_DISABLED").then(|| "true".to_owned());
    let (telemetry, second) = Second::add(Telemetry::otlp().environment(disable));
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    emit(&guard);
    guard.shutdown().unwrap();
    assert_eq!(second.names(), [const { Vec::<String>::new() }; 3]);
}

/// tokio-rs/tracing#2207, which the documentation of `Telemetry::layer` warns of.
/// Once this fails, the warning is out of date.
#[test]
fn second_opentelemetry_layer_panics() {
    let receiver = Receiver::start();
    let (layer, _guard) = to(&receiver).layer().unwrap();
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::default();
    let tracer = opentelemetry::trace::TracerProvider::tracer(&provider, "other");
    let subscriber =
        tracing_subscriber::layer::SubscriberExt::with(tracing_subscriber::registry(), layer);
    let subscriber = tracing_subscriber::layer::SubscriberExt::with(
        subscriber,
        crate::support::spans::layer(tracer),
    );
    let dispatch = tracing::Dispatch::new(subscriber);
    let first_span = std::panic::AssertUnwindSafe(|| {
        with(&dispatch, || drop(tracing::info_span!("mine")));
    });
    assert!(std::panic::catch_unwind(first_span).is_err());
}
