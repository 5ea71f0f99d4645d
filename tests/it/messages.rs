//! The span events of messages: one for each, in the order of the conversation,
//! and where content goes as a client's options say.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod long;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{
    SystemContentBlock, Tool, ToolConfiguration, ToolInputSchema, ToolSpecification,
};
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use opentelemetry::KeyValue;
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

#[tokio::test]
async fn each_message_is_an_event_in_the_order_of_the_conversation() {
    let span = converse(
        MonitorOptions::new(),
        &conversation(),
        &["Be brief.", "Be kind."],
    )
    .await;
    let found: Vec<_> = events(&span).collect();
    let expected = [
        (
            "gen_ai.system.message",
            json!({"role": "system", "content": "Be brief.Be kind."}),
        ),
        (
            "gen_ai.user.message",
            json!({"role": "user", "content": "Where are orders 17 and 18?"}),
        ),
        (
            "gen_ai.assistant.message",
            json!({"role": "assistant", "content": "Let me look.", "tool_calls": [
                {"id": "t17", "type": "function", "function": {"name": "get_order", "arguments": {"number": 17}}},
                {"id": "t18", "type": "function", "function": {"name": "get_order", "arguments": {"number": 18}}},
            ]}),
        ),
        (
            "gen_ai.tool.message",
            json!({"role": "tool", "id": "t17", "content": "shipped"}),
        ),
        (
            "gen_ai.tool.message",
            json!({"role": "tool", "id": "t18", "content": {"state": "lost"}}),
        ),
        (
            "gen_ai.user.message",
            json!({"role": "user", "content": [
                {"type": "text", "content": "And this?"},
                {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "", "byte_size": 12},
            ]}),
        ),
        (
            "gen_ai.choice",
            json!({"role": "assistant", "index": 0, "finish_reason": "tool_call",
            "content": [
                {"type": "reasoning", "content": "A box."},
                {"type": "text", "content": "I will ask."},
            ],
            "tool_calls": [
                {"id": "t19", "type": "function", "function": {"name": "ask", "arguments": {}}},
            ]}),
        ),
    ];
    let expected: Vec<_> = expected
        .map(|(name, event)| (name.to_owned(), event))
        .into();
    assert_eq!(found, expected);
    assert!(!span.has("aws.bedrock.input.messages.omitted"));
}

/// What is asked has the time of the call, what is answered that of its end.
#[tokio::test]
async fn events_have_the_times_of_what_they_tell() {
    let span = converse(MonitorOptions::new(), &conversation(), &["Be brief."]).await;
    let times = span.0.events.iter().map(|event| event.timestamp);
    let times: Vec<_> = times.collect();
    assert!(times.is_sorted(), "{times:?}");
    assert!(
        times
            .iter()
            .all(|time| (span.0.start_time..=span.0.end_time).contains(time))
    );
    assert_eq!(times.last(), Some(&span.0.end_time));
    assert!(times[0] < span.0.end_time);
}

#[tokio::test]
async fn a_message_that_says_one_thing_is_plain_text() {
    let cases = [
        (
            json!([{"text": "Hello."}]),
            json!({"role": "user", "content": "Hello."}),
        ),
        (
            json!([{"text": ""}]),
            json!({"role": "user", "content": ""}),
        ),
        (
            json!([{"text": "a"}, {"text": "b"}]),
            json!({"role": "user", "content": "ab"}),
        ),
        (
            json!([{"text": "a"}, {"cachePoint": {"type": "default"}}]),
            json!({"role": "user", "content": [{"type": "text", "content": "a"}, {"type": "cache_point"}]}),
        ),
    ];
    for (content, expected) in cases {
        let messages = [json!({"role": "user", "content": content})];
        let span = converse(MonitorOptions::new(), &messages, &[]).await;
        let found: Vec<_> = events(&span).map(|(_, event)| event).collect();
        assert_eq!(found[0], expected);
        assert_eq!(found.len(), 2, "the message and the choice");
    }
}

