//! The same answer, streamed and whole, is the same on the span.

use std::collections::BTreeMap;

use aws_sdk_bedrockruntime::Client;
use nr_bedrock_observability::monitor_bedrock;
use serde_json::{Value, json};

use super::{MODEL, ask};
use crate::support::mock_bedrock::frames::{Frame, event};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

#[tokio::test]
async fn streamed_or_whole_an_answer_is_the_same_on_the_span() {
    for (content, stop) in answers() {
        let spans = Spans::collect();
        let server = MockBedrock::start().await;
        let client = Client::from_conf(monitor_bedrock(server.client_config()).build());

        server.set_answer(Answer::events(streamed(&content, stop)));
        let mut output = ask(&client).await;
        while output.stream.recv().await.unwrap().is_some() {}

        server.set_answer(Answer::json(200, &whole(&content, stop)));
        let question = typed::user(json!([{"text": "When do refunds arrive?"}])).await;
        let call = client.converse().model_id(MODEL).messages(question);
        call.send().await.unwrap();

        let [streamed, whole] = &spans.bedrock()[..] else {
            unreachable!("two calls were made");
        };
        assert!(streamed.has("gen_ai.request.stream") && !whole.has("gen_ai.request.stream"));
        assert_eq!(attributes(streamed), attributes(whole), "{content}");
        assert_eq!(events(streamed), events(whole), "{content}");
        assert_eq!(streamed.name(), whole.name());
    }
}

/// Attributes, with JSON read, without what only a stream has or what
/// tells the operations apart.
fn attributes(span: &Span) -> BTreeMap<String, Value> {
    let of_streams = [
        "aws.bedrock.stream.completed",
        "aws.bedrock.stream.events",
        "gen_ai.request.stream",
        "gen_ai.response.time_to_first_chunk",
        "rpc.method",
    ];
    let mut attributes = span.attributes();
    attributes.retain(|key, _| !of_streams.contains(&key.as_str()));
    for key in ["gen_ai.input.messages", "gen_ai.output.messages"] {
        attributes.insert(key.to_owned(), span.json(key));
    }
    attributes
}

/// The answer's event. Its texts are JSON where the message is more than text.
fn events(span: &Span) -> Vec<Value> {
    let mut events = span.events_named("gen_ai.choice");
    for event in &mut events {
        for key in ["content", "tool_calls"] {
            let text = event[key].as_str().unwrap_or_default();
            if let Ok(json) = serde_json::from_str(text) {
                event[key] = json;
            }
        }
    }
    assert_eq!(events.len(), 1);
    events
}

/// Contents of answers, as Converse has them, and why they ended.
fn answers() -> Vec<(Value, &'static str)> {
    let cited = json!({"citationsContent": {"content": [{"text": "Five days."}],
        "citations": [{"title": "Terms", "source": "terms.pdf"}]}});
    let thought =
        json!({"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "c2lnbmVk"}}});
    let hidden = json!({"reasoningContent": {"redactedContent": "U0VDUkVULUJZVEVT"}});
    let call = |id: &str| json!({"toolUse": {"toolUseId": id, "name": "get_order", "input": {"b": 2, "a": [1, null]}}});
    let none = json!({"toolUse": {"toolUseId": "t3", "name": "now", "input": {}}});
    let server = json!({"toolUse": {"toolUseId": "s1", "name": "nova_grounding",
        "type": "server_tool_use", "input": {"query": "post"}}});
    let found = json!({"toolResult": {"toolUseId": "s1", "content": [{"json": {"days": 5}}]}});
    let text = json!({"toolResult": {"toolUseId": "s1", "status": "error", "content": [{"text": "gone"}]}});
    let image = json!({"image": {"format": "png", "source": {"bytes": "U0VDUkVULUJZVEVT"}}});
    vec![
        (json!([{"text": "Within days."}]), "end_turn"),
        (json!([{"text": "One."}, {"text": "Two."}]), "max_tokens"),
        (json!([thought, hidden, {"text": "Five."}]), "stop_sequence"),
        (
            json!([{"text": "Let me look."}, call("t1"), call("t2"), none]),
            "tool_use",
        ),
        (json!([server, found, cited]), "end_turn"),
        (
            json!([server, text, {"text": "Sorry."}]),
            "guardrail_intervened",
        ),
        (json!([{"text": "Here."}, image]), "end_turn"),
    ]
}

fn whole(content: &Value, stop: &str) -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop,
        "additionalModelResponseFields": {"stop_sequence": "###"},
        "usage": usage(),
        "metrics": {"latencyMs": 421},
        "performanceConfig": {"latency": "optimized"},
        "serviceTier": {"type": "priority"},
        "trace": {"promptRouter": {"invokedModelId": "amazon.nova-lite-v1:0"}},
    })
}

