//! What of a Converse call reaches its span.

#![expect(
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "tables of cases, and helpers of tests"
)]

mod answer;
mod content;
mod media;
mod request;

use std::collections::BTreeMap;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::operation::converse::builders::ConverseFluentBuilder;
use aws_sdk_bedrockruntime::types::{
    GuardrailConfiguration, InferenceConfiguration, OutputConfig, PerformanceConfigLatency,
    PerformanceConfiguration, PromptVariableValues, ServiceTier, ServiceTierType,
    SystemContentBlock, Tool, ToolConfiguration, ToolInputSchema, ToolSpecification,
};
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock, REQUEST_ID};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

/// A call that uses about all that there is: its span has these attributes and
/// no others.
#[tokio::test]
async fn a_rich_call_gives_every_attribute_and_no_other() {
    let messages = typed::messages(&[
        json!({"role": "user", "content": [{"text": "Where is order 17?"}]}),
        json!({"role": "assistant", "content": [
            {"text": "Let me look."},
            {"toolUse": {"toolUseId": "tooluse_1", "name": "get_order", "input": {"number": 17}}},
        ]}),
        json!({"role": "user", "content": [
            {"toolResult": {"toolUseId": "tooluse_1", "content": [{"json": {"state": "shipped"}}]}},
        ]}),
    ])
    .await;
    let answer = json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "It left.", "signature": "c2lnbmVk"}}},
            {"text": "It is on its way."},
        ]}},
        "stopReason": "stop_sequence",
        "usage": {"inputTokens": 20, "outputTokens": 7, "totalTokens": 627,
            "cacheReadInputTokens": 400, "cacheWriteInputTokens": 200,
            "cacheDetails": [{"ttl": "1h", "inputTokens": 150}, {"ttl": "5m", "inputTokens": 50}]},
        "metrics": {"latencyMs": 421},
        "additionalModelResponseFields": {"stop_sequence": "###"},
        "trace": {"promptRouter": {"invokedModelId": "us.anthropic.claude-3-5-haiku-20241022-v1:0"}},
        "performanceConfig": {"latency": "standard"},
        "serviceTier": {"type": "default"},
    });
    let options = MonitorOptions::new().attribute("tenant.id", "acme");
    let span = converse_with(options, Answer::json(200, &answer), |call| {
        call.model_id(MODEL)
            .set_messages(Some(messages))
            .system(SystemContentBlock::Text("Be brief.".to_owned()))
            .inference_config(
                InferenceConfiguration::builder()
                    .max_tokens(512)
                    .temperature(0.2)
                    .top_p(0.9)
                    .stop_sequences("###")
                    .build(),
            )
            .tool_config(tools())
            .guardrail_config(
                GuardrailConfiguration::builder()
                    .guardrail_identifier("sgi5gkybzqak")
                    .guardrail_version("3")
                    .build(),
            )
            .additional_model_request_fields(typed::document(&json!({"top_k": 50})))
            .prompt_variables("city", PromptVariableValues::Text("Lyon".to_owned()))
            .performance_config(
                PerformanceConfiguration::builder()
                    .latency(PerformanceConfigLatency::Optimized)
                    .build(),
            )
            .service_tier(
                ServiceTier::builder()
                    .r#type(ServiceTierType::Priority)
                    .build()
                    .unwrap(),
            )
            .output_config(OutputConfig::builder().effort("high").build())
            .request_metadata("department", "parcels")
    })
    .await;

    assert_eq!(span.name(), format!("chat {MODEL}"));
    assert!(span.is_client());
    assert_eq!(span.error(), None);
    for (key, expected) in [
        (
            "gen_ai.system_instructions",
            json!([{"type": "text", "content": "Be brief."}]),
        ),
        (
            "gen_ai.input.messages",
            json!([
                {"role": "user", "parts": [{"type": "text", "content": "Where is order 17?"}]},
                {"role": "assistant", "parts": [
                    {"type": "text", "content": "Let me look."},
                    {"type": "tool_call", "id": "tooluse_1", "name": "get_order", "arguments": {"number": 17}},
                ]},
                {"role": "user", "parts": [
                    {"type": "tool_call_response", "id": "tooluse_1", "response": {"state": "shipped"}},
                ]},
            ]),
        ),
        (
            "gen_ai.output.messages",
            json!([{
                "role": "assistant",
                "parts": [
                    {"type": "reasoning", "content": "It left.", "signature_bytes": 8},
                    {"type": "text", "content": "It is on its way."},
                ],
                "finish_reason": "stop",
            }]),
        ),
        (
            "gen_ai.tool.definitions",
            json!([{
                "type": "function", "name": "get_order", "description": "Looks an order up.",
                "parameters": {"type": "object", "properties": {"number": {"type": "integer"}}},
            }]),
        ),
    ] {
        assert_eq!(span.json(key), expected, "{key}");
    }
    let mut rest = span.attributes();
    rest.retain(|key, _| !CONTENT.contains(&key.as_str()));
    assert!(rest.remove("server.port").unwrap().as_i64().unwrap() > 0);
    let expected = json!({
        "aws.bedrock.guardrail.id": "sgi5gkybzqak",
        "aws.bedrock.guardrail.version": "3",
        "aws.bedrock.inference_profile": MODEL,
        "aws.bedrock.invocation_latency": 421,
        "aws.bedrock.model.name": "claude-3-5-haiku-20241022",
        "aws.bedrock.model.vendor": "anthropic",
        "aws.bedrock.performance_config.latency": "standard",
        "aws.bedrock.service_tier": "default",
        "aws.bedrock.stop_reason": "stop_sequence",
        "aws.bedrock.stop_sequence": "###",
        "aws.bedrock.usage.cache_write_1h.input_tokens": 150,
        "aws.bedrock.usage.cache_write_5m.input_tokens": 50,
        "aws.request.attempts": 1,
        "aws.request_id": REQUEST_ID,
        "cloud.region": "us-east-1",
        "gen_ai.operation.name": "chat",
        "gen_ai.prompt.variable.city": "Lyon",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.max_tokens": 512,
        "gen_ai.request.model": MODEL,
        "gen_ai.request.reasoning.level": "high",
        "gen_ai.request.stop_sequences": ["###"],
        "gen_ai.request.temperature": 0.2,
        "gen_ai.request.top_k": 50,
        "gen_ai.request.top_p": 0.9,
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.response.model": "us.anthropic.claude-3-5-haiku-20241022-v1:0",
        "gen_ai.usage.cache_read.input_tokens": 400,
        "gen_ai.usage.cache_write.input_tokens": 200,
        "gen_ai.usage.input_tokens": 620,
        "gen_ai.usage.output_tokens": 7,
        "http.response.status_code": 200,
        "rpc.system": "aws-api",
        "rpc.service": "BedrockRuntime",
        "rpc.method": "Converse",
        "server.address": "127.0.0.1",
        "tenant.id": "acme",
    });
    assert_eq!(serde_json::to_value(rest).unwrap(), expected);
}

