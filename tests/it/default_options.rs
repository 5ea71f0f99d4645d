//! The options of what belongs to no client: searches, tools, feedback. They are the
//! process's, so each case gets a process: this test binary, started again.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io;
use std::process::Command;

use aws_sdk_bedrockruntime::{Client, Config};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{
    ContentCapture, Evaluation, Feedback, MonitorOptions, Score, monitor_bedrock,
    monitor_bedrock_with, redact,
};
use serde_json::{Value, json};
use tracing::info_span;

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::records::Records;
use crate::support::spans::Spans;

const CASE: &str = "DEFAULT_OPTIONS_CASE";

/// Arguments, result and an attribute of a tool, and the message of feedback.
type Seen = [Value; 3];

/// Cases and what is seen of a tool and of feedback in each.
fn cases() -> Vec<(&'static str, Seen)> {
    let mail = || json!("ann@example.com");
    let hidden = || json!("[email]");
    vec![
        ("no client", [mail(), Value::Null, mail()]),
        ("first of two clients", [mail(), json!("first"), mail()]),
        (
            "second client is stricter",
            [Value::Null, json!("first"), mail()],
        ),
        (
            "first client is stricter",
            [Value::Null, json!("first"), mail()],
        ),
        ("two redactions", [hidden(), Value::Null, hidden()]),
        ("feedback text is off", [mail(), Value::Null, Value::Null]),
        (
            "environment is stricter",
            [Value::Null, json!("first"), mail()],
        ),
        ("installed default wins", [mail(), json!("default"), mail()]),
        (
            "one redaction of many clients",
            [hidden(), Value::Null, hidden()],
        ),
        (
            "redactions without end",
            [Value::Null, Value::Null, Value::Null],
        ),
    ]
}

fn prepare(case: &str) {
    let new = MonitorOptions::new;
    let off = || new().capture(ContentCapture::Off);
    let monitor = |options| drop(monitor_bedrock_with(Config::builder(), options));
    match case {
        "no client" => {}
        "first of two clients" => {
            monitor(new().attribute("client", "first"));
            monitor(new().attribute("client", "second"));
        }
        "second client is stricter" => {
            monitor(new().attribute("client", "first"));
            monitor(off());
            monitor(new());
        }
        "first client is stricter" => {
            monitor(off().attribute("client", "first"));
            drop(monitor_bedrock(Config::builder()));
        }
        "two redactions" => {
            monitor(new().redact_with(redact::emails()));
            monitor(new().redact_with(redact::card_numbers()));
        }
        "feedback text is off" => {
            monitor(new());
            monitor(new().feedback_text(false));
        }
        "environment is stricter" => monitor(new().attribute("client", "first")),
        "installed default wins" => {
            monitor(off().attribute("client", "first"));
            new()
                .attribute("client", "default")
                .install_default()
                .unwrap();
            let error = off().install_default().unwrap_err();
            assert!(error.is_already_installed());
            let text = error.to_string();
            assert!(text.contains("MonitorOptions::install_default"), "{text}");
        }
        "one redaction of many clients" => {
            // A closure that captures something, and one that does not.
            let emails = redact::pattern(r"[a-z]+@[a-z.]+", "[email]").unwrap();
            let shared = new().redact_with(emails);
            for _ in 0..100 {
                monitor(shared.clone());
                monitor(new().redact_with(redact::emails()));
            }
        }
        "redactions without end" => {
            for number in 0..100 {
                monitor(new().redact_with(move |content| {
                    content.set_text(content.text().replace('x', &number.to_string()));
                }));
            }
        }
        other => unreachable!("{other}"),
    }
}

#[test]
fn default_options_do_not_depend_on_the_client_monitored_last() {
    for (case, expected) in cases() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "default_options::child", "--nocapture"])
            .env(CASE, case)
            .envs((case == "environment is stricter").then_some((
                "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
                "NO_CONTENT",
            )))
            .output()
            .unwrap();
        assert!(output.status.success(), "{case}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text.lines();
        let line = lines.find_map(|line| line.strip_prefix("seen: "));
        let seen: Value = serde_json::from_str(line.unwrap()).unwrap();
        assert_eq!(seen, json!(expected), "{case}");
        let warned = text.contains("Set the options of the process once");
        assert_eq!(warned, case == "redactions without end", "{case}: {text}");
    }
}

