//! An agent's run as a tree of spans.

#![expect(clippy::panic, reason = "helpers of tests")]

use std::time::{Duration, SystemTime};

use aws_sdk_bedrockagentruntime::Client;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, event, exception};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

mod measured;
mod parts;
mod steps;

use parts::{
    BILLING, ORDERS, SUPERVISOR, answered, asked, at, called, chunk, orchestration, returned,
    times, trace,
};

/// Two collaborators that run at the same time, one with a tool, one with a
/// knowledge base.
pub(crate) fn conversation() -> Vec<Frame> {
    let ([find_order, found_order], [look_up, looked_up]) = (tool(), search());
    let done = json!({
        "type": "FINISH",
        "finalResponse": {"text": "By Friday.", "metadata": times(0, 900)},
    });
    let (orders, billing) = (Some(("orders", ORDERS)), Some(("billing", BILLING)));
    let question = "Where is my refund?";
    let parts = [
        (None, 10, asked("s-0", question)),
        (None, 200, answered("s-0", "I ask.", (11, 199), [100, 10])),
        (None, 201, called("s-0", "orders", ORDERS, "State of 1042?")),
        (None, 202, called("s-0", "billing", BILLING, "How long?")),
        (orders, 210, asked("o-0", "State of 1042?")),
        (
            billing,
            310,
            orchestration("invocationInput", "b-0", look_up),
        ),
        (orders, 350, answered("o-0", "I look.", (211, 349), [50, 5])),
        (
            orders,
            398,
            orchestration("invocationInput", "o-0", find_order),
        ),
        (billing, 391, orchestration("observation", "b-0", looked_up)),
        (
            orders,
            461,
            orchestration("observation", "o-0", found_order),
        ),
        (
            None,
            480,
            returned("s-0", "billing", BILLING, "Five days.", (203, 470)),
        ),
        (
            None,
            500,
            returned("s-0", "orders", ORDERS, "Approved.", (203, 490)),
        ),
        (None, 510, asked("s-1", question)),
        (
            None,
            890,
            answered("s-1", "By Friday.", (511, 889), [200, 20]),
        ),
        (None, 900, orchestration("observation", "s-1", done)),
    ];
    let frames = parts.iter().map(|(agent, when, part)| match agent {
        Some((name, alias)) => trace(&[SUPERVISOR, alias], Some(name), *when, part),
        None => trace(&[SUPERVISOR], None, *when, part),
    });
    frames.chain([chunk("By "), chunk("Friday.")]).collect()
}

/// A tool that is run, and what came of it.
fn tool() -> [Value; 2] {
    let input = json!({
        "actionGroupName": "shop",
        "executionType": "LAMBDA",
        "function": "find_order",
        "parameters": [{"name": "order", "type": "string", "value": "1042"}],
    });
    let output = json!({"text": "approved", "metadata": times(400, 460)});
    [
        json!({"invocationType": "ACTION_GROUP", "actionGroupInvocationInput": input}),
        json!({"type": "ACTION_GROUP", "actionGroupInvocationOutput": output}),
    ]
}

/// A search in a knowledge base, and what it found.
fn search() -> [Value; 2] {
    let input = json!({"knowledgeBaseId": "KB1", "text": "refund time"});
    let found = json!([{
        "content": {"type": "TEXT", "text": "Five days."},
        "location": {"type": "S3", "s3Location": {"uri": "s3://handbook/refunds.md"}},
    }]);
    let output = json!({"retrievedReferences": found, "metadata": times(320, 390)});
    [
        json!({"invocationType": "KNOWLEDGE_BASE", "knowledgeBaseLookupInput": input}),
        json!({"type": "KNOWLEDGE_BASE", "knowledgeBaseLookupOutput": output}),
    ]
}

/// The steps are the service's trace and not the text of the response.
#[tokio::test]
async fn steps_are_spans_if_events_of_streams_are_not_read() {
    let options = MonitorOptions::new().streaming_events(false);
    let (read, unread) = (
        Run::of(conversation(), MonitorOptions::new()).await,
        Run::of(conversation(), options).await,
    );
    assert_eq!(read.tree().len(), 12);
    assert_eq!(unread.tree(), read.tree());
}

