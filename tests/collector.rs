//! The configurations of `collector/`, in the real collector: from the crate
//! through an agent and a gateway to a receiver with New Relic's rules.
//!
//! Run with
//! `OTELCOL=$(bash collector/build) cargo test --test collector -- --ignored`;
//! the collector is built once, which needs Go.

#![cfg(feature = "telemetry")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "other tests use the rest")]
mod support;

#[path = "collector/cloudwatch.rs"]
mod cloudwatch;
#[path = "collector/emission.rs"]
mod emission;
#[path = "collector/redaction.rs"]
mod redaction;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use nr_bedrock_observability::{
    Feedback, MonitorOptions, Rating, Telemetry, TelemetryGuard, monitor_bedrock_with,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, span};
use prost::Message as _;
use serde_json::json;
use support::mock_bedrock::{Answer, MockBedrock};
use support::otlp::Receiver;
use tracing::Instrument as _;
use tracing_subscriber::prelude::*;

const KEY: &str = "0123456789012345678901234567890123456789";
const WHY: &str = "needs the collector: OTELCOL=$(bash collector/build)";

#[test]
#[ignore = "needs the collector: see the head of this file"]
fn every_configuration_is_valid() {
    for files in [
        &["agent.yaml"][..],
        &["gateway.yaml"],
        &["gateway.yaml", "redacted.yaml"],
        &["cloudwatch.yaml"],
    ] {
        let mut command = collector(files, "validate");
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{files:?}: {said}");
    }
}

/// What is kept: failures, feedback that is bad, events; never the rest, of which
/// the counts remain. Elsewhere without what was said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the collector: see the head of this file"]
async fn what_matters_arrives_through_agent_and_gateway() {
    let (new_relic, second) = (Receiver::new_relic(KEY), Receiver::new_relic(KEY));
    let gateway = Running::start(
        &["gateway.yaml", "redacted.yaml"],
        &[
            ("NEW_RELIC_ENDPOINT", new_relic.url()),
            ("SECOND_ENDPOINT", second.url()),
            ("SECOND_KEY", KEY.to_owned()),
            ("KEEP_PERCENT", "0".to_owned()),
            ("DECISION_WAIT", "1s".to_owned()),
            ("METRICS_INTERVAL", "2s".to_owned()),
        ],
        "GATEWAY",
    );
    let agent = gateway.agent();
    // As README.md asks of services.
    let form = |name: &str| match name {
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE" => Some("delta".to_owned()),
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION" => {
            Some("base2_exponential_bucket_histogram".to_owned())
        }
        _ => None,
    };
    let telemetry = Telemetry::otlp()
        .environment(form)
        .service_name("support-bot")
        .endpoint(format!("http://127.0.0.1:{}", agent.http));
    let (layer, guard) = telemetry.layer().unwrap();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    {
        let _current = tracing::dispatcher::set_default(&dispatch);
        calls(&guard).await;
    }
    guard.flush().unwrap();

    until("what is kept", || {
        new_relic.spans().len() >= 4 && second.spans().len() >= 4 && new_relic.logs().len() >= 4
    });
    for receiver in [&new_relic, &second] {
        let mut kept: Vec<_> = receiver.spans().into_iter().map(|it| it.name).collect();
        kept.sort();
        let chat = "chat amazon.nova-lite-v1:0";
        assert_eq!(kept, [chat, chat, "disliked", "failed"]);
        let exports = receiver.all_exports();
        assert!(exports.iter().all(|export| export.accepted), "{exports:#?}");
        assert!(
            exports
                .iter()
                .all(|it| it.headers["content-encoding"] == "gzip")
        );
    }
    let said = |receiver: &Receiver| {
        let (spans, logs) = (receiver.spans(), receiver.logs());
        let said = format!("{spans:?}{logs:?}");
        ["Why?", "Because.", "no such thing", "useless"].map(|text| said.contains(text))
    };
    assert_eq!(said(&new_relic), [true; 4]);
    assert_eq!(said(&second), [false; 4]);
    // Events are not sampled: a summary for each of 22 calls.
    let summaries = || {
        let logs = new_relic.logs().into_iter();
        let kind = "LlmChatCompletionSummary";
        logs.filter(|log| log.attributes.get("newrelic.event.type") == Some(&json!(kind)))
            .count()
    };
    until("all events", || summaries() == 22);
    // What is not kept is counted, by the gateway and by the crate itself.
    until("metrics", || {
        let names: Vec<_> = new_relic.metrics().into_iter().map(|it| it.name).collect();
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        has("traces.span.metrics.calls") && has("gen_ai.client.operation.duration")
    });
    guard.shutdown().unwrap();
    assert_eq!(new_relic.problems(), [""; 0]);

    // New Relic's form, in New Relic alone.
    let answered = |receiver: &Receiver| {
        let spans = receiver.spans().into_iter();
        let mut chats = spans.filter(|it| it.name.starts_with("chat") && it.error.is_none());
        chats.next().unwrap()
    };
    let (ours, plain) = (answered(&new_relic), answered(&second));
    assert_eq!(ours.attributes["gen_ai.system"], "aws.bedrock");
    assert_eq!(ours.attributes["gen_ai.response.finish_reasons"], "stop");
    assert_eq!(plain.attributes.get("gen_ai.system"), None);
    let reasons = &plain.attributes["gen_ai.response.finish_reasons"];
    assert_eq!(reasons, &json!(["stop"]));
    let mut exports = new_relic.all_exports().into_iter();
    let traces = exports.find(support::otlp::Export::has_spans).unwrap();
    assert_eq!(traces.resource["aiEnabledApp"], "true");
    let logs = new_relic.logs();
    let named = |log: &&support::otlp::Log| log.attributes.contains_key("applicationName");
    assert_eq!(
        logs.iter().filter(named).count(),
        22,
        "one for each completion"
    );
}