/// The zeros are the SDK's: it puts them where the service leaves out what it
/// has to tell.
#[tokio::test]
async fn a_bare_call_gives_what_is_known_and_no_more() {
    let span = converse(
        Answer::json(200, &json!({"stopReason": "end_turn"})),
        |call| call.model_id("acme.unheard-of-v1:0"),
    )
    .await;
    let mut attributes = span.attributes();
    attributes.remove("server.port");
    let expected = json!({
        "aws.bedrock.model.name": "unheard-of",
        "aws.bedrock.model.vendor": "acme",
        "aws.bedrock.stop_reason": "end_turn",
        "aws.request.attempts": 1,
        "aws.request_id": REQUEST_ID,
        "cloud.region": "us-east-1",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": "acme.unheard-of-v1:0",
        "gen_ai.response.finish_reasons": ["stop"],
        "http.response.status_code": 200,
        "rpc.system": "aws-api",
        "rpc.service": "BedrockRuntime",
        "rpc.method": "Converse",
        "server.address": "127.0.0.1",
    });
    assert_eq!(serde_json::to_value(attributes).unwrap(), expected);
}

/// The SDK fills in zeros, and a reason that is none, for what is missing.
#[tokio::test]
async fn what_an_answer_lacks_is_not_made_up_and_its_zeros_stay() {
    let usage = json!({"inputTokens": 0, "outputTokens": 0, "totalTokens": 0});
    for (answer, tokens, latency, reasons) in [
        (json!({}), Value::Null, Value::Null, Value::Null),
        (
            json!({"usage": usage, "metrics": {"latencyMs": 0}, "stopReason": "end_turn"}),
            json!(0),
            json!(0),
            json!(["stop"]),
        ),
        (
            json!({"usage": usage, "stopReason": "a_new_reason"}),
            json!(0),
            Value::Null,
            json!(["a_new_reason"]),
        ),
    ] {
        let span = converse(Answer::json(200, &answer), |call| call.model_id("acme.m")).await;
        let told = |key| span.attribute(key);
        assert_eq!(told("gen_ai.usage.input_tokens"), tokens, "{answer}");
        assert_eq!(told("gen_ai.usage.output_tokens"), tokens, "{answer}");
        assert_eq!(told("aws.bedrock.invocation_latency"), latency, "{answer}");
        assert_eq!(told("gen_ai.response.finish_reasons"), reasons, "{answer}");
        assert_eq!(span.error(), None, "{answer}");
    }
}

/// Makes one call as told, and gives the span that it left.
async fn converse(
    answer: Answer,
    ask: impl FnOnce(ConverseFluentBuilder) -> ConverseFluentBuilder,
) -> Span {
    converse_with(MonitorOptions::new(), answer, ask).await
}

async fn converse_with(
    options: MonitorOptions,
    answer: Answer,
    ask: impl FnOnce(ConverseFluentBuilder) -> ConverseFluentBuilder,
) -> Span {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    let config = monitor_bedrock_with(server.client_config(), options);
    let client = Client::from_conf(config.build());
    ask(client.converse().model_id(MODEL)).send().await.unwrap();
    spans.one()
}

/// The attributes whose names begin with one of these.
fn beginning(span: &Span, prefixes: &[&str]) -> Value {
    let mut attributes: BTreeMap<_, _> = span.attributes();
    attributes.retain(|key, _| prefixes.iter().any(|prefix| key.starts_with(prefix)));
    serde_json::to_value(attributes).unwrap()
}

fn tools() -> ToolConfiguration {
    let schema = json!({"type": "object", "properties": {"number": {"type": "integer"}}});
    let tool = ToolSpecification::builder()
        .name("get_order")
        .description("Looks an order up.")
        .input_schema(ToolInputSchema::Json(typed::document(&schema)))
        .build()
        .unwrap();
    ToolConfiguration::builder()
        .tools(Tool::ToolSpec(tool))
        .build()
        .unwrap()
}

/// An answer that says `Within days.`
fn reply() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "Within days."}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
        "metrics": {"latencyMs": 421},
    })
}

const MODEL: &str = "us.anthropic.claude-3-5-haiku-20241022-v1:0";

const CONTENT: [&str; 4] = [
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
];
