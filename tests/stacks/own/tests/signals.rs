//! An application with OpenTelemetry providers and a subscriber of its own:
//! `monitor_bedrock` alone delivers spans, metrics and the steps of agents, and a
//! warning names the one layer that is missing.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure fails the test"
)]

#[path = "../../../../examples/mock_bedrock/mod.rs"]
#[expect(dead_code, reason = "the test needs a part of it")]
mod mock_bedrock;

use std::io;
use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use mock_bedrock::{Answer, MockBedrock, frames};
use nr_bedrock_observability::{
    Feedback, MonitorOptions, monitor_bedrock, monitor_bedrock_with, propagation,
};
use opentelemetry::global;
use opentelemetry::trace::{Status, TracerProvider as _};
use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use serde_json::{Value, json};
use tracing::{Instrument as _, info_span};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;

const MODEL: &str = "amazon.nova-lite-v1:0";

/// One test, because providers are global and a warning is logged once.
#[tokio::test]
async fn own_providers_get_every_signal_and_a_warning_names_the_missing_layer() {
    let (spans, metrics, logs, lines) = (
        InMemorySpanExporter::default(),
        InMemoryMetricExporter::default(),
        InMemoryLogExporter::default(),
        Lines::default(),
    );
    let tracers = SdkTracerProvider::builder()
        .with_simple_exporter(spans.clone())
        .build();
    global::set_tracer_provider(tracers.clone());
    let reader = PeriodicReader::builder(metrics.clone()).build();
    let meters = SdkMeterProvider::builder().with_reader(reader).build();
    global::set_meter_provider(meters.clone());
    let loggers = SdkLoggerProvider::builder()
        .with_simple_exporter(logs.clone())
        .build();

    let stack = || {
        let writer = lines.clone();
        tracing_subscriber::registry()
            .with(EnvFilter::new("info"))
            .with(
                tracing_subscriber::fmt::layer()
                    .json()
                    .with_writer(move || writer.clone()),
            )
            .with(tracing_opentelemetry::layer().with_tracer(tracers.tracer("app")))
    };
    let default = tracing::subscriber::set_default(stack());
    answer(&loggers).await;
    answer(&loggers).await;
    drop(default);

    let finished = spans.get_finished_spans().unwrap();
    assert_spans(&finished);
    for span in &finished {
        let inherits = text(span, "tenant.id").is_some() && span.name != "answer";
        assert!(!inherits, "{}", span.name);
    }
    meters.force_flush().unwrap();
    assert_metrics(&metrics.get_finished_metrics().unwrap());
    let events = logs.get_emitted_logs().unwrap();
    let events = events.iter().map(|log| format!("{:?}", log.record));
    let events: Vec<String> = events.collect();
    for event in ["LlmChatCompletionSummary", "LlmFeedbackMessage"] {
        assert!(
            events.iter().any(|it| it.contains(event)),
            "{event}: {events:#?}"
        );
    }
    assert_warning(&lines.take());

    // With the layer that the warning names.
    spans.reset();
    let default = tracing::subscriber::set_default(stack().with(propagation::layer()));
    answer(&loggers).await;
    drop(default);
    let finished = spans.get_finished_spans().unwrap();
    assert_spans(&finished);
    for name in [format!("chat {MODEL}"), "invoke_agent".to_owned()] {
        let span = finished.iter().find(|span| span.name == name).unwrap();
        assert_eq!(text(span, "tenant.id").as_deref(), Some("acme"), "{name}");
    }
    let log = lines.take();
    assert!(log.iter().all(|line| line["level"] != "WARN"), "{log:#?}");
}

/// A request of the application.
async fn answer(loggers: &SdkLoggerProvider) {
    let span = info_span!("answer", tenant.id = "acme", gen_ai.conversation.id = "c-1");
    let work = async {
        tracing::info!("a question came in");
        converse(&Answer::json(
            200,
            &json!({
                "output": {"message": {"role": "assistant", "content": [{"text": "In ten days."}]}},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
            }),
        ), MODEL, loggers)
        .await;
        let rejected = Answer::error(400, "ValidationException", "no such model");
        converse(&rejected, "wrong", loggers).await;
        invoke_agent().await;
        Feedback::positive().record();
    };
    work.instrument(span).await;
}

