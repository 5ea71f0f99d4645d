//! `layer` in a subscriber of the application's own delivers what `install` does.

use std::collections::BTreeMap;
use std::io;
use std::process::Command;

use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use nr_bedrock_observability::rag::{Document, Retrieval};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{
    Feedback, MonitorOptions, Telemetry, TraceRef, monitor_bedrock_with,
};
use serde_json::{Value, json};
use tracing::Instrument as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Registry;
use tracing_subscriber::prelude::*;

use super::{KEY, to};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::otlp::{Receiver, Span};

type Compose = fn(Pipeline) -> tracing::Dispatch;
type Pipeline = Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync>;

/// What arrived: spans with their parents, metrics and log records, and the names of
/// their attributes.
type Arrived = BTreeMap<String, Vec<String>>;

#[tokio::test]
async fn layer_delivers_every_signal_that_install_delivers() {
    let receiver = Receiver::start();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "telemetry::composed::child", "--ignored"])
        .env(CHILD, receiver.url())
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let installed = arrived(&receiver);
    assert_complete(&installed);

    let compositions: [(&str, Compose); 3] = [
        ("beside JSON logs", |layer| {
            let logs = tracing_subscriber::fmt::layer().json();
            let logs = logs.with_writer(io::sink);
            tracing_subscriber::registry().with(layer).with(logs).into()
        }),
        ("filtered and boxed", |layer| {
            let layer = layer.with_filter(LevelFilter::INFO).boxed();
            let logs = tracing_subscriber::fmt::layer().with_writer(io::sink);
            let logs = logs.with_filter(LevelFilter::DEBUG);
            tracing_subscriber::registry().with(layer).with(logs).into()
        }),
        ("in a list and an option", |layer| {
            let layers = vec![Some(layer)];
            tracing_subscriber::registry().with(layers).into()
        }),
    ];
    for (name, compose) in compositions {
        let receiver = Receiver::start();
        let (layer, guard) = to(&receiver).layer().unwrap();
        let default = tracing::dispatcher::set_default(&compose(layer.boxed()));
        use_everything().await;
        drop(default);
        guard.shutdown().unwrap();
        assert_eq!(arrived(&receiver), installed, "{name}");
    }
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn child() {
    let Ok(url) = std::env::var(CHILD) else {
        return;
    };
    let telemetry = Telemetry::new_relic().environment(|_| None);
    let telemetry = telemetry.license_key(KEY).service_name("support-bot");
    let guard = telemetry.endpoint(url).install().unwrap();
    use_everything().await;
    guard.shutdown().unwrap();
}

const CHILD: &str = "NR_BEDROCK_COMPOSED_CHILD";

/// The providers of the options precede those of the subscriber.
#[tokio::test]
async fn providers_of_the_options_precede_the_pipelines() {
    let receiver = Receiver::start();
    let (layer, guard) = to(&receiver).layer().unwrap();
    let default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let (meters, records) = (
        crate::support::meters::Meters::default(),
        crate::support::records::Records::default(),
    );
    let options = options()
        .meter_provider(meters.provider())
        .logger_provider(records.provider());
    converse(options).await;
    drop(default);
    guard.shutdown().unwrap();
    let found = arrived(&receiver);
    assert!(
        found.keys().any(|it| it.starts_with("span chat")),
        "{found:#?}"
    );
    let elsewhere = |it: &&String| it.contains("gen_ai.client") || it.contains("Llm");
    assert_eq!(found.keys().find(elsewhere), None);
    assert!(!meters.all().is_empty());
    assert!(!records.of("LlmChatCompletionSummary").is_empty());
}

