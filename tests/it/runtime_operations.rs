//! Operations of the runtime that ask no model for an answer.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    AsyncInvokeOutputDataConfig, AsyncInvokeS3OutputDataConfig, ConverseTokensRequest,
    CountTokensInput, GuardrailChecksConfig, InvokeModelTokensRequest,
};
use aws_smithy_types::Document;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

mod errors;

const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl";

const PROFILE: &str =
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

#[tokio::test]
async fn counted_tokens_are_not_used_ones() {
    let question = typed::user(json!([{"text": "How many?"}])).await;
    let converse = ConverseTokensRequest::builder().messages(question).build();
    let body = json!({
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "How many?"}],
    });
    let invoke = InvokeModelTokensRequest::builder().body(Blob::new(body.to_string()));
    for input in [
        CountTokensInput::Converse(converse),
        CountTokensInput::InvokeModel(invoke.build().unwrap()),
    ] {
        let (_server, client) = client(Answer::json(200, &json!({"inputTokens": 11}))).await;
        let spans = Spans::collect();
        let call = client.count_tokens().model_id(MODEL).input(input);
        call.send().await.unwrap();
        let span = spans.one();
        assert_eq!(span.name(), format!("count_tokens {MODEL}"));
        for (key, value) in [
            ("gen_ai.operation.name", json!("count_tokens")),
            ("gen_ai.request.model", json!(MODEL)),
            ("aws.bedrock.count_tokens.input_tokens", json!(11)),
            ("gen_ai.usage.input_tokens", Value::Null),
            ("gen_ai.response.finish_reasons", Value::Null),
            ("rpc.method", json!("CountTokens")),
        ] {
            assert_eq!(span.attribute(key), value, "{key}");
        }
        let input = span.json("gen_ai.input.messages");
        assert_eq!(input[0]["parts"][0]["content"], "How many?");
    }
}

#[tokio::test]
async fn an_asynchronous_invocation_says_where_its_output_goes() {
    for (model, input, operation) in [
        (
            "amazon.nova-reel-v1:0",
            document(&[(
                "textToVideoParams",
                document(&[("text", Document::from("A cat"))]),
            )]),
            "generate_content",
        ),
        (
            "twelvelabs.marengo-embed-2-7-v1:0",
            document(&[
                ("inputType", Document::from("text")),
                ("inputText", Document::from("A cat")),
            ]),
            "embeddings",
        ),
    ] {
        let (_server, client) = client(Answer::json(200, &json!({"invocationArn": ARN}))).await;
        let spans = Spans::collect();
        let output = AsyncInvokeS3OutputDataConfig::builder().s3_uri("s3://bucket/out");
        let output = AsyncInvokeOutputDataConfig::S3OutputDataConfig(output.build().unwrap());
        let call = client.start_async_invoke().model_id(model);
        let call = call.model_input(input).output_data_config(output);
        call.send().await.unwrap();
        let span = spans.one();
        assert_eq!(span.name(), format!("{operation} {model}"));
        for (key, value) in [
            ("gen_ai.operation.name", operation),
            ("aws.bedrock.async_invoke.arn", ARN),
            ("aws.bedrock.async_invoke.output_uri", "s3://bucket/out"),
            ("rpc.method", "StartAsyncInvoke"),
        ] {
            assert_eq!(span.text(key), value, "{key}");
        }
        assert!(span.text("gen_ai.input.messages").contains("A cat"));
    }
}

#[tokio::test]
async fn what_a_profile_does_is_told_by_what_it_is_asked() {
    for (input, operation) in [
        (
            json!({
                "inputType": "video",
                "mediaSource": {"s3Location": {"uri": "s3://bucket/cat.mp4"}},
            }),
            "embeddings",
        ),
        (
            json!({"textToVideoParams": {"text": "A cat"}}),
            "generate_content",
        ),
        // Nothing tells: most that take their time make something.
        (json!({"unheard": "of"}), "generate_content"),
    ] {
        let (_server, client) = client(Answer::json(200, &json!({"invocationArn": ARN}))).await;
        let spans = Spans::collect();
        let call = client.start_async_invoke().model_id(PROFILE);
        let call = call.model_input(typed::document(&input));
        call.send().await.unwrap();
        let span = spans.one();
        assert_eq!(span.name(), format!("{operation} {PROFILE}"), "{input}");
        assert_eq!(span.text("gen_ai.operation.name"), operation, "{input}");
        assert_eq!(span.text("aws.bedrock.async_invoke.arn"), ARN, "{input}");
    }
}

