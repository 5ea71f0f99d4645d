//! InvokeHarness: an agent whose loop AgentCore runs.

use aws_sdk_bedrockagentcore::operation::invoke_harness::builders::InvokeHarnessFluentBuilder;
use aws_sdk_bedrockagentcore::types::{
    HarnessBedrockModelConfig, HarnessContentBlock, HarnessConversationRole,
    HarnessInlineFunctionConfig, HarnessMessage, HarnessModelConfiguration, HarnessRemoteMcpConfig,
    HarnessSystemContentBlock, HarnessTool, HarnessToolConfiguration, HarnessToolType,
};
use aws_smithy_types::Document;
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::{Value, json};

use super::{Core, says};
use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::{Frame, event, exception};

const ARN: &str = "arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/refunds-a1B2c3D4e5";
const MODEL: &str = "anthropic.claude-sonnet-4-5-20250929-v1:0";

/// Two turns of the model, with a tool of the harness between them.
fn run() -> Vec<Frame> {
    let start = |role| event("messageStart", &json!({"role": role}));
    let begin = |index, start: Value| {
        event(
            "contentBlockStart",
            &json!({"contentBlockIndex": index, "start": start}),
        )
    };
    let delta = |index, delta: Value| {
        event(
            "contentBlockDelta",
            &json!({"contentBlockIndex": index, "delta": delta}),
        )
    };
    let stop = |reason| event("messageStop", &json!({"stopReason": reason}));
    let used = |input, output| {
        let usage = json!({
            "inputTokens": input, "outputTokens": output, "totalTokens": input + output,
            "cacheReadInputTokens": 5, "cacheWriteInputTokens": 0,
        });
        event(
            "metadata",
            &json!({"usage": usage, "metrics": {"latencyMs": 100}}),
        )
    };
    vec![
        start("assistant"),
        delta(0, json!({"reasoningContent": {"text": "The order first."}})),
        delta(1, json!({"text": "I look "})),
        delta(1, json!({"text": "it up."})),
        begin(
            2,
            json!({"toolUse": {"toolUseId": "t-1", "name": "find_order", "type": "mcp_tool_use", "serverName": "shop"}}),
        ),
        delta(2, json!({"toolUse": {"input": "{\"order\":"}})),
        delta(2, json!({"toolUse": {"input": "1042}"}})),
        stop("tool_use"),
        used(100, 20),
        start("user"),
        begin(
            0,
            json!({"toolResult": {"toolUseId": "t-1", "status": "success"}}),
        ),
        delta(0, json!({"toolResult": [{"json": {"state": "approved"}}]})),
        stop("tool_result"),
        event(
            "hookEvent",
            &json!({"hookEventId": "h", "name": "audit", "type": "after"}),
        ),
        start("assistant"),
        delta(0, json!({"reasoningContent": {"text": "Done."}})),
        delta(1, json!({"text": "By Friday."})),
        stop("end_turn"),
        used(200, 10),
    ]
}

#[tokio::test]
async fn the_span_tells_what_was_asked_what_came_of_it_and_what_it_used() {
    let core = Core::answering(Answer::events(run())).await;
    assert_eq!(read(asks(&core), usize::MAX).await, Ok(19));
    let span = core.spans.one();
    assert_eq!(span.name(), "invoke_agent refunds");
    let expected = [
        ("gen_ai.operation.name", json!("invoke_agent")),
        ("gen_ai.agent.name", json!("refunds")),
        ("gen_ai.agent.id", json!("refunds-a1B2c3D4e5")),
        ("gen_ai.conversation.id", json!("session-1")),
        ("gen_ai.request.model", json!(MODEL)),
        ("gen_ai.request.max_tokens", json!(512)),
        ("gen_ai.request.temperature", json!(0.2)),
        ("gen_ai.request.stream", json!(true)),
        ("gen_ai.response.finish_reasons", json!(["stop"])),
        ("aws.bedrock.stop_reason", json!("end_turn")),
        // Of both turns, what was cached included.
        ("gen_ai.usage.input_tokens", json!(310)),
        ("gen_ai.usage.output_tokens", json!(30)),
        ("gen_ai.usage.cache_read.input_tokens", json!(10)),
        ("aws.bedrock.invocation_latency", json!(200)),
        ("aws.bedrock.agentcore.harness.arn", json!(ARN)),
        ("aws.bedrock.agentcore.qualifier", json!("live")),
        ("aws.bedrock.agentcore.actor.id", json!("user-7")),
        ("aws.bedrock.stream.completed", json!(true)),
        ("aws.bedrock.stream.events", json!(19)),
    ];
    says(&span, &expected);

    let input = span.json("gen_ai.input.messages");
    assert_eq!(input[0]["role"], "user");
    assert_eq!(input[0]["parts"][0]["content"], "Where is my refund?");
    let system = span.json("gen_ai.system_instructions");
    assert_eq!(system[0]["content"], "You help.");
    let output = span.json("gen_ai.output.messages");
    assert_eq!(output.as_array().map(Vec::len), Some(1), "{output}");
    assert_eq!(output[0]["role"], "assistant");
    let parts = output[0]["parts"].as_array().cloned().unwrap_or_default();
    let kinds: Vec<_> = parts.iter().map(|part| part["type"].clone()).collect();
    assert_eq!(
        kinds,
        [
            "reasoning",
            "text",
            "tool_call",
            "tool_call_response",
            "reasoning",
            "text"
        ]
    );
    assert_eq!(parts[1]["content"], "I look it up.");
    assert_eq!(parts[2]["arguments"], json!({"order": 1042}));
    assert_eq!(parts[3]["response"], json!({"state": "approved"}));
    assert_eq!(parts[5]["content"], "By Friday.");
}

