//! Content of models that are invoked with a body of their own.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use super::{MODEL, everything};
use crate::support::mock_bedrock::frames::chunk;
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

/// What the body says, each piece once.
const PIECES: [&str; 8] = [
    "secret-system",
    "secret-question",
    "secret-document",
    "secret-argument",
    "secret-result",
    "secret-description",
    "secret-schema",
    "secret-answer",
];

#[tokio::test]
async fn a_body_of_a_models_own_is_content_too() {
    for streamed in [false, true] {
        let all = everything(&invoke(MonitorOptions::new(), MODEL, streamed).await);
        for piece in PIECES {
            assert!(all.contains(piece), "{piece}, streamed {streamed}: {all}");
        }
        let redacted = MonitorOptions::new().redact_with(|content| {
            let hidden = content.text().replace("secret", "[hidden]");
            content.set_text(hidden);
        });
        let all = everything(&invoke(redacted, MODEL, streamed).await);
        assert!(!all.contains("secret"), "streamed {streamed}: {all}");
        assert!(
            all.contains("[hidden]-answer"),
            "streamed {streamed}: {all}"
        );
    }
}

/// Neither where the dialect is known nor where it is guessed from the body.
#[tokio::test]
async fn without_content_nothing_of_a_body_leaves() {
    for model in [MODEL, "acme.unheard-of-v1:0", "amazon.nova-lite-v1:0"] {
        for streamed in [false, true] {
            let off = MonitorOptions::new().capture(ContentCapture::Off);
            let span = invoke(off, model, streamed).await;
            let all = everything(&span);
            assert!(
                !all.contains("secret"),
                "{model}, streamed {streamed}: {all}"
            );
            assert!(span.events().is_empty(), "{model}: {:?}", span.events());
            assert_eq!(span.error(), None, "{model}");
        }
    }
}

async fn invoke(options: MonitorOptions, model: &str, streamed: bool) -> Span {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    let client = Client::from_conf(monitor_bedrock_with(server.client_config(), options).build());
    let body = Blob::new(question().to_string());
    if streamed {
        let usage = json!({"input_tokens": 20, "output_tokens": 1});
        let delta = json!({"type": "text_delta", "text": "secret-answer"});
        let frames = [
            json!({"type": "message_start", "message": {"role": "assistant", "usage": usage}}),
            json!({"type": "content_block_delta", "index": 0, "delta": delta}),
            json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
            json!({"type": "message_stop"}),
        ];
        server.queue_answer(Answer::events(frames.iter().map(chunk).collect()));
        let call = client.invoke_model_with_response_stream().model_id(model);
        let mut answer = call.body(body).send().await.unwrap();
        while answer.body.recv().await.unwrap().is_some() {}
    } else {
        server.queue_answer(Answer::json(
            200,
            &json!({
                "type": "message", "role": "assistant", "stop_reason": "end_turn",
                "content": [{"type": "text", "text": "secret-answer"}],
                "usage": {"input_tokens": 20, "output_tokens": 3},
            }),
        ));
        let call = client.invoke_model().model_id(model).body(body);
        drop(call.send().await.unwrap());
    }
    spans.one()
}

fn question() -> Value {
    let source = json!({"type": "text", "media_type": "text/plain", "data": "secret-document"});
    json!({
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "system": "secret-system",
        "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "secret-question"},
                {"type": "document", "title": "Handbook", "source": source},
            ]},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "secret-argument"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "secret-result"},
            ]},
        ],
        "tools": [{
            "name": "weather",
            "description": "secret-description",
            "input_schema": {"type": "object", "title": "secret-schema"},
        }],
    })
}