#[tokio::test]
async fn asking_after_an_invocation_is_a_plain_span() {
    let answer = json!({
        "invocationArn": ARN,
        "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-reel-v1:0",
        "status": "Failed",
        "failureMessage": "no cat",
        "submitTime": "2026-11-23T12:00:00Z",
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/out"}},
    });
    let (server, client) = client(Answer::json(200, &answer)).await;
    let spans = Spans::collect();
    let call = client.get_async_invoke().invocation_arn(ARN);
    call.send().await.unwrap();
    let span = spans.one();
    plain(&span, "BedrockRuntime", "GetAsyncInvoke");
    assert_eq!(span.text("aws.bedrock.async_invoke.arn"), ARN);
    assert_eq!(span.text("aws.bedrock.async_invoke.status"), "Failed");
    assert_eq!(span.text("aws.bedrock.model.name"), "nova-reel");
    for (key, value) in [
        ("output_uri", "s3://bucket/out"),
        ("failure_message", "no cat"),
    ] {
        let key = format!("aws.bedrock.async_invoke.{key}");
        assert_eq!(span.text(&key), value, "{key}");
    }
    assert_eq!(span.error(), None, "the question was answered");
    drop(spans);

    let spans = Spans::collect();
    server.set_answer(Answer::json(200, &json!({"asyncInvokeSummaries": []})));
    client.list_async_invokes().send().await.unwrap();
    plain(&spans.one(), "BedrockRuntime", "ListAsyncInvokes");
}

#[tokio::test]
async fn checks_give_their_scores_and_no_offsets() {
    let answer = json!({
        "results": {
            "contentFilter": {"results": [{"category": "INSULTS", "severityScore": 0.0}]},
            "promptAttack": {"results": [{"category": "JAILBREAK", "severityScore": 0.9}]},
            "sensitiveInformation": {"results": [{
                "type": "EMAIL",
                "confidenceScore": 0.8,
                "beginOffset": 314_159_265,
                "endOffset": 358_979_323,
                "messageIndex": 0,
                "contentIndex": 0,
            }]},
        },
        "usage": {"contentFilter": {"textUnits": 1}, "promptAttack": {"textUnits": 0}},
    });
    let (_server, client) = client(Answer::json(200, &answer)).await;
    let spans = Spans::collect();
    let checks = GuardrailChecksConfig::builder().build();
    let call = client.invoke_guardrail_checks().checks(checks);
    call.set_messages(Some(Vec::new())).send().await.unwrap();
    let span = spans.one();
    assert_eq!(span.name(), "apply_guardrail");
    assert_eq!(
        span.json("aws.bedrock.guardrail.policies"),
        json!([
            {"type": "content", "name": "INSULTS", "score": 0.0},
            {"type": "prompt_attack", "name": "JAILBREAK", "score": 0.9},
            {"type": "sensitive_information", "name": "EMAIL", "score": 0.8},
        ])
    );
    for (key, value) in [
        ("content_policy_units", json!(1)),
        ("prompt_attack_units", json!(0)),
        ("sensitive_information_policy_units", Value::Null),
    ] {
        let key = format!("aws.bedrock.guardrail.usage.{key}");
        assert_eq!(span.attribute(&key), value, "{key}");
    }
    let told = format!("{span:?}");
    for offset in ["314159265", "358979323"] {
        assert!(!told.contains(offset), "{offset}");
    }
}

/// It is the text of an error, and may quote the request as others may.
#[tokio::test]
async fn why_an_invocation_failed_is_redacted_and_limited() {
    let answer = json!({
        "invocationArn": ARN,
        "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-reel-v1:0",
        "status": "Failed",
        "failureMessage": format!("Ms Grey {}", "x".repeat(900)),
        "submitTime": "2026-11-23T12:00:00Z",
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/out"}},
    });
    let server = MockBedrock::start().await;
    server.set_answer(Answer::json(200, &answer));
    let options = MonitorOptions::new()
        .content_limit(300)
        .redact_with(|content| {
            let hidden = content.text().replace("Ms Grey", "[name]");
            content.set_text(hidden);
        });
    let client = Client::from_conf(server.client_config().build());
    let client = monitor_bedrock_with(client, options);
    let spans = Spans::collect();
    let call = client.get_async_invoke().invocation_arn(ARN);
    call.send().await.unwrap();
    let span = spans.one();
    let message = span.text("aws.bedrock.async_invoke.failure_message");
    assert!(message.starts_with("[name] xxx"), "{message}");
    assert!(
        message.ends_with("…[truncated, 907 characters]"),
        "{message}"
    );
    assert_eq!(message.chars().count(), 300);
    assert!(!format!("{span:?}").contains("Ms Grey"));
}

/// A span that says no more than that there was a call.
pub(super) fn plain(span: &Span, service: &str, method: &str) {
    assert_eq!(span.name(), format!("{service}.{method}"));
    for (key, value) in [
        ("rpc.system", json!("aws-api")),
        ("rpc.service", json!(service)),
        ("rpc.method", json!(method)),
        ("gen_ai.operation.name", Value::Null),
        ("cloud.region", json!("us-east-1")),
        ("http.response.status_code", json!(200)),
        ("aws.request.attempts", json!(1)),
    ] {
        assert_eq!(span.attribute(key), value, "{method}: {key}");
    }
    assert!(span.is_client() && span.has("aws.request_id"), "{method}");
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

fn document(members: &[(&str, Document)]) -> Document {
    let members = members
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Document::Object(members.collect())
}

async fn client(answer: Answer) -> (MockBedrock, Client) {
    let server = MockBedrock::start().await;
    server.set_answer(answer);
    let client = monitor_bedrock(Client::from_conf(server.client_config().build()));
    (server, client)
}