/// The events that bring the same content, each text in two pieces.
fn streamed(content: &Value, stop: &str) -> Vec<Frame> {
    let mut frames = vec![event("messageStart", &json!({"role": "assistant"}))];
    for (index, block) in content.as_array().into_iter().flatten().enumerate() {
        let (start, deltas) = pieces(block);
        if let Some(start) = start {
            let payload = json!({"contentBlockIndex": index, "start": start});
            frames.push(event("contentBlockStart", &payload));
        }
        frames.extend(deltas.iter().map(|delta| {
            let payload = json!({"contentBlockIndex": index, "delta": delta});
            event("contentBlockDelta", &payload)
        }));
        frames.push(event(
            "contentBlockStop",
            &json!({"contentBlockIndex": index}),
        ));
    }
    let stopped =
        json!({"stopReason": stop, "additionalModelResponseFields": {"stop_sequence": "###"}});
    frames.push(event("messageStop", &stopped));
    let metadata = json!({
        "usage": usage(),
        "metrics": {"latencyMs": 421},
        "performanceConfig": {"latency": "optimized"},
        "serviceTier": {"type": "priority"},
        "trace": {"promptRouter": {"invokedModelId": "amazon.nova-lite-v1:0"}},
    });
    frames.push(event("metadata", &metadata));
    frames
}

/// What begins a block, where something does, and the pieces that fill it.
fn pieces(block: &Value) -> (Option<Value>, Vec<Value>) {
    let halves = |text: &str| {
        let (first, second) = text.split_at(text.len() / 2);
        [first.to_owned(), second.to_owned()]
    };
    let texts = |text: &Value| {
        let halves = halves(text.as_str().unwrap());
        halves.map(|half| json!({"text": half})).to_vec()
    };
    let (kind, body) = block.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "text" => (None, texts(body)),
        "citationsContent" => {
            let mut deltas = texts(&body["content"][0]["text"]);
            deltas.push(json!({"citation": body["citations"][0]}));
            (None, deltas)
        }
        "reasoningContent" => {
            let thought = &body["reasoningText"];
            let deltas = match thought["text"].as_str() {
                Some(text) => {
                    let mut deltas = halves(text).map(|half| json!({"text": half})).to_vec();
                    deltas.push(json!({"signature": thought["signature"]}));
                    deltas
                }
                None => vec![body.clone()],
            };
            let wrapped = deltas
                .into_iter()
                .map(|delta| json!({"reasoningContent": delta}));
            (None, wrapped.collect())
        }
        "toolUse" => {
            let mut start = body.clone();
            let input = start.as_object_mut().unwrap().remove("input").unwrap();
            let deltas = halves(&input.to_string()).map(|half| json!({"toolUse": {"input": half}}));
            (Some(json!({"toolUse": start})), deltas.to_vec())
        }
        "toolResult" => {
            let mut start = body.clone();
            let content = start.as_object_mut().unwrap().remove("content").unwrap();
            let delta = json!({"toolResult": content});
            (Some(json!({"toolResult": start})), vec![delta])
        }
        _ => {
            let start = json!({"image": {"format": body["format"]}});
            (
                Some(start),
                vec![json!({"image": {"source": body["source"]}})],
            )
        }
    }
}

fn usage() -> Value {
    json!({"inputTokens": 20, "outputTokens": 3, "totalTokens": 623,
        "cacheReadInputTokens": 400, "cacheWriteInputTokens": 200,
        "cacheDetails": [{"ttl": "1h", "inputTokens": 150}, {"ttl": "5m", "inputTokens": 50}]})
}
