//! Blocks of an answer as their pieces come: by index, and in any order.

use serde_json::{Value, json};

use super::{answer, read, said};

#[tokio::test]
async fn every_kind_of_block_is_put_together_from_its_pieces() {
    for (blocks, parts) in cases() {
        let span = read(answer(&blocks, "end_turn")).await;
        assert_eq!(said(&span), parts, "{blocks:?}");
    }
}

/// Events of blocks, and the parts that they make.
fn cases() -> Vec<(Vec<(&'static str, Value)>, Value)> {
    let call = |id: &str, name: &str, arguments: Value| json!({"type": "tool_call", "id": id, "name": name, "arguments": arguments});
    vec![
        (
            vec![
                delta(0, &json!({"text": "Refunds"})),
                delta(0, &json!({"text": " take \"five\"\ndays…"})),
                stop(0),
            ],
            json!([{"type": "text", "content": "Refunds take \"five\"\ndays…"}]),
        ),
        // Two blocks of text are two parts.
        (
            vec![
                delta(0, &json!({"text": "One."})),
                stop(0),
                delta(1, &json!({"text": "Two."})),
                stop(1),
            ],
            json!([{"type": "text", "content": "One."}, {"type": "text", "content": "Two."}]),
        ),
        (
            vec![
                delta(0, &json!({"text": "Let me look."})),
                stop(0),
                start(
                    1,
                    &json!({"toolUse": {"toolUseId": "t1", "name": "get_order"}}),
                ),
                delta(1, &json!({"toolUse": {"input": ""}})),
                delta(1, &json!({"toolUse": {"input": "{\"num"}})),
                delta(1, &json!({"toolUse": {"input": "ber\": 1"}})),
                delta(1, &json!({"toolUse": {"input": "7}"}})),
                stop(1),
            ],
            json!([
                {"type": "text", "content": "Let me look."},
                call("t1", "get_order", json!({"number": 17})),
            ]),
        ),
        // Parallel calls whose pieces come in turns.
        (
            vec![
                start(
                    0,
                    &json!({"toolUse": {"toolUseId": "t1", "name": "get_order"}}),
                ),
                start(
                    1,
                    &json!({"toolUse": {"toolUseId": "t2", "name": "get_stock"}}),
                ),
                delta(1, &json!({"toolUse": {"input": "{\"article\":"}})),
                delta(0, &json!({"toolUse": {"input": "{\"number\":"}})),
                delta(0, &json!({"toolUse": {"input": "17}"}})),
                delta(1, &json!({"toolUse": {"input": "\"lamp\"}"}})),
                stop(1),
                stop(0),
            ],
            json!([
                call("t1", "get_order", json!({"number": 17})),
                call("t2", "get_stock", json!({"article": "lamp"})),
            ]),
        ),
        // A tool that takes nothing is sent nothing.
        (
            vec![
                start(0, &json!({"toolUse": {"toolUseId": "t1", "name": "now"}})),
                stop(0),
            ],
            json!([call("t1", "now", json!({}))]),
        ),
        // Arguments that are cut short are no JSON, and told as the text that they are.
        (
            vec![
                start(
                    0,
                    &json!({"toolUse": {"toolUseId": "t1", "name": "get_order"}}),
                ),
                delta(0, &json!({"toolUse": {"input": "{\"number\": 1"}})),
                stop(0),
            ],
            json!([call("t1", "get_order", json!("{\"number\": 1"))]),
        ),
        (
            vec![
                delta(0, &json!({"reasoningContent": {"text": "Let me"}})),
                delta(0, &json!({"reasoningContent": {"text": " think."}})),
                delta(0, &json!({"reasoningContent": {"signature": "c2lnbmVk"}})),
                stop(0),
                delta(1, &json!({"text": "Five."})),
                stop(1),
            ],
            json!([
                {"type": "reasoning", "content": "Let me think.", "signature_bytes": 8},
                {"type": "text", "content": "Five."},
            ]),
        ),
        (
            vec![
                delta(
                    0,
                    &json!({"reasoningContent": {"redactedContent": "U0VDUkVULUJZVEVT"}}),
                ),
                delta(
                    0,
                    &json!({"reasoningContent": {"redactedContent": "U0VDUg=="}}),
                ),
                stop(0),
            ],
            json!([{"type": "reasoning", "content": "", "redacted_bytes": 16}]),
        ),
        (
            vec![
                delta(0, &json!({"text": "Five "})),
                delta(
                    0,
                    &json!({"citation": {"title": "Terms", "source": "terms.pdf",
                    "sourceContent": [{"text": "5 days"}]}}),
                ),
                delta(0, &json!({"text": "days."})),
                delta(0, &json!({"citation": {"title": "Handbook"}})),
                stop(0),
            ],
            json!([{"type": "text", "content": "Five days.",
                "citations": [{"title": "Terms", "source": "terms.pdf"}, {"title": "Handbook"}]}]),
        ),
        (
            vec![
                start(
                    0,
                    &json!({"toolUse": {"toolUseId": "s1", "name": "nova_grounding", "type": "server_tool_use"}}),
                ),
                delta(0, &json!({"toolUse": {"input": "{\"query\":\"post\"}"}})),
                stop(0),
                start(
                    1,
                    &json!({"toolResult": {"toolUseId": "s1", "status": "success"}}),
                ),
                delta(
                    1,
                    &json!({"toolResult": [{"text": "Five "}, {"text": "days."}]}),
                ),
                stop(1),
            ],
            json!([
                {"type": "server_tool_call", "id": "s1", "name": "nova_grounding",
                    "server_tool_call": {"type": "nova_grounding", "arguments": {"query": "post"}}},
                {"type": "tool_call_response", "id": "s1", "response": "Five days."},
            ]),
        ),
        (
            vec![
                start(
                    0,
                    &json!({"toolResult": {"toolUseId": "s1", "status": "error"}}),
                ),
                delta(0, &json!({"toolResult": [{"json": {"code": 404}}]})),
                stop(0),
            ],
            json!([{"type": "tool_call_response", "id": "s1", "response": {"code": 404}, "status": "error"}]),
        ),
        (
            vec![
                start(0, &json!({"image": {"format": "png"}})),
                delta(
                    0,
                    &json!({"image": {"source": {"bytes": "U0VDUkVULUJZVEVT"}}}),
                ),
                delta(
                    0,
                    &json!({"image": {"source": {"bytes": "U0VDUkVULUJZVEVT"}}}),
                ),
                stop(0),
            ],
            json!([{"type": "blob", "modality": "image", "mime_type": "image/png",
                "content": "", "byte_size": 24}]),
        ),
    ]
}

/// The signature and what is redacted are sizes on the span, images too.
#[tokio::test]
async fn what_may_not_be_copied_of_a_stream_is_not() {
    let secret = "U0VDUkVULUJZVEVT";
    let blocks = [
        delta(0, &json!({"reasoningContent": {"signature": secret}})),
        delta(1, &json!({"reasoningContent": {"redactedContent": secret}})),
        start(2, &json!({"image": {"format": "png"}})),
        delta(2, &json!({"image": {"source": {"bytes": secret}}})),
    ];
    let span = read(answer(&blocks, "end_turn")).await;
    assert_eq!(said(&span).as_array().map(Vec::len), Some(3));
    assert!(!format!("{span:?}").contains(secret));
}

/// A service that sends deltas of a block that it never began.
#[tokio::test]
async fn pieces_without_a_beginning_do_no_harm() {
    let blocks = [
        delta(4, &json!({"toolUse": {"input": "{}"}})),
        delta(5, &json!({"toolResult": [{"text": "lost"}]})),
        delta(6, &json!({"image": {"source": {"bytes": "AAAA"}}})),
        delta(-1, &json!({"text": "kept"})),
        stop(9),
    ];
    let span = read(answer(&blocks, "end_turn")).await;
    assert_eq!(said(&span), json!([{"type": "text", "content": "kept"}]));
    assert_eq!(span.error(), None);
}

fn start(index: i64, start: &Value) -> (&'static str, Value) {
    let payload = json!({"contentBlockIndex": index, "start": start});
    ("contentBlockStart", payload)
}

fn delta(index: i64, delta: &Value) -> (&'static str, Value) {
    let payload = json!({"contentBlockIndex": index, "delta": delta});
    ("contentBlockDelta", payload)
}

fn stop(index: i64) -> (&'static str, Value) {
    ("contentBlockStop", json!({"contentBlockIndex": index}))
}
