//! Their errors, in the service's own codes.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    CountTokensInput, GuardrailChecksConfig, GuardrailContentSource, InvokeModelTokensRequest,
};
use serde_json::{Value, json};

use super::{ARN, MODEL, client};
use crate::support::mock_bedrock::Answer;
use crate::support::spans::Spans;

#[tokio::test]
async fn their_errors_have_the_services_codes() {
    for (status, code, throttled) in [
        (429, "ThrottlingException", json!(true)),
        (403, "AccessDeniedException", Value::Null),
        (400, "ValidationException", Value::Null),
    ] {
        let (server, client) = client(Answer::error(status, code, "Not now")).await;
        for (index, method) in METHODS.iter().enumerate() {
            let spans = Spans::collect();
            call(&client, method).await;
            let span = spans.one();
            for (key, value) in [
                ("error.type", json!(code)),
                ("rpc.method", json!(method)),
                ("http.response.status_code", json!(status)),
                ("aws.bedrock.throttled", throttled.clone()),
                ("gen_ai.response.finish_reasons", Value::Null),
                ("aws.bedrock.async_invoke.failure_message", Value::Null),
            ] {
                // Only a model that is asked to make something ends for a reason.
                let made = *method == "StartAsyncInvoke" && key.ends_with("finish_reasons");
                let value = if made { json!(["error"]) } else { value };
                assert_eq!(span.attribute(key), value, "{method}: {key}");
            }
            assert_eq!(span.error().as_deref(), Some("Not now"), "{method}");
            assert_eq!(server.requests().len(), index + 1, "{method}");
        }
    }
}

/// Calls an operation, which fails.
async fn call(client: &Client, method: &str) {
    let failed = match method {
        "ApplyGuardrail" => {
            let call = client.apply_guardrail().guardrail_identifier("gr-1");
            let call = call.guardrail_version("1");
            let call = call.source(GuardrailContentSource::Input);
            call.set_content(Some(Vec::new())).send().await.is_err()
        }
        "CountTokens" => {
            let input = InvokeModelTokensRequest::builder().body(Blob::new("{}"));
            let input = input.build().expect("a body");
            let input = CountTokensInput::InvokeModel(input);
            let call = client.count_tokens().model_id(MODEL).input(input);
            call.send().await.is_err()
        }
        "GetAsyncInvoke" => {
            let call = client.get_async_invoke().invocation_arn(ARN);
            call.send().await.is_err()
        }
        "InvokeGuardrailChecks" => {
            let checks = GuardrailChecksConfig::builder().build();
            let call = client.invoke_guardrail_checks().checks(checks);
            call.set_messages(Some(Vec::new())).send().await.is_err()
        }
        "ListAsyncInvokes" => client.list_async_invokes().send().await.is_err(),
        _ => {
            let call = client
                .start_async_invoke()
                .model_id("amazon.nova-reel-v1:0");
            call.send().await.is_err()
        }
    };
    assert!(failed, "{method}");
}

const METHODS: [&str; 6] = [
    "ApplyGuardrail",
    "CountTokens",
    "GetAsyncInvoke",
    "InvokeGuardrailChecks",
    "ListAsyncInvokes",
    "StartAsyncInvoke",
];