#[tokio::test]
async fn tools_are_told_without_what_may_hold_credentials() {
    let core = Core::answering(Answer::events(run())).await;
    drop(read(asks(&core), usize::MAX).await);
    let span = core.spans.one();
    let tools = span.json("gen_ai.tool.definitions");
    assert_eq!(tools[0]["name"], "refund");
    assert_eq!(tools[0]["type"], "function");
    assert_eq!(tools[0]["description"], "Pays back.");
    assert_eq!(tools[1]["name"], "shop");
    assert_eq!(tools[1]["type"], "remote_mcp");
    let told = format!("{span:?}");
    assert!(!told.contains("Bearer"), "{told}");
    let sent = &core.server.requests()[0];
    assert!(String::from_utf8_lossy(&sent.body).contains("Bearer"));
}

#[tokio::test]
async fn without_content_the_counts_stay_and_no_text_does() {
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let core = Core::with(Answer::events(run()), options).await;
    drop(read(asks(&core), usize::MAX).await);
    let span = core.spans.one();
    assert_eq!(span.attribute("gen_ai.usage.output_tokens"), json!(30));
    let told = format!("{span:?}");
    for text in [
        "refund?", "You help", "look it", "1042", "approved", "Friday",
    ] {
        assert!(!told.contains(text), "{text} in {told}");
    }
}

#[tokio::test]
async fn a_reader_who_leaves_at_the_last_word_has_heard_all() {
    // The server keeps the stream open, so only the reader can end it.
    for (events, completed) in [(8, false), (13, false), (18, true)] {
        let core = Core::answering(Answer::events(run()).hang_after(events)).await;
        assert_eq!(read(asks(&core), events).await, Ok(events));
        let span = core.spans.one();
        let said = span.attribute("aws.bedrock.stream.completed");
        assert_eq!(said, json!(completed), "{events}");
        assert_eq!(span.error(), None, "{events}");
    }
}

#[tokio::test]
async fn a_failure_in_the_stream_is_the_spans() {
    for (name, kind) in [
        ("runtimeClientError", "RuntimeClientError"),
        ("internalServerException", "InternalServerException"),
    ] {
        let mut frames: Vec<_> = run().into_iter().take(4).collect();
        frames.push(exception(name, &json!({"message": "no such tool"})));
        let core = Core::answering(Answer::events(frames)).await;
        assert!(read(asks(&core), usize::MAX).await.is_err(), "{name}");
        let span = core.spans.one();
        assert_eq!(span.text("error.type"), kind);
        assert_eq!(span.error().as_deref(), Some("no such tool"));
        let output = span.json("gen_ai.output.messages");
        assert_eq!(output[0]["parts"][1]["content"], "I look it up.");
    }
}

fn asks(core: &Core) -> InvokeHarnessFluentBuilder {
    let question = HarnessContentBlock::Text("Where is my refund?".to_owned());
    let message = HarnessMessage::builder().role(HarnessConversationRole::User);
    let model = HarnessBedrockModelConfig::builder()
        .model_id(MODEL)
        .max_tokens(1024);
    let refund = HarnessInlineFunctionConfig::builder()
        .description("Pays back.")
        .input_schema(Document::Object(
            [("type".to_owned(), "object".into())].into(),
        ));
    let shop = HarnessRemoteMcpConfig::builder()
        .url("https://shop.example")
        .headers("authorization", "Bearer s3cr3t");
    let call = core
        .client
        .invoke_harness()
        .harness_arn(ARN)
        .qualifier("live");
    let call = call
        .runtime_session_id("session-1")
        .actor_id("user-7")
        .max_tokens(512);
    let call = call.system_prompt(HarnessSystemContentBlock::Text("You help.".to_owned()));
    let call = call.set_messages(message.content(question).build().ok().map(|it| vec![it]));
    let model = model.temperature(0.2).build().ok();
    let call = call.set_model(model.map(HarnessModelConfiguration::BedrockModelConfig));
    let tool = |kind, name: &str, config| {
        let tool = HarnessTool::builder().r#type(kind).name(name);
        tool.set_config(config).build().ok()
    };
    let refund = refund
        .build()
        .ok()
        .map(HarnessToolConfiguration::InlineFunction);
    let shop = shop.build().ok().map(HarnessToolConfiguration::RemoteMcp);
    let tools = [
        tool(HarnessToolType::InlineFunction, "refund", refund),
        tool(HarnessToolType::RemoteMcp, "shop", shop),
    ];
    call.set_tools(Some(tools.into_iter().flatten().collect()))
}

/// Reads so many events at most; gives how many there were.
async fn read(call: InvokeHarnessFluentBuilder, limit: usize) -> Result<usize, String> {
    let output = call.send().await;
    let mut stream = output.map_err(|error| error.to_string())?.stream;
    let mut events = 0;
    while events < limit {
        match stream.recv().await {
            Ok(Some(_)) => events += 1,
            Ok(None) => break,
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(events)
}
