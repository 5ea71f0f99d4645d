//! What is said, once, about a subscriber in which something is missing. Each case
//! is a process of its own, because warnings are logged once per process.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt;
use std::process::Command;

use aws_sdk_bedrockruntime::config::Intercept as _;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use http::HeaderMap;
use nr_bedrock_observability::{
    ContentCapture, Feedback, MonitorOptions, TraceRef, monitor_bedrock_with, propagation,
};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::json;
use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Instrument as _, Subscriber, info_span};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Registry, reload};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::layer;

const BARE: &str = "have only the fields of a tracing span";
const NO_EFFECT: &str = "had no effect";

#[test]
fn missing_layer_is_warned_of_once_with_versions_and_remedies() {
    let log = log_of("logs_only");
    for warning in [BARE, NO_EFFECT] {
        let line = the_line(&log, warning);
        for part in [
            "WARN",
            "opentelemetry 0.33 and tracing-opentelemetry 0.34",
            "`cargo tree -i tracing-opentelemetry`",
            "reload::Layer",
            "Telemetry::install or Telemetry::layer",
        ] {
            assert!(line.contains(part), "{part}: {line}");
        }
    }
    for function in [
        "TraceRef::current",
        "inject",
        "set_parent",
        "set_conversation_id",
    ] {
        assert!(
            the_line(&log, NO_EFFECT).contains(function),
            "{function}: {log}"
        );
    }
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn logs_only() {
    let _default = tracing::subscriber::set_default(Registry::default().with(stderr()));
    for _ in 0..2 {
        use_propagation().instrument(info_span!("request")).await;
    }
}

#[test]
fn layer_behind_a_reload_is_warned_of_once() {
    let log = log_of("behind_a_reload");
    assert!(the_line(&log, BARE).contains("reload::Layer"), "{log}");
    the_line(&log, NO_EFFECT);
    assert_eq!(count(&log, "WARN"), 2, "{log}");
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn behind_a_reload() {
    let provider = SdkTracerProvider::builder().build();
    let (spans, _handle) = reload::Layer::new(layer(provider.tracer("app")));
    let subscriber = Registry::default().with(spans).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    for _ in 0..2 {
        use_propagation().instrument(info_span!("request")).await;
    }
}

#[test]
fn nothing_is_said_where_nothing_is_missing() {
    let log = log_of("complete");
    assert_eq!(count(&log, "bedrock"), 0, "{log}");
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn complete() {
    let provider = SdkTracerProvider::builder().build();
    let subscriber = Registry::default()
        .with(layer(provider.tracer("app")))
        .with(propagation::layer())
        .with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    let span = info_span!("request", tenant.id = "acme");
    use_propagation().instrument(span).await;
    // Outside of any span nothing is lost either.
    assert_eq!(TraceRef::current(), None);
    propagation::inject(&mut HeaderMap::new());
}

#[cfg(feature = "telemetry")]
#[test]
fn nothing_is_said_where_opentelemetry_is_disabled() {
    let log = log_of("disabled");
    assert_eq!(count(&log, "bedrock"), 0, "{log}");
}

#[cfg(feature = "telemetry")]
#[tokio::test]
#[ignore = "a process that another test starts"]
async fn disabled() {
    let disable = |name: &str| (name == "OTEL_SDK_DISABLED").then(|| "true".to_owned());
    let telemetry = nr_bedrock_observability::Telemetry::otlp().environment(disable);
    let (layer, _guard) = telemetry.layer().unwrap();
    let subscriber = Registry::default().with(layer).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    use_propagation().instrument(info_span!("request")).await;
}

#[test]
fn field_without_the_layer_that_collects_it_is_warned_of_once() {
    let log = log_of("without_the_collecting_layer");
    the_line(
        &log,
        "DEBUG nr-bedrock-observability: the subscriber has no nr_bedrock_observability::propagation::layer()",
    );
    let line = the_line(&log, "propagation::layer())`");
    for part in ["WARN", "`request`", "tenant.id, workflow.type"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(!line.contains("other"), "{line}");
    assert_eq!(count(&log, "WARN"), 1, "{log}");
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn without_the_collecting_layer() {
    let provider = SdkTracerProvider::builder().build();
    let layers = layer(provider.tracer("app"));
    let subscriber = Registry::default().with(layers).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    use_propagation()
        .instrument(info_span!("plain", other = 1))
        .await;
    for _ in 0..2 {
        let span = info_span!("request", tenant.id = "acme", other = 1, workflow.type = "rag");
        use_propagation().instrument(span).await;
    }
}

#[test]
fn events_without_a_logger_provider_are_warned_of_once() {
    let log = log_of("without_a_logger_provider");
    let line = the_line(&log, "Llm*");
    for part in [
        "WARN",
        "MonitorOptions::llm_events",
        "MonitorOptions::logger_provider",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn without_a_logger_provider() {
    let provider = SdkTracerProvider::builder().build();
    let layers = layer(provider.tracer("app"));
    let subscriber = Registry::default().with(layers).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    for _ in 0..2 {
        converse(MonitorOptions::new().llm_events(true)).await;
    }
}

#[cfg(feature = "agent-runtime")]
#[test]
fn steps_without_a_tracer_provider_are_warned_of_once() {
    let log = log_of("without_a_tracer_provider");
    let line = the_line(&log, "set_tracer_provider");
    for part in ["WARN", "steps", "MonitorOptions::tracer_provider"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[cfg(feature = "agent-runtime")]
#[tokio::test]
#[ignore = "a process that another test starts"]
async fn without_a_tracer_provider() {
    let provider = SdkTracerProvider::builder().build();
    let layers = layer(provider.tracer("app"));
    let subscriber = Registry::default().with(layers).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    let server = MockBedrock::start().await;
    for _ in 0..2 {
        server.queue_answer(Answer::events(crate::agents::conversation()));
        let config = nr_bedrock_observability::monitor_bedrock(server.agent_config()).build();
        let client = aws_sdk_bedrockagentruntime::Client::from_conf(config);
        let call = client.invoke_agent().agent_id("SUP").agent_alias_id("LIVE");
        let call = call.session_id("session-1").input_text("Where is it?");
        let mut stream = call.enable_trace(true).send().await.unwrap().completion;
        while let Ok(Some(_)) = stream.recv().await {}
    }
}

/// `let (layer, _) = telemetry.layer()?` compiles, and nothing is exported.
#[cfg(feature = "telemetry")]
#[test]
fn guard_that_is_dropped_at_once_is_warned_of() {
    let log = log_of("without_its_guard");
    let line = the_line(&log, "TelemetryGuard was dropped");
    assert!(line.contains("WARN") && line.contains("`_`"), "{line}");
}

#[cfg(feature = "telemetry")]
#[tokio::test]
#[ignore = "a process that another test starts"]
async fn without_its_guard() {
    let telemetry = nr_bedrock_observability::Telemetry::otlp().environment(|_| None);
    let (layer, _) = telemetry.endpoint("http://127.0.0.1:1").layer().unwrap();
    let subscriber = Registry::default().with(layer).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    let tool = nr_bedrock_observability::tools::ToolCall::new("get_order");
    for _ in 0..2 {
        let tool = tool.clone();
        let result = tool.run(async || Ok::<_, std::io::Error>(()), |()| "shipped");
        result.await.unwrap();
    }
}

/// Nothing is missing where a sampler drops the steps.
#[cfg(feature = "agent-runtime")]
#[test]
fn unsampled_steps_are_not_warned_of() {
    let log = log_of("with_unsampled_steps");
    assert_eq!(count(&log, "WARN"), 0, "{log}");
}

#[cfg(feature = "agent-runtime")]
#[tokio::test]
#[ignore = "a process that another test starts"]
async fn with_unsampled_steps() {
    use opentelemetry_sdk::trace::Sampler;

    let provider = SdkTracerProvider::builder().build();
    let subscriber = Registry::default()
        .with(layer(provider.tracer("app")))
        .with(propagation::layer())
        .with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    let server = MockBedrock::start().await;
    server.set_answer(Answer::events(crate::agents::conversation()));
    let dropping = SdkTracerProvider::builder().with_sampler(Sampler::AlwaysOff);
    let options = MonitorOptions::new().tracer_provider(dropping.build());
    let config = monitor_bedrock_with(server.agent_config(), options).build();
    let client = aws_sdk_bedrockagentruntime::Client::from_conf(config);
    let call = client.invoke_agent().agent_id("SUP").agent_alias_id("LIVE");
    let call = call.session_id("session-1").input_text("Where is it?");
    let mut stream = call.enable_trace(true).send().await.unwrap().completion;
    while let Ok(Some(_)) = stream.recv().await {}
}

#[test]
fn filters_that_disable_the_spans_are_hinted_at_once() {
    for (child, filter) in [
        ("filtered", "the subscriber's filter"),
        (
            "filtered_from_the_layer",
            "the OpenTelemetry layer's filter",
        ),
    ] {
        let log = log_of(child);
        let line = the_line(&log, filter);
        for part in ["DEBUG", "`nr_bedrock_observability=info`"] {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert_eq!(count(&log, "WARN"), 0, "{log}");
    }
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn filtered() {
    let filter = Targets::new()
        .with_default(LevelFilter::DEBUG)
        .with_target("nr_bedrock_observability", LevelFilter::WARN);
    let provider = SdkTracerProvider::builder().build();
    let layers = layer(provider.tracer("app"));
    let subscriber = Registry::default().with(filter).with(layers).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    for _ in 0..2 {
        converse(MonitorOptions::new()).await;
    }
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn filtered_from_the_layer() {
    let own = Targets::new().with_target("it", LevelFilter::TRACE);
    let provider = SdkTracerProvider::builder().build();
    let layers = layer(provider.tracer("app")).with_filter(own);
    let subscriber = Registry::default().with(layers).with(stderr());
    let _default = tracing::subscriber::set_default(subscriber);
    for _ in 0..2 {
        converse(MonitorOptions::new())
            .instrument(info_span!("request"))
            .await;
    }
}

#[test]
fn call_below_a_disabled_span_is_hinted_at_once() {
    let log = log_of("below_a_disabled_span");
    let line = the_line(&log, "outside of any enabled span");
    for part in ["DEBUG", "`tower_http=debug`", "make_span_with"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn below_a_disabled_span() {
    let provider = SdkTracerProvider::builder().build();
    let layers = layer(provider.tracer("app")).with_filter(LevelFilter::INFO);
    let log = Targets::new().with_target("nr-bedrock-observability", LevelFilter::DEBUG);
    let subscriber = Registry::default().with(layers);
    let subscriber = subscriber.with(stderr().with_filter(log));
    let _default = tracing::subscriber::set_default(subscriber);
    for _ in 0..2 {
        let span = tracing::debug_span!(target: "tower_http", "request");
        assert!(span.is_disabled());
        converse(MonitorOptions::new()).instrument(span).await;
    }
}

/// For each client and not for each call: scopes make the decisions of calls differ.
#[test]
fn differing_options_of_one_client_are_warned_of_once() {
    let log = log_of("instrumented_twice");
    let line = the_line(&log, "instrumented twice");
    assert!(line.contains("limit 1235"), "{line}");
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn instrumented_twice() {
    let _default = tracing::subscriber::set_default(Registry::default().with(stderr()));
    let server = MockBedrock::start().await;
    server.set_answer(Answer::converse_text("In ten days."));
    let config = monitor_bedrock_with(server.client_config(), MonitorOptions::new());
    let second = MonitorOptions::new().content_limit(1_235);
    let config = monitor_bedrock_with(config, second);
    let client = aws_sdk_bedrockruntime::Client::from_conf(config.build());
    for scope in [
        ContentCapture::AttributesAndEvents,
        ContentCapture::Attributes,
        ContentCapture::Events,
    ] {
        let call = client.converse().model_id("amazon.nova-lite-v1:0");
        scope.scope(call.send()).await.unwrap();
    }
}

#[test]
fn client_of_another_version_of_this_crate_is_warned_of_once() {
    let log = log_of("other_version");
    let line = the_line(&log, "another version of nr-bedrock-observability");
    for part in ["WARN", "`cargo tree -d`", "options are ignored"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

/// The interceptor of another version, which knows no questions of this one.
#[derive(Debug)]
struct OtherVersion;

impl aws_sdk_bedrockruntime::config::Intercept for OtherVersion {
    fn name(&self) -> &'static str {
        "NrBedrockObservability"
    }
}

#[tokio::test]
#[ignore = "a process that another test starts"]
async fn other_version() {
    let _default = tracing::subscriber::set_default(Registry::default().with(stderr()));
    let server = MockBedrock::start().await;
    let config = server.client_config().interceptor(OtherVersion).build();
    let mut client = aws_sdk_bedrockruntime::Client::from_conf(config);
    for _ in 0..2 {
        client = monitor_bedrock_with(client, MonitorOptions::new());
    }
    let interceptors = client.config().interceptors();
    let ours = interceptors.filter(|it| it.name() == "NrBedrockObservability");
    assert_eq!(ours.count(), 1);
}

async fn use_propagation() {
    converse(MonitorOptions::new()).await;
    let _ = TraceRef::current();
    let mut headers = HeaderMap::new();
    propagation::inject(&mut headers);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    headers.insert("traceparent", parent.parse().unwrap());
    let span = info_span!("continued");
    propagation::set_parent(&span, &headers);
    propagation::set_conversation_id("c-1");
    Feedback::positive().record();
}

async fn converse(options: MonitorOptions) {
    let server = MockBedrock::start().await;
    let answer = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "In ten days."}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
    });
    server.set_answer(Answer::json(200, &answer));
    let config = monitor_bedrock_with(server.client_config(), options).build();
    let client = aws_sdk_bedrockruntime::Client::from_conf(config);
    let text = ContentBlock::Text("How do refunds work?".to_owned());
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(text);
    let call = client.converse().model_id("amazon.nova-lite-v1:0");
    call.messages(message.build().unwrap())
        .send()
        .await
        .unwrap();
}

/// Logs of this crate, on standard error.
fn stderr<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let others = ["aws", "hyper", "reqwest"];
    let others = others.map(|target| (target, LevelFilter::OFF));
    Lines.with_filter(Targets::from_iter(others).with_default(LevelFilter::DEBUG))
}

struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = String::new();
        event.record(&mut |field: &Field, value: &dyn fmt::Debug| {
            if field.name() == "message" {
                message = format!("{value:?}");
            }
        });
        let metadata = event.metadata();
        eprintln!("{} {}: {message}", metadata.level(), metadata.target());
    }
}

/// What a process says that runs one of the cases.
fn log_of(case: &str) -> String {
    let name = format!("warned::{case}");
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--ignored", "--nocapture"])
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let ran = String::from_utf8(child.stdout).unwrap();
    assert!(ran.contains("1 passed"), "{ran}");
    String::from_utf8(child.stderr).unwrap()
}

fn count(log: &str, part: &str) -> usize {
    log.lines().filter(|line| line.contains(part)).count()
}

/// The only line with that text.
fn the_line<'a>(log: &'a str, part: &str) -> &'a str {
    assert_eq!(count(log, part), 1, "{part}: {log}");
    log.lines().find(|line| line.contains(part)).unwrap()
}
