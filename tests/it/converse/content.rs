//! What is said: system prompts, parts of messages, tools and their results.

use aws_sdk_bedrockruntime::types::{
    CachePointBlock, CachePointType, GuardrailConverseContentBlock, GuardrailConverseTextBlock,
    SystemContentBlock, SystemTool, Tool, ToolConfiguration, ToolInputSchema, ToolSpecification,
};
use serde_json::{Value, json};

use super::{converse, reply};
use crate::support::mock_bedrock::Answer;
use crate::support::typed;

#[tokio::test]
async fn every_kind_of_part_is_told_in_the_conventions_words() {
    for (block, part) in parts() {
        let message = typed::user(json!([block])).await;
        let span = converse(Answer::json(200, &reply()), |call| call.messages(message)).await;
        assert_eq!(
            span.json("gen_ai.input.messages"),
            json!([{"role": "user", "parts": [part]}]),
            "{block}"
        );

        // An answer may hold the same kinds.
        let mut answer = reply();
        answer["output"]["message"]["content"] = json!([block]);
        let span = converse(Answer::json(200, &answer), |call| call).await;
        assert_eq!(
            span.json("gen_ai.output.messages"),
            json!([{"role": "assistant", "parts": [part], "finish_reason": "stop"}]),
            "{block}"
        );
    }
}