#[tokio::test]
async fn two_collaborators_nest_below_the_agent_that_called_them() {
    let run = Run::of(conversation(), MonitorOptions::new()).await;
    let tree = run.tree();
    assert_eq!(
        tree,
        [
            "invoke_agent",
            "  orchestration",
            "    chat anthropic.claude-3-5-haiku-20241022-v1:0",
            "    invoke_agent orders",
            "      orchestration",
            "        chat anthropic.claude-3-5-haiku-20241022-v1:0",
            "        execute_tool find_order",
            "    invoke_agent billing",
            "      orchestration",
            "        retrieval KB1",
            "  orchestration",
            "    chat anthropic.claude-3-5-haiku-20241022-v1:0",
        ]
    );
}

#[tokio::test]
async fn the_agents_span_says_who_was_asked_what_and_what_came_of_it() {
    let run = Run::of(conversation(), MonitorOptions::new()).await;
    let root = run.named("invoke_agent");
    for (key, value) in [
        ("gen_ai.operation.name", json!("invoke_agent")),
        ("gen_ai.agent.id", json!("SUP")),
        ("gen_ai.agent.version", json!("7")),
        ("aws.bedrock.agent.alias_id", json!("LIVE")),
        ("gen_ai.conversation.id", json!("session-1")),
        ("rpc.service", json!("BedrockAgentRuntime")),
        ("rpc.method", json!("InvokeAgent")),
        ("http.response.status_code", json!(200)),
        ("aws.bedrock.stream.completed", json!(true)),
        // All of what the models used, of the collaborators too.
        ("gen_ai.usage.input_tokens", json!(350)),
        ("gen_ai.usage.output_tokens", json!(35)),
    ] {
        assert_eq!(root.attribute(key), value, "{key}");
    }
    assert!(root.is_client());
    let input = root.json("gen_ai.input.messages");
    assert_eq!(input[0]["parts"][0]["content"], "Where is my refund?");
    let output = root.json("gen_ai.output.messages");
    assert_eq!(output[0]["parts"][0]["content"], "By Friday.");
}

#[tokio::test]
async fn steps_have_the_times_of_the_trace() {
    let run = Run::of(conversation(), MonitorOptions::new()).await;
    for (name, began, ended) in [
        ("execute_tool find_order", 400, 460),
        ("retrieval KB1", 320, 390),
        ("invoke_agent orders", 203, 490),
        ("invoke_agent billing", 203, 470),
    ] {
        let span = run.named(name);
        assert_eq!(span.0.start_time, moment(began), "{name}");
        assert_eq!(span.0.end_time, moment(ended), "{name}");
    }
    // A phase lasts from what came first of it to what came last.
    let first = run.below(&run.named("invoke_agent")).remove(0);
    assert_eq!(first.0.start_time, moment(10));
    assert_eq!(first.0.end_time, moment(500));
}

#[tokio::test]
async fn the_models_of_an_agent_are_told_like_any_other() {
    let run = Run::of(conversation(), MonitorOptions::new()).await;
    let orders = run.named("invoke_agent orders");
    assert_eq!(orders.text("gen_ai.agent.name"), "orders");
    assert_eq!(orders.text("gen_ai.agent.id"), "ORD");
    assert_eq!(orders.text("aws.bedrock.agent.alias_id"), "V3");
    assert_eq!(orders.attribute("gen_ai.usage.input_tokens"), json!(50));
    let phase = run.below(&orders).remove(0);
    assert_eq!(phase.text("aws.bedrock.agent.step"), "orchestration");
    assert_eq!(phase.text("aws.bedrock.agent.trace_id"), "o-0");
    let chat = run.below(&phase).remove(0);
    for (key, value) in [
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.provider.name", json!("aws.bedrock")),
        (
            "gen_ai.request.model",
            json!("anthropic.claude-3-5-haiku-20241022-v1:0"),
        ),
        ("aws.bedrock.model.name", json!("claude-3-5-haiku-20241022")),
        ("aws.bedrock.agent.invocation_type", json!("ORCHESTRATION")),
        ("gen_ai.request.temperature", json!(0.0)),
        ("gen_ai.request.top_p", json!(1.0)),
        ("gen_ai.request.top_k", json!(250)),
        ("gen_ai.request.max_tokens", json!(2048)),
        ("gen_ai.request.stop_sequences", json!(["</answer>"])),
        ("gen_ai.response.finish_reasons", json!(["tool_call"])),
        ("gen_ai.response.id", json!("msg_1")),
        ("gen_ai.usage.input_tokens", json!(50)),
        ("gen_ai.usage.output_tokens", json!(5)),
    ] {
        assert_eq!(chat.attribute(key), value, "{key}");
    }
    let system = chat.json("gen_ai.system_instructions");
    assert_eq!(system[0]["content"], "You help.");
    // Steps ran elsewhere: they have no server and no attempts of their own.
    assert!(!chat.has("server.address") && !chat.has("aws.request.attempts"));
    assert!(!chat.is_client());
}