#[tokio::test]
async fn content_goes_where_the_options_say_and_nowhere_else() {
    const TEXTS: [&str; 7] = [
        "Where are orders",
        "Let me look",
        "shipped",
        "lost",
        "Be brief",
        "I will ask",
        "Looks an order up",
    ];
    let attributes = [
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.system_instructions",
        "gen_ai.tool.definitions",
    ];
    let messages = [
        "gen_ai.system.message",
        "gen_ai.user.message",
        "gen_ai.assistant.message",
        "gen_ai.tool.message",
        "gen_ai.tool.message",
        "gen_ai.user.message",
        "gen_ai.choice",
    ];
    for (capture, in_attributes, in_events) in [
        (ContentCapture::Off, false, false),
        (ContentCapture::Attributes, true, false),
        (ContentCapture::Events, false, true),
        (ContentCapture::AttributesAndEvents, true, true),
    ] {
        let options = MonitorOptions::new().capture(capture);
        let span = converse(options, &conversation(), &["Be brief."]).await;
        for key in attributes {
            assert_eq!(span.has(key), in_attributes, "{capture:?}: {key}");
        }
        let expected: &[&str] = if in_events { &messages } else { &[] };
        assert_eq!(span.events(), expected, "{capture:?}");

        // Definitions of tools have no event.
        let told = format!("{:?}", span.0.attributes);
        let said = format!("{:?}", span.0.events);
        for text in TEXTS {
            assert_eq!(told.contains(text), in_attributes, "{capture:?}: {text}");
            let in_events = in_events && text != "Looks an order up";
            assert_eq!(said.contains(text), in_events, "{capture:?}: {text}");
        }
        // The rest is the same, whatever becomes of content.
        assert_eq!(
            span.attribute("gen_ai.response.finish_reasons"),
            json!(["tool_call"])
        );
        assert_eq!(span.attribute("gen_ai.usage.input_tokens"), json!(20));
    }
}

/// A question, two calls of tools, their results, another question.
fn conversation() -> [Value; 3] {
    let call = |number: i64| json!({"toolUse": {"toolUseId": format!("t{number}"), "name": "get_order", "input": {"number": number}}});
    let image = json!({"image": {"format": "png", "source": {"bytes": "U0VDUkVULUJZVEVT"}}});
    [
        json!({"role": "user", "content": [{"text": "Where are orders 17 and 18?"}]}),
        json!({"role": "assistant", "content": [{"text": "Let me look."}, call(17), call(18)]}),
        json!({"role": "user", "content": [
            {"toolResult": {"toolUseId": "t17", "content": [{"text": "shipped"}]}},
            {"toolResult": {"toolUseId": "t18", "content": [{"json": {"state": "lost"}}]}},
            {"text": "And this?"},
            image,
        ]}),
    ]
}

async fn converse(options: MonitorOptions, messages: &[Value], system: &[&str]) -> Span {
    let messages = typed::messages(messages).await;
    let system = system
        .iter()
        .map(|text| SystemContentBlock::Text((*text).to_owned()));
    let tool = ToolSpecification::builder()
        .name("get_order")
        .description("Looks an order up.")
        .input_schema(ToolInputSchema::Json(typed::document(&json!({}))));
    let tools = ToolConfiguration::builder().tools(Tool::ToolSpec(tool.build().unwrap()));

    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(200, &reply()));
    let config = monitor_bedrock_with(server.client_config(), options);
    let call = Client::from_conf(config.build()).converse().model_id(MODEL);
    let call = call
        .set_messages(Some(messages))
        .set_system(Some(system.collect()));
    call.tool_config(tools.build().unwrap())
        .send()
        .await
        .unwrap();
    spans.one()
}

/// Names and attributes of the events, with JSON read.
fn events(span: &Span) -> impl Iterator<Item = (String, Value)> + '_ {
    span.0.events.iter().map(|event| {
        let read = |kv: &KeyValue| {
            let value = match &kv.value {
                opentelemetry::Value::I64(int) => json!(int),
                other => {
                    let text = other.as_str();
                    serde_json::from_str(&text).unwrap_or_else(|_| json!(text))
                }
            };
            (kv.key.to_string(), value)
        };
        (
            event.name.to_string(),
            event.attributes.iter().map(read).collect(),
        )
    })
}

fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "A box."}}},
            {"text": "I will ask."},
            {"toolUse": {"toolUseId": "t19", "name": "ask", "input": {}}},
        ]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
        "metrics": {"latencyMs": 421},
    })
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
