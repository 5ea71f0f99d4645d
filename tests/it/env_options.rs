//! What the environment says of content. The variables are the process's, so
//! each set of them gets a process: this test binary, started again.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{self, Write as _};
use std::process::Command;

use aws_sdk_bedrockruntime::Client;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::mock_bedrock::frames::converse_text;
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Spans, layer};

const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const RECORD: &str = "NEW_RELIC_AI_MONITORING_RECORD_CONTENT_ENABLED";
const STREAMING: &str = "NEW_RELIC_AI_MONITORING_STREAMING_ENABLED";

type Variables = &'static [(&'static str, &'static str)];

#[test]
fn the_environment_decides_where_content_goes() {
    let cases: [(Variables, bool, bool); 14] = [
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
    ];
    for (variables, attributes, events) in cases {
        let expected = json!({
            "error": null, "attributes": attributes, "events": events, "streaming": true,
        });
        assert_eq!(told(variables), (expected, 0), "{variables:?}");
    }
    // Without its events a streamed answer is not known.
    let expected = json!({"error": null, "attributes": false, "events": false, "streaming": false});
    assert_eq!(told(&[(STREAMING, "off")]), (expected, 0));
}

/// Somebody meant to say something about content: it stays, and that is said
/// once, however many clients there are.
#[test]
fn a_wrong_value_turns_content_off_and_is_said_once() {
    for variable in [CAPTURE, RECORD, STREAMING] {
        let problem = match variable {
            CAPTURE => "is none of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT, true, false",
            _ => "is neither true nor false",
        };
        let expected = json!({
            "error": format!("{variable}: \"sometimes\" {problem}"),
            "attributes": false, "events": false, "streaming": true,
        });
        let variables = [(variable, "sometimes")];
        assert_eq!(told(&variables), (expected, 1), "{variable}");
    }
}

/// What the child process says, and how often it was warned.
fn told(variables: &[(&str, &str)]) -> (Value, usize) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "env_options::child", "--nocapture"]);
    for variable in [CAPTURE, RECORD, STREAMING] {
        child.env_remove(variable);
    }
    let output = child.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{variables:?}: {text}");
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.split_once(MARK)).unwrap().1;
    let warned = text.matches("message content is not recorded").count();
    (serde_json::from_str(line).unwrap(), warned)
}

/// What the others start, each time with an environment. In that of the tests,
/// too, the call has its one span.
#[tokio::test]
async fn child() {
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        tracing_subscriber::registry()
            .with(LevelFilter::INFO)
            .with(layer(tracer))
            .with(tracing_subscriber::fmt::layer().with_ansi(false))
    });
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::events(converse_text(&["Within days."])));
    let client = || Client::from_conf(monitor_bedrock(server.client_config()).build());
    drop(client());
    let call = client().converse_stream().model_id("amazon.nova-lite-v1:0");
    let mut answer = call.send().await.unwrap();
    while answer.stream.recv().await.unwrap().is_some() {}

    let span = spans.one();
    let told = json!({
        "error": MonitorOptions::from_env().err().map(|error| error.to_string()),
        "attributes": span.has("gen_ai.output.messages"),
        "events": span.events_named("gen_ai.choice").iter().any(|it| it.get("content").is_some()),
        "streaming": span.has("aws.bedrock.stream.events"),
    });
    writeln!(io::stdout(), "\n{MARK}{told}").unwrap();
}

const MARK: &str = "told: ";