/// A pipeline without a destination for metrics leaves them to the global provider of
/// the application, such as Prometheus'.
#[test]
fn signals_without_a_destination_are_left_to_the_application() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "telemetry::composed::own_meters", "--ignored"])
        .env(CHILD, "own meters")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn own_meters() {
    if std::env::var(CHILD).is_err() {
        return;
    }
    let meters = crate::support::meters::Meters::default();
    opentelemetry::global::set_meter_provider(meters.provider());
    let receiver = Receiver::start();
    let without_metrics = |name: &str| (name == "OTEL_METRICS_EXPORTER").then(|| "none".to_owned());
    let otlp = to(&receiver).environment(without_metrics);
    let console = Telemetry::console()
        .environment(|_| None)
        .writer(io::sink());
    for (telemetry, recorded) in [(otlp, true), (console, true), (to(&receiver), false)] {
        let before = count_durations(&meters);
        let (layer, guard) = telemetry.layer().unwrap();
        let default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        converse(options()).await;
        drop(default);
        guard.shutdown().unwrap();
        assert_eq!(count_durations(&meters) > before, recorded);
    }
}

fn count_durations(meters: &crate::support::meters::Meters) -> u64 {
    let all = meters.all().into_iter();
    let durations = all.filter(|it| it.name == "gen_ai.client.operation.duration");
    durations.flat_map(|it| it.points).map(|it| it.count).sum()
}

/// A call may end on another thread than it began on: its pipeline stays the same.
#[tokio::test]
async fn call_that_ends_under_another_subscriber_stays_with_its_pipeline() {
    let receiver = Receiver::start();
    let (layer, guard) = to(&receiver).layer().unwrap();
    let default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let server = MockBedrock::start().await;
    server.set_answer(Answer::events(
        crate::support::mock_bedrock::frames::converse_text(&["In ten ", "days."]),
    ));
    let config = monitor_bedrock_with(server.client_config(), options()).build();
    let client = aws_sdk_bedrockruntime::Client::from_conf(config);
    let call = client
        .converse_stream()
        .model_id(MODEL)
        .messages(question());
    let mut stream = call.send().await.unwrap().stream;
    drop(default);
    while let Ok(Some(_)) = stream.recv().await {}
    drop(stream);
    guard.shutdown().unwrap();
    let found = arrived(&receiver);
    for expected in [
        "span chat",
        "metric gen_ai.client",
        "log LlmChatCompletionSummary",
    ] {
        assert!(
            found.keys().any(|it| it.starts_with(expected)),
            "{expected}: {found:#?}"
        );
    }
}

fn options() -> MonitorOptions {
    MonitorOptions::new().llm_events(true)
}

/// A call, a search, a tool, an agent, and feedback at once and later.
async fn use_everything() {
    let trace = async {
        tracing::info!("a question came in");
        converse(options()).await;
        let search = Retrieval::new("handbook")
            .query("refunds")
            .options(options());
        let found = search.run(
            async || Ok::<_, io::Error>(()),
            |()| vec![Document::new("refunds.md").excerpt("Ten days.")],
        );
        found.await.unwrap();
        let tool = ToolCall::new("get_order").options(options());
        let result = tool.run(async || Ok::<_, io::Error>("shipped"), ToString::to_string);
        result.await.unwrap();
        #[cfg(feature = "agent-runtime")]
        invoke_agent().await;
        // The default options are those of other tests of this process.
        let feedback = Feedback::positive().message("found it");
        feedback.options(options()).record();
        TraceRef::current().unwrap()
    };
    let span = tracing::info_span!("answer", workflow.type = "rag", tenant.id = "acme");
    let trace = trace.instrument(span).await;
    let later = Feedback::negative().options(options());
    later.record_for(&trace);
}

async fn converse(options: MonitorOptions) {
    let server = MockBedrock::start().await;
    server.set_answer(Answer::json(
        200,
        &json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "In ten days."}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
        }),
    ));
    let config = monitor_bedrock_with(server.client_config(), options).build();
    let client = aws_sdk_bedrockruntime::Client::from_conf(config);
    let call = client.converse().model_id(MODEL).messages(question());
    call.send().await.unwrap();
}

fn question() -> Message {
    let text = ContentBlock::Text("How do refunds work?".to_owned());
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(text);
    message.build().unwrap()
}

const MODEL: &str = "amazon.nova-lite-v1:0";

