//! What the environment says of content. The variables are the process's, so
//! each set of them gets a process: this test binary, started again.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{self, Write as _};
use std::process::Command;

use aws_sdk_bedrockruntime::Client;
use nr_bedrock_observability::{
    ContentCapture, MonitorOptions, monitor_bedrock, monitor_bedrock_with,
};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::mock_bedrock::frames::converse_text;
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::records::Records;
use crate::support::spans::{Spans, layer};

const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const RECORD: &str = "NEW_RELIC_AI_MONITORING_RECORD_CONTENT_ENABLED";
const STREAMING: &str = "NEW_RELIC_AI_MONITORING_STREAMING_ENABLED";
const SECURITY: &str = "NEW_RELIC_HIGH_SECURITY";
const LLM_EVENTS: &str = "NEW_RELIC_AI_MONITORING_ENABLED";
const LENGTH: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";

type Variables = &'static [(&'static str, &'static str)];

#[test]
fn the_environment_decides_where_content_goes() {
    let cases: [(Variables, bool, bool); 17] = [
        (&[], true, true),
        (&[(CAPTURE, "")], true, true),
        (&[(CAPTURE, "NO_CONTENT")], false, false),
        (&[(CAPTURE, "span_only")], true, false),
        (&[(CAPTURE, "Event_Only")], false, true),
        (&[(CAPTURE, "SPAN_AND_EVENT")], true, true),
        (&[(CAPTURE, "true")], true, true),
        (&[(CAPTURE, " false ")], false, false),
        (&[(RECORD, "true")], true, true),
        (&[(RECORD, "0")], false, false),
        // It can turn content off, and cannot turn it on.
        (&[(RECORD, "false"), (CAPTURE, "SPAN_ONLY")], false, false),
        (&[(RECORD, "TRUE"), (CAPTURE, "NO_CONTENT")], false, false),
        (&[(RECORD, "TRUE"), (CAPTURE, "EVENT_ONLY")], false, true),
        (&[(RECORD, "")], true, true),
        (&[(SECURITY, "false")], true, true),
        (&[(SECURITY, "true")], false, false),
        (&[(SECURITY, "true"), (CAPTURE, "true")], false, false),
    ];
    for (variables, attributes, events) in cases {
        let expected = json!({
            "attributes": attributes, "events": events, "streaming": true,
        });
        assert_eq!(told(variables), (expected, vec![]), "{variables:?}");
    }
    // Without its events a streamed answer is not known.
    let expected = json!({"attributes": false, "events": false, "streaming": false});
    assert_eq!(told(&[(STREAMING, "off")]), (expected, vec![]));
}

/// Whoever set the variable wanted to restrict content.
#[test]
fn invalid_content_variable_turns_content_off_with_one_warning() {
    for variable in [CAPTURE, RECORD, SECURITY] {
        let problem = match variable {
            CAPTURE => "is none of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT, true, false",
            _ => "is neither true nor false",
        };
        let warning =
            format!("{variable}: \"sometimes\" {problem}; message content is not recorded");
        let expected = json!({"attributes": false, "events": false, "streaming": true});
        let variables = [(variable, "sometimes")];
        assert_eq!(told(&variables), (expected, vec![warning]), "{variable}");
    }
}

#[test]
fn invalid_tuning_variable_is_warned_about_and_has_no_effect() {
    for (variable, problem) in [
        (STREAMING, "is neither true nor false; the default is used"),
        (LLM_EVENTS, "is neither true nor false; the default is used"),
        (LENGTH, "is not a number; the content limit is not changed"),
    ] {
        let warning = format!("{variable}: \"sometimes\" {problem}");
        let expected = json!({"attributes": true, "events": true, "streaming": true});
        let variables = [(variable, "sometimes")];
        assert_eq!(told(&variables), (expected, vec![warning]), "{variable}");
    }
}

/// Neither options nor a scope can turn on what high security turns off.
#[test]
fn high_security_holds_against_code() {
    for (variables, attributes) in [
        (&[(SECURITY, "true")][..], false),
        (&[(CAPTURE, "NO_CONTENT")], true),
        (&[], true),
    ] {
        let output = run_child("env_options::child_with_options", variables);
        assert!(
            output.contains(&format!("{MARK}{attributes}\n")),
            "{variables:?}: {output}"
        );
        let warned = output
            .matches("NEW_RELIC_HIGH_SECURITY: message content")
            .count();
        assert_eq!(warned, usize::from(!attributes), "{output}");
    }
}

/// `MonitorOptions::new` alone is no decision about content.
#[test]
fn environment_decides_where_code_does_not() {
    for (variables, expected) in [
        (&[(CAPTURE, "NO_CONTENT")][..], false),
        (&[(CAPTURE, "EVENT_ONLY")], false),
        (&[(RECORD, "flase")], false),
        (&[], true),
    ] {
        let output = run_child("env_options::child_undecided", variables);
        assert!(
            output.contains(&format!("{MARK}{expected}\n")),
            "{variables:?}: {output}"
        );
    }
}

#[tokio::test]
async fn child_undecided() {
    let attributes = record_content(MonitorOptions::new()).await;
    writeln!(io::stdout(), "\n{MARK}{attributes}").unwrap();
}

/// A child process of the tests above.
#[tokio::test]
async fn child_with_options() {
    let options = MonitorOptions::new().capture(ContentCapture::AttributesAndEvents);
    let call = record_content(options);
    let attributes = ContentCapture::AttributesAndEvents.scope(call).await;
    writeln!(io::stdout(), "\n{MARK}{attributes}").unwrap();
}

