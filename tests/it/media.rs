//! Media and presigned URLs in requests and answers: spans say what they are
//! and how large, never what they hold.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use nr_bedrock_observability::{ContentKind, MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, chunk, event};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

const CLAUDE: &str = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const GPT: &str = "openai.gpt-oss-120b-1:0";
const NOVA: &str = "amazon.nova-lite-v1:0";

/// A short image, which only its position gives away: 21 bytes.
const IMAGE: &str = "U0VDUkVULUlNQUdFLUJZVEVT";

/// A long one: 126 bytes.
fn long_image() -> String {
    format!("{}1K9z", "U0VDUkVULUlNQUdFLUJZVEVT4a9Q".repeat(6))
}

fn data_url() -> String {
    format!("data:image/png;base64,{IMAGE}")
}

const SIGNED: &str = "https://media.example/parcel.png?X-Amz-Credential=SECRET-KEY&X-Amz-Signature=SECRET-SIGNATURE&X-Amz-Security-Token=SECRET-TOKEN#SECRET-FRAGMENT";

const ADDRESS: &str = "https://media.example/parcel.png";

fn client(server: &MockBedrock, options: MonitorOptions) -> Client {
    monitor_bedrock_with(Client::from_conf(server.client_config().build()), options)
}

async fn invoke_with(options: MonitorOptions, model: &str, body: &Value, answer: &Value) -> Span {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(200, answer));
    let spans = Spans::collect();
    let client = client(&server, options);
    let call = client.invoke_model().model_id(model);
    let body = Blob::new(body.to_string());
    call.body(body).send().await.unwrap();
    spans.one()
}

/// The span of a request, with the content on attributes and events.
async fn request_span(model: &str, body: Value) -> Span {
    let span = invoke_with(MonitorOptions::new(), model, &body, &json!({})).await;
    assert_holds_no_media(&span);
    span
}

async fn stream_span(model: &str, body: Value, chunks: &[Value]) -> Span {
    let server = MockBedrock::start().await;
    let frames: Vec<Frame> = chunks.iter().map(chunk).collect();
    server.queue_answer(Answer::events(frames));
    let spans = Spans::collect();
    let client = client(&server, MonitorOptions::new());
    let call = client.invoke_model_with_response_stream().model_id(model);
    let call = call.body(Blob::new(body.to_string()));
    let mut stream = call.send().await.unwrap();
    while stream.body.recv().await.unwrap().is_some() {}
    let span = spans.one();
    assert_holds_no_media(&span);
    span
}