async fn converse(answer: &Answer, model: &str, loggers: &SdkLoggerProvider) {
    let server = MockBedrock::start().await;
    server.set_answer(answer.clone());
    let options = MonitorOptions::new().llm_events(true);
    let options = options.logger_provider(loggers.clone());
    let config = monitor_bedrock_with(server.client_config(), options).build();
    let client = aws_sdk_bedrockruntime::Client::from_conf(config);
    let text = ContentBlock::Text("How do refunds work?".to_owned());
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(text);
    let call = client.converse().model_id(model);
    let _ = call.messages(message.build().unwrap()).send().await;
}

async fn invoke_agent() {
    let server = MockBedrock::start().await;
    let input = json!({"traceId": "t-1", "text": "Where is it?", "type": "ORCHESTRATION"});
    let output = json!({"traceId": "t-1", "rawResponse": {"content": "shipped"}});
    let step = |part: &str, value: &Value| {
        let trace = json!({"orchestrationTrace": {part: value}});
        frames::event("trace", &json!({"sessionId": "session-1", "trace": trace}))
    };
    server.set_answer(Answer::events(vec![
        step("modelInvocationInput", &input),
        step("modelInvocationOutput", &output),
        frames::event("chunk", &json!({"bytes": "RG9uZS4="})),
    ]));
    let config = monitor_bedrock(server.agent_config()).build();
    let client = aws_sdk_bedrockagentruntime::Client::from_conf(config);
    let call = client.invoke_agent().agent_id("SUP").agent_alias_id("LIVE");
    let call = call.session_id("session-1").input_text("Where is it?");
    let mut stream = call.enable_trace(true).send().await.unwrap().completion;
    while let Ok(Some(_)) = stream.recv().await {}
}

fn text(span: &SpanData, key: &str) -> Option<String> {
    let mut attributes = span.attributes.iter();
    let found = attributes.find(|attribute| attribute.key.as_str() == key)?;
    Some(found.value.as_str().into_owned())
}

fn assert_spans(spans: &[SpanData]) {
    let named = |name: &str| {
        let span = spans.iter().find(|span| span.name == name);
        span.unwrap_or_else(|| panic!("no {name} in {spans:#?}"))
    };
    let answer = named("answer").span_context.span_id();
    let call = named(&format!("chat {MODEL}"));
    assert_eq!(call.parent_span_id, answer);
    let input = text(call, "gen_ai.input.messages").unwrap();
    assert!(input.contains("How do refunds work?"), "{input}");
    let reasons = text(call, "gen_ai.response.finish_reasons");
    assert_eq!(reasons.as_deref(), Some("[\"stop\"]"));
    let Status::Error { description } = &named("chat wrong").status else {
        panic!("no error");
    };
    assert_eq!(description, "no such model");
    let agent = named("invoke_agent");
    assert_eq!(agent.parent_span_id, answer);
    let step = named("orchestration");
    assert_eq!(step.parent_span_id, agent.span_context.span_id());
    let feedback = &named("answer").events.events;
    assert!(
        feedback
            .iter()
            .any(|it| it.name == "gen_ai.evaluation.result")
    );
}

fn assert_metrics(metrics: &[ResourceMetrics]) {
    let scopes = metrics.iter().flat_map(ResourceMetrics::scope_metrics);
    let names = scopes.flat_map(|scope| scope.metrics().map(|it| it.name().to_owned()));
    let names: Vec<String> = names.collect();
    for name in [
        "gen_ai.client.operation.duration",
        "gen_ai.client.token.usage",
    ] {
        assert!(names.iter().any(|it| it == name), "{name}: {names:?}");
    }
}

fn assert_warning(log: &[Value]) {
    let warnings: Vec<_> = log.iter().filter(|line| line["level"] == "WARN").collect();
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:#?}");
    };
    let message = warning["fields"]["message"].as_str().unwrap();
    for part in [
        "`.with(nr_bedrock_observability::propagation::layer())`",
        "tenant.id",
        "gen_ai.conversation.id",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

/// The application's log, one JSON object per line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn take(&self) -> Vec<Value> {
        let text = std::mem::take(&mut *self.0.lock().unwrap());
        let text = String::from_utf8(text).unwrap();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