/// Whether the attributes of a call have its content.
async fn record_content(options: MonitorOptions) -> bool {
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        tracing_subscriber::registry()
            .with(LevelFilter::INFO)
            .with(layer(tracer))
            .with(tracing_subscriber::fmt::layer().with_ansi(false))
    });
    let server = MockBedrock::start().await;
    let config = monitor_bedrock_with(server.client_config(), options);
    let client = Client::from_conf(config.build());
    server.queue_answer(Answer::events(converse_text(&["Within days."])));
    let call = client.converse_stream().model_id("amazon.nova-lite-v1:0");
    let mut answer = call.send().await.unwrap();
    while answer.stream.recv().await.unwrap().is_some() {}
    spans.one().has("gen_ai.output.messages")
}

/// A message of the service may quote a request. Types and codes stay.
#[test]
fn high_security_drops_error_messages_from_every_signal() {
    for (variables, is_told) in [
        (&[(SECURITY, "true")][..], false),
        (&[(CAPTURE, "NO_CONTENT")], true),
    ] {
        let output = run_child("env_options::child_with_errors", variables);
        let told = output.lines().filter(|line| line.contains("Anna"));
        assert_eq!(
            told.count(),
            if is_told { SIGNALS } else { 0 },
            "{variables:?}: {output}"
        );
        for kept in ["ValidationException", "424", "signal: "] {
            assert!(output.contains(kept), "{kept}: {output}");
        }
        assert_eq!(output.matches("signal: ").count(), SIGNALS, "{output}");
    }
}

/// The lines of the child process below: each is one signal.
const SIGNALS: usize = 5;

/// A child process of the test above.
#[tokio::test]
async fn child_with_errors() {
    let server = MockBedrock::start().await;
    let records = Records::default();
    let options = MonitorOptions::from_env()
        .llm_events(true)
        .logger_provider(records.provider());
    let config = monitor_bedrock_with(server.client_config(), options);
    let client = Client::from_conf(config.build());
    let call = || client.converse().model_id("amazon.nova-lite-v1:0");
    let text = "Anna is no valid role";
    let tell = |line: &dyn std::fmt::Debug| {
        writeln!(io::stdout(), "\nsignal: {line:?}").unwrap();
    };

    let spans = Spans::collect();
    server.set_answer(Answer::error(400, "ValidationException", text));
    call().send().await.unwrap_err();
    let span = spans.one();
    tell(&(span.text("error.type"), span.error()));
    tell(&span.events_named("exception"));
    let answer = json!({"invocationArn": ARN, "status": "Failed", "failureMessage": text,
        "submitTime": "2026-11-23T12:00:00Z", "modelArn": MODEL_ARN,
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/out"}}});
    server.set_answer(Answer::json(200, &answer));
    let ask = client.get_async_invoke().invocation_arn(ARN);
    ask.send().await.unwrap();
    tell(&spans.all().last().unwrap().attributes());
    drop(spans);
    let events: Vec<_> = records.all().into_iter().map(|it| it.attributes).collect();
    let errors: Vec<_> = events.iter().filter(|it| it["error"] == true).collect();
    assert!(!errors.is_empty(), "{events:?}");
    tell(&errors);

    // The fields of the `tracing` span.
    let fields = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE);
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO);
    let _default = tracing::subscriber::set_default(subscriber.with(fields));
    server.set_answer(Answer::error(424, "424", text));
    writeln!(io::stdout(), "\nsignal: the next line").unwrap();
    call().send().await.unwrap_err();
}

const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/7v8aqb3qqhxp";
const MODEL_ARN: &str = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-reel-v1:0";

/// The lines that a child process writes to standard output.
fn run_child(name: &str, variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", name, "--nocapture"]);
    for variable in [CAPTURE, RECORD, STREAMING, SECURITY, LLM_EVENTS, LENGTH] {
        child.env_remove(variable);
    }
    let output = child.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{variables:?}: {text}");
    text
}

/// What the child process says, and its warnings.
fn told(variables: &[(&str, &str)]) -> (Value, Vec<String>) {
    let text = run_child("env_options::child", variables);
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.split_once(MARK)).unwrap().1;
    let warned = text.lines().filter_map(|line| {
        let (before, warning) = line.split_once("nr_bedrock_observability: ")?;
        before.contains("WARN").then(|| warning.to_owned())
    });
    (serde_json::from_str(line).unwrap(), warned.collect())
}

/// What the others start, each time with an environment. The clients are made before a
/// subscriber listens.
#[tokio::test]
async fn child() {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::events(converse_text(&["Within days."])));
    let client = || Client::from_conf(monitor_bedrock(server.client_config()).build());
    let (_first, client) = (client(), client());
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        tracing_subscriber::registry()
            .with(LevelFilter::INFO)
            .with(layer(tracer))
            .with(tracing_subscriber::fmt::layer().with_ansi(false))
    });
    let call = client.converse_stream().model_id("amazon.nova-lite-v1:0");
    let mut answer = call.send().await.unwrap();
    while answer.stream.recv().await.unwrap().is_some() {}

    let span = spans.one();
    let told = json!({
        "attributes": span.has("gen_ai.output.messages"),
        "events": span.events_named("gen_ai.choice").iter().any(|it| it.get("content").is_some()),
        "streaming": span.has("aws.bedrock.stream.events"),
    });
    writeln!(io::stdout(), "\n{MARK}{told}").unwrap();
}

const MARK: &str = "told: ";
