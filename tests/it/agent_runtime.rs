//! What the spans of knowledge bases, flows, sessions and memories say.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use aws_sdk_bedrockagentruntime::Client;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

mod flow;
mod generate;
mod plain;
mod prompts;
mod search;

/// Spans of one call, and what answered it.
struct Run {
    spans: Vec<Span>,
}

impl Run {
    /// Calls with a monitored client, against a server with this answer.
    async fn of(answer: Answer, call: impl AsyncFnOnce(Client)) -> Self {
        Self::with(MonitorOptions::new(), answer, call).await
    }

    async fn with(options: MonitorOptions, answer: Answer, call: impl AsyncFnOnce(Client)) -> Self {
        let server = MockBedrock::start().await;
        server.queue_answer(answer);
        let spans = Spans::collect();
        let options = options.tracer_provider(spans.provider());
        let client = Client::from_conf(server.agent_config().build());
        call(monitor_bedrock_with(client, options)).await;
        Self { spans: spans.all() }
    }

    /// The call's own span.
    fn root(&self) -> Span {
        let mut found = self.spans.iter().filter(|span| span.is_client());
        let root = found.next().cloned();
        assert!(found.next().is_none(), "two calls: {:?}", self.spans);
        root.unwrap_or_else(|| panic!("no call in {:?}", self.spans))
    }

    /// The one span of a name.
    fn named(&self, name: &str) -> Span {
        let mut found = self.spans.iter().filter(|span| span.name() == name);
        let span = found.next().cloned();
        assert!(found.next().is_none(), "{name} is there more than once");
        span.unwrap_or_else(|| panic!("no {name} in {:?}", self.tree()))
    }

    /// The names, two blanks for each step down.
    fn tree(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.draw(&self.root(), 0, &mut lines);
        assert_eq!(lines.len(), self.spans.len(), "spans beside the tree");
        lines
    }

    fn draw(&self, span: &Span, depth: usize, lines: &mut Vec<String>) {
        lines.push(format!("{}{}", "  ".repeat(depth), span.name()));
        let children = self.spans.iter().filter(|child| child.is_child_of(span));
        let mut children: Vec<_> = children.collect();
        children.sort_by_key(|child| child.0.start_time);
        for child in children {
            self.draw(child, depth + 1, lines);
        }
    }
}

/// All attributes of a span but those that every call over the network has;
/// JSON in texts as what it is.
fn told(span: &Span) -> Value {
    let attributes = span.attributes().into_iter();
    let told = attributes.filter(|(name, _)| !OF_EVERY_CALL.contains(&name.as_str()));
    told.map(|(name, value)| {
        let read = value.as_str().filter(|text| text.starts_with(['[', '{']));
        let read = read.and_then(|text| serde_json::from_str(text).ok());
        (name, read.unwrap_or(value))
    })
    .collect()
}

/// What `told` leaves out is there, and right.
fn of_every_call(span: &Span, method: &str) {
    for (key, value) in [
        ("gen_ai.provider.name", json!("aws.bedrock")),
        ("cloud.region", json!("us-east-1")),
        ("rpc.system", json!("aws-api")),
        ("rpc.service", json!("BedrockAgentRuntime")),
        ("rpc.method", json!(method)),
        ("aws.request.attempts", json!(1)),
        ("server.address", json!("127.0.0.1")),
    ] {
        assert_eq!(span.attribute(key), value, "{method}: {key}");
    }
    assert!(span.has("server.port"), "{method}");
    assert!(span.text("aws.request_id").len() > 30, "{method}");
}

const OF_EVERY_CALL: &[&str] = &[
    "aws.request.attempts",
    "aws.request_id",
    "cloud.region",
    "gen_ai.provider.name",
    "gen_ai.response.time_to_first_chunk",
    "rpc.method",
    "rpc.service",
    "rpc.system",
    "server.address",
    "server.port",
];