/// What the test above starts.
#[tokio::test]
async fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    prepare(&case);
    let spans = {
        use tracing_subscriber::layer::SubscriberExt as _;
        Spans::collect_with(opentelemetry_sdk::trace::Sampler::AlwaysOn, |tracer| {
            tracing_subscriber::registry()
                .with(tracing::level_filters::LevelFilter::INFO)
                .with(crate::support::spans::layer(tracer))
                .with(tracing_subscriber::fmt::layer().with_ansi(false))
        })
    };
    let tool = ToolCall::new("t").arguments("ann@example.com");
    let tool = tool.run(async || Ok::<_, io::Error>(()), |()| "");
    tool.await.unwrap();
    info_span!("answer").in_scope(|| Feedback::positive().message("ann@example.com").record());
    let [tool, answer] = spans.all().try_into().unwrap();
    let [feedback] = answer
        .events_named("gen_ai.evaluation.result")
        .try_into()
        .unwrap();
    let text = feedback.get("gen_ai.evaluation.explanation").cloned();
    let seen = [
        tool.attribute("gen_ai.tool.call.arguments"),
        tool.attribute("client"),
        text.unwrap_or_default(),
    ];
    println!("\nseen: {}", json!(seen));
}

/// `monitor_bedrock` has the installed options, in a process of its own.
#[test]
fn installed_default_is_that_of_clients_without_options() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "default_options::child_with_client"])
        .env(CASE, "client")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn child_with_client() {
    if std::env::var(CASE).is_err() {
        return;
    }
    let server = MockBedrock::start().await;
    server.set_answer(Answer::converse_text("Because."));
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    options
        .attribute("client", "default")
        .install_default()
        .unwrap();
    let spans = Spans::collect();
    let client = Client::from_conf(monitor_bedrock(server.client_config()).build());
    client
        .converse()
        .model_id("amazon.nova-lite-v1:0")
        .send()
        .await
        .unwrap();
    let span = spans.one();
    assert_eq!(span.text("client"), "default");
    assert!(!span.has("gen_ai.output.messages"));
}

/// The options of one tool call or of a later client say nothing about feedback.
#[test]
fn events_of_feedback_follow_the_default_options() {
    for (case, expected) in [
        ("events installed off", false),
        ("events installed on", true),
        ("first client without events", false),
        ("first client with events", true),
    ] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "default_options::child_with_events",
                "--nocapture",
            ])
            .env(CASE, case)
            .env_remove("NEW_RELIC_AI_MONITORING_ENABLED")
            .output()
            .unwrap();
        assert!(output.status.success(), "{case}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let told = format!("default {}, other 1\n", if expected { 2 } else { 0 });
        assert!(text.contains(&told), "{case}: {text}");
    }
}

#[tokio::test]
async fn child_with_events() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let (default, other) = (Records::default(), Records::default());
    let with_events = |records: &Records, emit| {
        let provider = records.provider();
        MonitorOptions::new()
            .llm_events(emit)
            .logger_provider(provider)
    };
    let options = with_events(
        &default,
        case.ends_with("on") || case.contains("with events"),
    );
    if case.contains("installed") {
        options.install_default().unwrap();
    } else {
        drop(monitor_bedrock_with(Config::builder(), options));
    }
    let spans = Spans::collect();
    drop(monitor_bedrock_with(
        Config::builder(),
        with_events(&other, true),
    ));
    let tool = ToolCall::new("t").options(with_events(&other, true));
    let tool = tool.run(async || Ok::<_, io::Error>(()), |()| "");
    tool.await.unwrap();
    info_span!("answer").in_scope(|| {
        Feedback::positive().message("hi").record();
        let score = Score::new("tone", 0.5).unwrap();
        Evaluation::new().score(score).record();
    });
    assert_eq!(spans.all().len(), 2);
    let count = |records: &Records| records.everything().len();
    println!("\ndefault {}, other {}", count(&default), count(&other));
}
