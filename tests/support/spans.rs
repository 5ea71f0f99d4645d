//! Finished spans, as an exporter receives them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    Sampler, SdkTracer, SdkTracerProvider, SimpleSpanProcessor, SpanData, SpanExporter,
};
use serde_json::json;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;

/// Collects the spans that end on the current thread until it is dropped.
///
/// Tests run on a current-thread runtime, so this includes the spans of tasks.
#[derive(Debug)]
pub struct Spans {
    finished: Exporter,
    #[cfg_attr(
        not(feature = "agent-runtime"),
        expect(dead_code, reason = "the spans need their provider")
    )]
    provider: SdkTracerProvider,
    _default: DefaultGuard,
}

impl Spans {
    /// Collects spans of level INFO and above, as an application does.
    pub fn collect() -> Self {
        Self::collect_at(LevelFilter::INFO)
    }

    /// Collects spans of a level and above.
    pub fn collect_at(level: LevelFilter) -> Self {
        Self::collect_with(Sampler::AlwaysOn, |tracer| {
            tracing_subscriber::registry()
                .with(level)
                .with(layer(tracer))
        })
    }

    /// Collects the spans of a subscriber that is built from a tracer.
    pub fn collect_with<S: Into<Dispatch>>(
        sampler: Sampler,
        subscriber: impl FnOnce(SdkTracer) -> S,
    ) -> Self {
        let finished = Exporter::default();
        let provider = SdkTracerProvider::builder()
            .with_sampler(sampler)
            .with_span_processor(SimpleSpanProcessor::new(finished.clone()))
            .build();
        let subscriber = subscriber(provider.tracer("test"));
        Self {
            finished,
            provider,
            _default: tracing::dispatcher::set_default(&subscriber.into()),
        }
    }

    /// The provider of these spans, for spans that `tracing` cannot make.
    #[cfg(feature = "agent-runtime")]
    pub fn provider(&self) -> SdkTracerProvider {
        self.provider.clone()
    }

    /// The spans that have ended, in the order of their ends.
    pub fn all(&self) -> Vec<Span> {
        let finished = self.finished.0.lock();
        let finished = finished.unwrap_or_else(PoisonError::into_inner);
        finished.iter().cloned().map(Span).collect()
    }

    /// The spans of Bedrock calls that have ended.
    pub fn bedrock(&self) -> Vec<Span> {
        let is_bedrock = |span: &Span| span.text("gen_ai.provider.name") == "aws.bedrock";
        self.all().into_iter().filter(is_bedrock).collect()
    }

    /// The span of the only Bedrock call.
    ///
    /// # Panics
    /// There is no such span, or several.
    pub fn one(&self) -> Span {
        let mut spans = self.bedrock();
        assert_eq!(spans.len(), 1, "spans of Bedrock calls: {spans:#?}");
        spans.remove(0)
    }

    /// Waits until `count` Bedrock calls have ended, for at most five seconds.
    pub async fn wait_for(&self, count: usize) {
        for _ in 0..500 {
            if self.bedrock().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// The bridge from `tracing`, configured as in this crate's pipeline.
pub fn layer<S>(tracer: SdkTracer) -> OpenTelemetryLayer<S, SdkTracer>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_tracer(tracer)
}

/// A finished span.
#[derive(Clone, Debug)]
pub struct Span(pub SpanData);

impl Span {
    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub fn is_client(&self) -> bool {
        self.0.span_kind == SpanKind::Client
    }

    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The attribute as JSON, `null` where it is absent.
    ///
    /// # Panics
    /// The span has it more than once.
    pub fn attribute(&self, key: &str) -> serde_json::Value {
        let matching = |kv: &&KeyValue| kv.key.as_str() == key;
        let count = self.0.attributes.iter().filter(matching).count();
        assert!(count <= 1, "{count} attributes {key}");
        self.get(key).map_or(serde_json::Value::Null, to_json)
    }

    /// The attribute as text, empty where it is absent or of another type.
    pub fn text(&self, key: &str) -> String {
        self.attribute(key).as_str().unwrap_or_default().to_owned()
    }

    /// The JSON in a text attribute.
    ///
    /// # Panics
    /// It is absent or not JSON.
    pub fn json(&self, key: &str) -> serde_json::Value {
        let text = self.text(key);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{key}: {error}: {text:?}"))
    }

    /// All attributes, sorted by name.
    pub fn attributes(&self) -> BTreeMap<String, serde_json::Value> {
        let attributes = self.0.attributes.iter();
        attributes
            .map(|kv| (kv.key.to_string(), to_json(&kv.value)))
            .collect()
    }

    /// The names of its events, in order.
    pub fn events(&self) -> Vec<String> {
        self.0
            .events
            .iter()
            .map(|event| event.name.to_string())
            .collect()
    }

    /// The attributes of every event of a name, as JSON objects.
    pub fn events_named(&self, name: &str) -> Vec<serde_json::Value> {
        let events = self.0.events.iter().filter(|event| event.name == name);
        let object = |attributes: &[KeyValue]| {
            attributes
                .iter()
                .map(|kv| (kv.key.to_string(), to_json(&kv.value)))
                .collect()
        };
        events.map(|event| object(&event.attributes)).collect()
    }

    /// The description of an error status; `None` for other statuses.
    pub fn error(&self) -> Option<String> {
        match &self.0.status {
            Status::Error { description } => Some(description.to_string()),
            _ => None,
        }
    }

    /// From start to end.
    pub fn duration(&self) -> Duration {
        self.0
            .end_time
            .duration_since(self.0.start_time)
            .unwrap_or_default()
    }

    /// Whether `parent` is its parent.
    pub fn is_child_of(&self, parent: &Self) -> bool {
        self.0.parent_span_id == parent.0.span_context.span_id()
            && self.0.span_context.trace_id() == parent.0.span_context.trace_id()
    }

    fn get(&self, key: &str) -> Option<&Value> {
        let attribute = self.0.attributes.iter().find(|kv| kv.key.as_str() == key);
        attribute.map(|kv| &kv.value)
    }
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(bool) => json!(bool),
        Value::I64(int) => json!(int),
        Value::F64(float) => json!(float),
        Value::String(text) => json!(text.as_str()),
        Value::Array(Array::Bool(items)) => json!(items),
        Value::Array(Array::I64(items)) => json!(items),
        Value::Array(Array::F64(items)) => json!(items),
        Value::Array(Array::String(items)) => {
            json!(
                items
                    .iter()
                    .map(opentelemetry::StringValue::as_str)
                    .collect::<Vec<_>>()
            )
        }
        other => json!(other.to_string()),
    }
}

#[derive(Clone, Debug, Default)]
struct Exporter(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(batch);
        Ok(())
    }
}