#[tokio::test]
async fn without_content_the_tree_is_the_same_and_says_no_text() {
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let run = Run::of(conversation(), options).await;
    assert_eq!(run.tree().len(), 12);
    let told = format!("{:?}", run.spans);
    for text in [
        "refund?",
        "refund time",
        "Five days",
        "Approved",
        "1042",
        "You help",
    ] {
        assert!(!told.contains(text), "{text} in {told}");
    }
}

#[tokio::test]
async fn without_a_provider_the_agent_has_its_own_span_alone() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.set_answer(Answer::events(conversation()));
    invoke(&server, MonitorOptions::new()).await;
    let span = spans.one();
    assert_eq!(span.attribute("gen_ai.usage.input_tokens"), json!(350));
}

/// A finished run.
struct Run {
    spans: Vec<Span>,
    error: Option<String>,
}

impl Run {
    async fn of(frames: Vec<Frame>, options: MonitorOptions) -> Self {
        let spans = Spans::collect();
        let server = MockBedrock::start().await;
        server.set_answer(Answer::events(frames));
        let error = invoke(&server, options.tracer_provider(spans.provider())).await;
        Self {
            spans: spans.all(),
            error,
        }
    }

    /// The one span of a name.
    fn named(&self, name: &str) -> Span {
        let mut found = self.spans.iter().filter(|span| span.name() == name);
        let span = found.next().cloned();
        assert!(found.next().is_none(), "{name} is there more than once");
        span.unwrap_or_else(|| panic!("no {name} in {:?}", self.tree()))
    }

    /// The children of a span, in the order of their begin.
    fn below(&self, parent: &Span) -> Vec<Span> {
        let children = self.spans.iter().filter(|span| span.is_child_of(parent));
        let mut children: Vec<_> = children.cloned().collect();
        children.sort_by_key(|span| span.0.start_time);
        children
    }

    /// The names, two blanks for each step down.
    fn tree(&self) -> Vec<String> {
        let roots = self.spans.iter().filter(|span| span.is_client());
        let mut lines = Vec::new();
        for root in roots {
            self.draw(root, 0, &mut lines);
        }
        assert_eq!(lines.len(), self.spans.len(), "spans beside the tree");
        lines
    }

    fn draw(&self, span: &Span, depth: usize, lines: &mut Vec<String>) {
        lines.push(format!("{}{}", "  ".repeat(depth), span.name()));
        let mut children: Vec<_> = self
            .spans
            .iter()
            .filter(|child| child.is_child_of(span))
            .collect();
        // Equal beginnings: as they ended, which is as they were made.
        children.sort_by_key(|child| child.0.start_time);
        for child in children {
            self.draw(child, depth + 1, lines);
        }
    }
}

/// Asks the agent and reads to the end; gives the error that the reader got.
async fn invoke(server: &MockBedrock, options: MonitorOptions) -> Option<String> {
    let client = Client::from_conf(server.agent_config().build());
    let client = monitor_bedrock_with(client, options);
    let call = client.invoke_agent().agent_id("SUP").agent_alias_id("LIVE");
    let call = call
        .session_id("session-1")
        .input_text("Where is my refund?");
    let mut stream = match call.enable_trace(true).send().await {
        Ok(answer) => answer.completion,
        Err(error) => return Some(error.into_service_error().to_string()),
    };
    loop {
        match stream.recv().await {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(error.to_string()),
        }
    }
}

fn moment(millis: u64) -> SystemTime {
    let time = DateTime::from_str(&at(millis), Format::DateTime);
    SystemTime::try_from(time.unwrap_or(DateTime::from_secs(0)))
        .unwrap_or(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
}