/// Blocks of Converse, and what the span says of each.
fn parts() -> Vec<(Value, Value)> {
    let result = |content: Value, status: Option<&str>| {
        let mut result = json!({"toolUseId": "t1", "content": content});
        if let Some(status) = status {
            result["status"] = json!(status);
        }
        json!({"toolResult": result})
    };
    let response =
        |response: Value| json!({"type": "tool_call_response", "id": "t1", "response": response});
    vec![
        (
            json!({"text": "When?"}),
            json!({"type": "text", "content": "When?"}),
        ),
        (json!({"text": ""}), json!({"type": "text", "content": ""})),
        (
            json!({"toolUse": {"toolUseId": "t1", "name": "get_order", "input": {"b": [1.5, null], "a": -2}}}),
            json!({"type": "tool_call", "id": "t1", "name": "get_order",
                "arguments": {"a": -2, "b": [1.5, null]}}),
        ),
        (
            json!({"toolUse": {"toolUseId": "t1", "name": "now", "input": {}}}),
            json!({"type": "tool_call", "id": "t1", "name": "now", "arguments": {}}),
        ),
        (
            json!({"toolUse": {"toolUseId": "t1", "name": "web_search", "type": "server_tool_use",
                "input": {"query": "post"}}}),
            json!({"type": "server_tool_call", "id": "t1", "name": "web_search",
                "server_tool_call": {"type": "web_search", "arguments": {"query": "post"}}}),
        ),
        (
            result(json!([{"text": "shipped"}]), None),
            response(json!("shipped")),
        ),
        // A text that looks like JSON is a text.
        (
            result(json!([{"text": "17"}]), Some("success")),
            response(json!("17")),
        ),
        (
            result(json!([{"json": {"state": "shipped"}}]), None),
            response(json!({"state": "shipped"})),
        ),
        (
            result(json!([{"text": "two:"}, {"json": [1, 2]}]), None),
            response(json!(["two:", [1, 2]])),
        ),
        (result(json!([]), None), response(json!([]))),
        (
            result(json!([{"text": "no such order"}]), Some("error")),
            json!({"type": "tool_call_response", "id": "t1", "response": "no such order", "status": "error"}),
        ),
        (
            json!({"reasoningContent": {"reasoningText": {"text": "Let me think.", "signature": "c2lnbmVk"}}}),
            json!({"type": "reasoning", "content": "Let me think.", "signature_bytes": 8}),
        ),
        (
            json!({"reasoningContent": {"reasoningText": {"text": "Let me think."}}}),
            json!({"type": "reasoning", "content": "Let me think."}),
        ),
        (
            json!({"reasoningContent": {"redactedContent": "U0VDUkVULUJZVEVT"}}),
            json!({"type": "reasoning", "content": "", "redacted_bytes": 12}),
        ),
        (
            json!({"cachePoint": {"type": "default", "ttl": "1h"}}),
            json!({"type": "cache_point"}),
        ),
        (
            json!({"guardContent": {"text": {"text": "My card?", "qualifiers": ["query"]}}}),
            json!({"type": "guard_content", "content": "My card?"}),
        ),
        (
            json!({"citationsContent": {
                "content": [{"text": "Refunds take "}, {"text": "five days."}],
                "citations": [
                    {"title": "Terms", "source": "terms.pdf", "sourceContent": [{"text": "5 days"}],
                        "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}}},
                    {"location": {"web": {"url": "https://example.com", "domain": "example.com"}}},
                ],
            }}),
            json!({"type": "text", "content": "Refunds take five days.",
                "citations": [{"title": "Terms", "source": "terms.pdf"}, {}]}),
        ),
        (
            json!({"searchResult": {"source": "https://example.com/terms", "title": "Terms",
                "content": [{"text": "Refunds take "}, {"text": "five days."}]}}),
            json!({"type": "search_result", "name": "https://example.com/terms",
                "content": "Refunds take five days."}),
        ),
        (
            json!({"document": {"format": "txt", "name": "Terms", "source": {"text": "Five days."}}}),
            json!({"type": "document", "name": "Terms", "content": "Five days."}),
        ),
        (
            json!({"document": {"format": "txt", "name": "Terms",
                "source": {"content": [{"text": "Five "}, {"text": "days."}]}}}),
            json!({"type": "document", "name": "Terms", "content": "Five days."}),
        ),
        (
            json!({"toolAddition": {"tool": {"type": "tool_reference", "name": "get_order"}}}),
            json!({"type": "tool_addition", "name": "get_order"}),
        ),
        (
            json!({"toolRemoval": {"tool": {"type": "tool_reference", "name": "get_order"}}}),
            json!({"type": "tool_removal", "name": "get_order"}),
        ),
    ]
}

#[tokio::test]
async fn a_part_of_a_kind_that_the_sdk_does_not_know_keeps_its_place() {
    let mut answer = reply();
    answer["output"]["message"]["content"] =
        json!([{"text": "a"}, {"aKindOfTomorrow": {"b": 1}}, {"text": "c"}]);
    let span = converse(Answer::json(200, &answer), |call| call).await;
    assert_eq!(
        span.json("gen_ai.output.messages")[0]["parts"],
        json!([{"type": "text", "content": "a"}, {"type": "unknown"}, {"type": "text", "content": "c"}])
    );
}

#[tokio::test]
async fn parallel_calls_and_their_results_keep_their_order() {
    let orders = [17, 18, 19];
    let calls = orders.map(|number| {
        json!({"toolUse": {"toolUseId": format!("t{number}"), "name": "get_order", "input": {"number": number}}})
    });
    let results = orders.map(|number| {
        json!({"toolResult": {"toolUseId": format!("t{number}"), "content": [{"text": format!("state of {number}")}]}})
    });
    let messages = typed::messages(&[
        json!({"role": "assistant", "content": calls}),
        json!({"role": "user", "content": results}),
    ])
    .await;
    let mut answer = reply();
    answer["output"]["message"]["content"] = json!(calls);
    answer["stopReason"] = json!("tool_use");
    let span = converse(Answer::json(200, &answer), |call| {
        call.set_messages(Some(messages))
    })
    .await;

    let called = orders.map(|number| {
        json!({"type": "tool_call", "id": format!("t{number}"), "name": "get_order", "arguments": {"number": number}})
    });
    let answered = orders.map(|number| {
        json!({"type": "tool_call_response", "id": format!("t{number}"), "response": format!("state of {number}")})
    });
    assert_eq!(
        span.json("gen_ai.input.messages"),
        json!([{"role": "assistant", "parts": called}, {"role": "user", "parts": answered}])
    );
    assert_eq!(
        span.json("gen_ai.output.messages"),
        json!([{"role": "assistant", "parts": called, "finish_reason": "tool_call"}])
    );
}

#[tokio::test]
async fn system_prompts_are_parts_without_a_role() {
    let guarded = GuardrailConverseTextBlock::builder().text("Never swear.");
    let guarded = GuardrailConverseContentBlock::Text(guarded.build().unwrap());
    let span = converse(Answer::json(200, &reply()), |call| {
        call.system(SystemContentBlock::Text("Be brief.".to_owned()))
            .system(SystemContentBlock::GuardContent(guarded))
            .system(SystemContentBlock::CachePoint(cache_point()))
            .system(SystemContentBlock::Text("Be kind.".to_owned()))
    })
    .await;
    assert_eq!(
        span.json("gen_ai.system_instructions"),
        json!([
            {"type": "text", "content": "Be brief."},
            {"type": "guard_content", "content": "Never swear."},
            {"type": "cache_point"},
            {"type": "text", "content": "Be kind."},
        ])
    );
}

#[tokio::test]
async fn tools_are_told_as_they_were_defined() {
    let schema = json!({"type": "object", "required": ["number"],
        "properties": {"number": {"type": "integer", "minimum": 1}}});
    let described = ToolSpecification::builder()
        .name("get_order")
        .description("Looks an order up.")
        .input_schema(ToolInputSchema::Json(typed::document(&schema)));
    let bare = ToolSpecification::builder()
        .name("now")
        .input_schema(ToolInputSchema::Json(typed::document(&json!({}))));
    let system = SystemTool::builder()
        .name("nova_grounding")
        .build()
        .unwrap();
    let tools = ToolConfiguration::builder()
        .tools(Tool::ToolSpec(described.build().unwrap()))
        .tools(Tool::CachePoint(cache_point()))
        .tools(Tool::ToolSpec(bare.build().unwrap()))
        .tools(Tool::SystemTool(system))
        .build()
        .unwrap();
    let span = converse(Answer::json(200, &reply()), |call| call.tool_config(tools)).await;
    assert_eq!(
        span.json("gen_ai.tool.definitions"),
        json!([
            {"type": "function", "name": "get_order", "description": "Looks an order up.", "parameters": schema},
            {"type": "function", "name": "now", "parameters": {}},
            {"type": "system_tool", "name": "nova_grounding"},
        ])
    );
}

fn cache_point() -> CachePointBlock {
    CachePointBlock::builder()
        .r#type(CachePointType::Default)
        .build()
        .unwrap()
}