/// A request with one trace, larger than a gateway takes.
#[test]
#[ignore = "needs the collector: see the head of this file"]
fn large_requests_pass() {
    let new_relic = Receiver::new_relic(KEY);
    new_relic.count_only();
    let gateway = Running::start(
        &["gateway.yaml"],
        &[
            ("NEW_RELIC_ENDPOINT", new_relic.url()),
            ("KEEP_PERCENT", "100".to_owned()),
            ("DECISION_WAIT", "1s".to_owned()),
        ],
        "GATEWAY",
    );
    let agent = gateway.agent();
    let accepted = post(agent.http, &one_trace(200, &"why? ".repeat(8_000)));
    assert!(accepted.starts_with("HTTP/1.1 200"), "{accepted}");
    until("every span", || new_relic.totals().spans == 200);
    assert!(new_relic.totals().largest <= 1_000_000);
    assert_eq!(new_relic.problems().first(), None);
}

fn one_trace(spans: u64, prompt: &str) -> Vec<u8> {
    let prompt = KeyValue {
        key: "gen_ai.input.messages".to_owned(),
        value: Some(AnyValue {
            value: Some(any_value::Value::StringValue(prompt.to_owned())),
        }),
        ..KeyValue::default()
    };
    let spans = (1..=spans).map(|number| Span {
        trace_id: vec![7; 16],
        span_id: number.to_be_bytes().to_vec(),
        name: "call".to_owned(),
        attributes: vec![prompt.clone()],
        events: vec![span::Event {
            attributes: vec![prompt.clone()],
            ..span::Event::default()
        }],
        ..Span::default()
    });
    let spans = ScopeSpans {
        spans: spans.collect(),
        ..ScopeSpans::default()
    };
    let spans = ResourceSpans {
        scope_spans: vec![spans],
        ..ResourceSpans::default()
    };
    let resource_spans = vec![spans];
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

/// The head of the answer.
fn post(port: u16, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: agent\r\nconnection: close\r\n\
         content-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Twenty calls of no interest, one that fails, one whose answer is disliked.
async fn calls(guard: &TelemetryGuard) {
    let server = MockBedrock::start().await;
    let options = MonitorOptions::new()
        .llm_events(true)
        .logger_provider(guard.logger_provider().clone())
        .meter_provider(guard.meter_provider().clone());
    let config = monitor_bedrock_with(server.client_config(), options);
    let client = Client::from_conf(config.build());
    let ask = async || {
        let question = Message::builder()
            .role(ConversationRole::User)
            .content(ContentBlock::Text("Why?".to_owned()));
        let call = client.converse().model_id("amazon.nova-lite-v1:0");
        call.messages(question.build().unwrap()).send().await
    };
    server.set_answer(Answer::converse_text("Because."));
    for _ in 0..20 {
        ask().await.unwrap();
    }
    let disliked = async {
        ask().await.unwrap();
        Feedback::new(Rating::Negative).message("useless").record();
    };
    disliked.instrument(tracing::info_span!("disliked")).await;
    server.set_answer(Answer::error(400, "ValidationException", "no such thing"));
    let failed = async { ask().await.unwrap_err() };
    failed.instrument(tracing::info_span!("failed")).await;
}

fn until(what: &str, mut is_there: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_there() {
        assert!(Instant::now() < deadline, "{what} did not arrive");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A collector, which is stopped when this is dropped.
struct Running {
    child: Child,
    grpc: u16,
    http: u16,
    queue: PathBuf,
}

impl Running {
    fn start(files: &[&str], settings: &[(&str, String)], role: &str) -> Self {
        let [grpc, http, health, own] = [(); 4].map(|()| free_port());
        let queue = std::env::temp_dir().join(format!("nr-bedrock-queue-{grpc}"));
        let mut command = collector(files, "");
        let address = |port: u16| format!("127.0.0.1:{port}");
        command
            .env(format!("{role}_GRPC"), address(grpc))
            .env(format!("{role}_HTTP"), address(http))
            .env(format!("{role}_HEALTH"), address(health))
            .env("SELF_METRICS_PORT", own.to_string())
            .env("QUEUE_DIRECTORY", &queue)
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().unwrap();
        until(role, || TcpStream::connect(("127.0.0.1", health)).is_ok());
        until(role, || TcpStream::connect(("127.0.0.1", http)).is_ok());
        Self {
            child,
            grpc,
            http,
            queue,
        }
    }
}

impl Running {
    /// One that sends to this gateway.
    fn agent(&self) -> Self {
        let host = ("GATEWAY_HOST", "127.0.0.1".to_owned());
        let port = ("GATEWAY_PORT", self.grpc.to_string());
        Self::start(&["agent.yaml"], &[host, port], "AGENT")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.queue);
    }
}

fn collector(files: &[&str], command: &str) -> Command {
    let program = std::env::var_os("OTELCOL").unwrap_or_else(|| WHY.into());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("collector");
    let mut collector = Command::new(program);
    collector
        .args(Some(command).filter(|it| !it.is_empty()))
        .current_dir(folder)
        .env("NEW_RELIC_LICENSE_KEY", KEY)
        .env("SECOND_ENDPOINT", "http://127.0.0.1:1")
        .env("AWS_REGION", "eu-west-1")
        .env("LOG_GROUP", "support")
        .env("LOG_STREAM", "bot")
        // The extension `sigv4auth` asks for credentials when it is validated.
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        .env_remove("AWS_SESSION_TOKEN");
    for file in files {
        collector.args(["--config", file]);
    }
    collector
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