#[cfg(feature = "agent-runtime")]
async fn invoke_agent() {
    let server = MockBedrock::start().await;
    server.set_answer(Answer::events(crate::agents::conversation()));
    let config = monitor_bedrock_with(server.agent_config(), options()).build();
    let client = aws_sdk_bedrockagentruntime::Client::from_conf(config);
    let call = client.invoke_agent().agent_id("SUP").agent_alias_id("LIVE");
    let call = call.session_id("session-1").input_text("Where is it?");
    let mut stream = call.enable_trace(true).send().await.unwrap().completion;
    while let Ok(Some(_)) = stream.recv().await {}
}

/// One line for each kind of thing, so that a difference is readable.
fn arrived(receiver: &Receiver) -> Arrived {
    let spans = receiver.spans();
    let mut arrived = Arrived::new();
    let mut add = |what: String, attributes: Vec<String>| {
        let count = arrived.keys().filter(|it| it.starts_with(&what)).count();
        arrived.insert(format!("{what} #{count}"), attributes);
    };
    let name_of = |id: &str| {
        let found = spans.iter().find(|span| span.id == id);
        found.map_or("none", |span| span.name.as_str())
    };
    let mut sorted: Vec<&Span> = spans.iter().collect();
    sorted.sort_by_key(|span| (&span.name, span.attributes.len(), name_of(&span.parent_id)));
    for span in sorted {
        let events = span.events.iter().map(|(name, _)| name);
        let events = events.filter(|name| !is_of_the_sdk(name));
        let events = events.map(|name| format!("event {name}"));
        let names = span.attributes.keys().cloned().chain(events).collect();
        let parent = name_of(&span.parent_id);
        add(format!("span {} below {parent}", span.name), names);
    }
    let mut metrics: Vec<_> = receiver.metrics().into_iter().map(|it| it.name).collect();
    metrics.sort_unstable();
    metrics.retain(|name| !is_own_metric(name));
    for name in metrics {
        add(format!("metric {name}"), Vec::new());
    }
    let mut logs = receiver.logs();
    logs.sort_by_key(|log| (kind(&log.attributes), log.attributes.len()));
    logs.retain(|log| !is_of_the_sdk(&log.body.to_string()));
    for log in logs {
        let names = log.attributes.keys().cloned().collect();
        add(format!("log {} {}", kind(&log.attributes), log.body), names);
    }
    arrived
}

fn kind(attributes: &BTreeMap<String, Value>) -> String {
    let kind = attributes
        .get("newrelic.event.type")
        .and_then(Value::as_str);
    kind.unwrap_or("of the application").to_owned()
}

/// OpenTelemetry's SDK logs the end of providers, also those of other tests.
fn is_of_the_sdk(message: &str) -> bool {
    message.contains("MeterProvider")
}

/// The pipeline's metrics of itself depend on the time of its exports.
fn is_own_metric(name: &str) -> bool {
    name.starts_with("otel.") || name.starts_with("nr_bedrock.")
}

fn assert_complete(arrived: &Arrived) {
    for expected in [
        "span answer below none",
        "span chat amazon.nova-lite-v1:0 below answer",
        "span retrieval handbook below answer",
        "span execute_tool get_order below answer",
        "span feedback below answer",
        #[cfg(feature = "agent-runtime")]
        "span invoke_agent orders below orchestration",
        "metric gen_ai.client.operation.duration",
        "metric gen_ai.client.token.usage",
        "log LlmChatCompletionSummary",
        "log LlmVectorSearch",
        "log LlmTool",
        "log LlmFeedbackMessage",
        #[cfg(feature = "agent-runtime")]
        "log LlmAgent",
        #[cfg(feature = "logs")]
        "log of the application \"a question came in\"",
    ] {
        let found = arrived.keys().any(|it| it.starts_with(expected));
        assert!(found, "no {expected} in {arrived:#?}");
    }
    let (_, chat) = arrived
        .iter()
        .find(|it| it.0.starts_with("span chat"))
        .unwrap();
    assert!(chat.iter().any(|it| it == "workflow.type"), "{chat:?}");
}