fn assert_holds_no_media(span: &Span) {
    let all = format!("{:?}", span.0);
    // Eleven characters of the image, at any of its repetitions.
    for secret in ["U0VDUkVULUl", "SECRET"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

/// One message of the user.
fn user(content: Value) -> Value {
    let members = [("role", json!("user")), ("content", content)];
    let members = members.map(|(name, value)| (name.to_owned(), value));
    Value::Array(vec![Value::Object(members.into_iter().collect())])
}

fn claude(content: Value) -> Value {
    json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": user(content)})
}

fn first_part(span: &Span) -> Value {
    let messages = span.json("gen_ai.input.messages");
    messages.pointer("/0/parts/0").cloned().unwrap()
}

#[tokio::test]
async fn nova_tool_result_images_and_documents() {
    let image = json!({"image": {"format": "png", "source": {"bytes": IMAGE}}});
    let sheet = json!({"document": {"format": "csv", "name": "Terms", "source": {"bytes": IMAGE}}});
    let text = json!({"text": "Label torn."});
    for content in [json!([image]), json!([image, sheet, text])] {
        let result = json!([{"toolResult": {"toolUseId": "t1", "content": content}}]);
        let body = json!({"messages": user(result), "inferenceConfig": {"maxTokens": 9}});
        let part = first_part(&request_span(NOVA, body).await);
        let image = &part["response"][0]["image"];
        assert_eq!(
            *image,
            json!({"format": "png", "source": {"bytes": "[base64, 18 bytes]"}})
        );
        if content.as_array().unwrap().len() > 1 {
            assert_eq!(part["response"][1]["document"]["name"], "Terms");
            assert_eq!(part["response"][2], "Label torn.");
        }
    }
}

fn server_tool_results() -> [Value; 2] {
    let pdf = json!({
        "type": "document", "title": "Terms",
        "source": {"type": "base64", "media_type": "application/pdf", "data": IMAGE},
    });
    let fetched =
        json!({"type": "web_fetch_result", "url": "https://shop.example", "content": pdf});
    let image = json!({"type": "image", "source": {"type": "base64", "data": IMAGE}});
    [
        json!({"type": "web_fetch_tool_result", "tool_use_id": "t1", "content": fetched}),
        json!({"type": "mcp_tool_result", "tool_use_id": "t2", "content": [image]}),
    ]
}

#[tokio::test]
async fn anthropic_server_tool_results() {
    let results = server_tool_results();
    let span = request_span(CLAUDE, claude(json!(results))).await;
    let parts = span.json("gen_ai.input.messages")[0]["parts"].clone();
    let fetched = &parts[0]["server_tool_call_response"]["content"];
    assert_eq!(fetched["url"], "https://shop.example");
    assert_eq!(fetched["content"]["title"], "Terms");
    assert_eq!(fetched["content"]["source"]["data"], "[base64, 18 bytes]");

    let answer = json!({
        "type": "message", "role": "assistant", "content": results, "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    });
    let options = MonitorOptions::new();
    let span = invoke_with(options, CLAUDE, &claude(json!("Look.")), &answer).await;
    assert_holds_no_media(&span);
    let parts = span.json("gen_ai.output.messages")[0]["parts"].clone();
    let seen = &parts[1]["server_tool_call_response"]["content"][0]["source"]["data"];
    assert_eq!(*seen, "[base64, 18 bytes]");

    let mut chunks = vec![json!({"type": "message_start", "message": {"role": "assistant"}})];
    for (index, block) in results.iter().enumerate() {
        chunks.push(json!({"type": "content_block_start", "index": index, "content_block": block}));
    }
    chunks.push(json!({"type": "message_stop"}));
    let span = stream_span(CLAUDE, claude(json!("Look.")), &chunks).await;
    let streamed = span.json("gen_ai.output.messages")[0]["parts"].clone();
    assert_eq!(streamed, parts);
}

#[tokio::test]
async fn media_nested_in_anthropic_tool_results() {
    let image = json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": IMAGE}});
    let found = json!({
        "type": "search_result", "source": "s", "title": "Label",
        "content": [{"type": "text", "text": "Label torn."}, image],
    });
    for content in [json!([found]), json!([image, found]), found.clone()] {
        let result = json!([{"type": "tool_result", "tool_use_id": "t1", "content": content}]);
        let span = request_span(CLAUDE, claude(result)).await;
        let response = first_part(&span)["response"].to_string();
        assert!(response.contains("Label torn."), "{response}");
        assert!(response.contains("[base64, 18 bytes]"), "{response}");
    }
}

#[tokio::test]
async fn data_urls_are_media() {
    let blob = json!({
        "type": "blob", "modality": "image", "mime_type": "image/png", "content": "",
        "byte_size": 18,
    });
    let image = json!([{"type": "image", "source": {"type": "url", "url": data_url()}}]);
    let span = request_span(CLAUDE, claude(image)).await;
    assert_eq!(first_part(&span), blob);

    for image in [json!({"url": data_url()}), json!(data_url())] {
        let image = json!([{"type": "image_url", "image_url": image}]);
        let span = request_span(GPT, json!({"messages": user(image)})).await;
        assert_eq!(first_part(&span), blob);
    }
}

#[tokio::test]
async fn data_urls_in_text_positions() {
    let quoted = format!("Look at ![it]({}), please.", data_url());
    for (text, expected) in [
        (data_url(), "[image/png, 18 bytes]"),
        (quoted, "Look at ![it]([image/png, 18 bytes]), please."),
    ] {
        for (model, body) in [
            (CLAUDE, claude(json!(text))),
            (GPT, json!({"messages": user(json!(text))})),
            (
                NOVA,
                json!({"schemaVersion": "messages-v1", "messages": user(json!([{"text": text}]))}),
            ),
            ("cohere.command-r-v1:0", json!({"message": text})),
            ("amazon.titan-text-express-v1", json!({"inputText": text})),
        ] {
            let span = request_span(model, body).await;
            assert_eq!(first_part(&span)["content"], expected, "{model}");
        }
    }
    // The pieces of a stream come together before they are looked at.
    let text = data_url();
    let pieces = text.as_bytes().chunks(5);
    let pieces = pieces.map(|piece| String::from_utf8_lossy(piece).into_owned());
    let chunks: Vec<_> = pieces
        .map(|piece| json!({"choices": [{"index": 0, "delta": {"content": piece}}]}))
        .collect();
    let span = stream_span(GPT, json!({"messages": user(json!("Draw."))}), &chunks).await;
    let answer = span.json("gen_ai.output.messages")[0]["parts"][0]["content"].clone();
    assert_eq!(answer, "[image/png, 18 bytes]");
}

#[tokio::test]
async fn images_in_tool_messages_of_the_choices_form() {
    let content = json!([
        {"type": "text", "text": "Label torn."},
        {"type": "image_url", "image_url": {"url": data_url()}},
    ]);
    let message = json!({"role": "tool", "tool_call_id": "c1", "content": content});
    let span = request_span(GPT, json!({"messages": [message]})).await;
    let response = first_part(&span)["response"].to_string();
    assert!(response.contains("Label torn."), "{response}");
    assert!(response.contains("[image/png, 18 bytes]"), "{response}");
}

#[tokio::test]
async fn cohere_documents_and_rerank_objects() {
    let document = json!({"id": "1", "data": {"title": "Label", "image": long_image()}});
    let body = json!({"message": "Torn?", "documents": [document]});
    let span = request_span("cohere.command-r-v1:0", body).await;
    let text = span.text("gen_ai.input.messages");
    assert!(
        text.contains("Label") && text.contains("[base64, 129 bytes]"),
        "{text}"
    );

    let document = json!({"title": "Label", "image": data_url(), "scan": long_image()});
    let body = json!({"query": "Torn?", "documents": [document], "api_version": 2});
    let answer = json!({"results": [{"index": 0, "relevance_score": 0.5, "document": document}]});
    let options = MonitorOptions::new();
    let span = invoke_with(options, "cohere.rerank-v3-5:0", &body, &answer).await;
    assert_holds_no_media(&span);
    for key in ["gen_ai.input.messages", "gen_ai.output.messages"] {
        let text = span.text(key);
        assert!(
            text.contains("Label") && text.contains("[image/png, 18 bytes]"),
            "{text}"
        );
    }
}

/// Arguments and results may be JSON in a text, whole or in pieces.
#[tokio::test]
async fn media_in_json_texts_of_tools() {
    let arguments = json!({"order": 7, "scan": long_image(), "photo": data_url()}).to_string();
    let cleaned = json!({
        "order": 7, "scan": "[base64, 129 bytes]", "photo": "[image/png, 18 bytes]",
    });
    let call = json!({"id": "c1", "type": "function", "function": {"name": "file", "arguments": arguments}});
    let asked = json!({"role": "assistant", "tool_calls": [call]});
    let answered = json!({"role": "tool", "tool_call_id": "c1", "content": arguments});
    let span = request_span(GPT, json!({"messages": [asked, answered]})).await;
    let messages = span.json("gen_ai.input.messages");
    assert_eq!(messages[0]["parts"][0]["arguments"], cleaned);
    let response = messages[1]["parts"][0]["response"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(response).unwrap(), cleaned);

    let block = json!({"type": "tool_use", "id": "t1", "name": "file", "input": {}});
    let mut chunks = vec![
        json!({"type": "message_start", "message": {"role": "assistant"}}),
        json!({"type": "content_block_start", "index": 0, "content_block": block}),
    ];
    for piece in arguments.as_bytes().chunks(9) {
        let delta =
            json!({"type": "input_json_delta", "partial_json": String::from_utf8_lossy(piece)});
        chunks.push(json!({"type": "content_block_delta", "index": 0, "delta": delta}));
    }
    let span = stream_span(CLAUDE, claude(json!("File it.")), &chunks).await;
    let part = span.json("gen_ai.output.messages")[0]["parts"][0].clone();
    assert_eq!(part["arguments"], cleaned);
}

#[tokio::test]
async fn media_in_json_of_converse() {
    let result = json!({"order": 7, "image": {"source": {"bytes": IMAGE}}, "link": SIGNED});
    let cleaned = json!({
        "order": 7, "image": {"source": {"bytes": "[base64, 18 bytes]"}}, "link": ADDRESS,
    });
    let server = MockBedrock::start().await;
    let frames = vec![
        event("messageStart", &json!({"role": "assistant"})),
        event(
            "contentBlockStart",
            &json!({"contentBlockIndex": 0, "start": {"toolResult": {"toolUseId": "t1"}}}),
        ),
        event(
            "contentBlockDelta",
            &json!({"contentBlockIndex": 0, "delta": {"toolResult": [{"json": result}]}}),
        ),
        event("messageStop", &json!({"stopReason": "end_turn"})),
    ];
    server.queue_answer(Answer::events(frames));
    let spans = Spans::collect();
    let client = client(&server, MonitorOptions::new());
    let content = json!([
        {"toolUse": {"toolUseId": "t1", "name": "look", "input": result}},
        {"toolResult": {"toolUseId": "t1", "content": [{"json": result}]}},
    ]);
    let message = typed::user(content).await;
    let call = client.converse_stream().model_id(CLAUDE);
    let call = call.messages(message);
    let mut stream = call.send().await.unwrap();
    while let Ok(Some(_)) = stream.stream.recv().await {}
    drop(stream);
    let span = spans.one();
    assert_holds_no_media(&span);
    let parts = span.json("gen_ai.input.messages")[0]["parts"].clone();
    assert_eq!(parts[0]["arguments"], cleaned);
    assert_eq!(parts[1]["response"], cleaned);
    let answer = span.json("gen_ai.output.messages")[0]["parts"][0].clone();
    assert_eq!(answer["response"], cleaned);
}

#[tokio::test]
async fn presigned_urls_of_media_are_cut() {
    let claude_image = json!([
        {"type": "image", "source": {"type": "url", "url": SIGNED}},
        {"type": "document", "source": {"type": "url", "url": SIGNED}},
    ]);
    let gpt_image = json!([{"type": "image_url", "image_url": {"url": SIGNED}}]);
    for (model, body) in [
        (CLAUDE, claude(claude_image)),
        (GPT, json!({"messages": user(gpt_image)})),
    ] {
        let span = request_span(model, body).await;
        for part in span.json("gen_ai.input.messages")[0]["parts"]
            .as_array()
            .unwrap()
        {
            assert_eq!(part["uri"], ADDRESS, "{model}");
        }
    }
}

#[tokio::test]
async fn presigned_urls_in_tool_results_are_cut() {
    let text = format!("Stored at {SIGNED} for a day.");
    for (content, expected) in [
        (json!(text), format!("Stored at {ADDRESS} for a day.")),
        (
            json!([{"type": "image", "source": {"type": "url", "url": SIGNED}}]),
            json!([{"type": "image", "source": {"type": "url", "url": ADDRESS}}]).to_string(),
        ),
    ] {
        let result = json!([{"type": "tool_result", "tool_use_id": "t1", "content": content}]);
        let response = first_part(&request_span(CLAUDE, claude(result)).await)["response"].clone();
        let response = response
            .as_str()
            .map_or_else(|| response.to_string(), str::to_owned);
        assert_eq!(response, expected);
    }
}

#[tokio::test]
async fn redaction_sees_the_address_of_media() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let options = MonitorOptions::new().redact_with({
        let seen = Arc::clone(&seen);
        move |content| {
            let text = content.text().to_owned();
            seen.lock().unwrap().push((content.kind(), text));
            content.set_text("[hidden]");
        }
    });
    let image = json!([{"type": "image", "source": {"type": "url", "url": SIGNED}}]);
    let answer = json!({"type": "message", "role": "assistant", "content": image});
    let span = invoke_with(options, CLAUDE, &claude(image), &answer).await;
    let address = ADDRESS.to_owned();
    assert_eq!(
        *seen.lock().unwrap(),
        [
            (ContentKind::Input, address.clone()),
            (ContentKind::Output, address),
        ]
    );
    for key in ["gen_ai.input.messages", "gen_ai.output.messages"] {
        assert_eq!(span.json(key)[0]["parts"][0]["uri"], "[hidden]");
    }
    assert!(!format!("{span:?}").contains("media.example"), "{span:?}");
}

/// What a service's error quotes is cleaned as content is.
#[tokio::test]
async fn errors_that_quote_media() {
    let server = MockBedrock::start().await;
    let message = format!("invalid image {} at {SIGNED}", data_url());
    server.set_answer(
        Answer::json(400, &json!({"message": message}))
            .header("x-amzn-errortype", "ValidationException"),
    );
    let spans = Spans::collect();
    let client = client(&server, MonitorOptions::new());
    let call = client.invoke_model().model_id(CLAUDE);
    let call = call.body(Blob::new(claude(json!("Look.")).to_string()));
    call.send().await.unwrap_err();
    let span = spans.one();
    assert_holds_no_media(&span);
    let all = format!("{span:?}");
    assert!(
        all.contains("invalid image [image/png, 18 bytes] at"),
        "{all}"
    );
}
