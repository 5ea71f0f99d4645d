//! What a span says of the model, by whichever id it is called, and that it
//! says so of bodies that nobody has seen.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

const PROFILE: &str =
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

#[tokio::test]
async fn the_span_tells_model_vendor_and_profile() {
    for (id, name, vendor, profile) in [
        (
            "amazon.nova-lite-v1:0",
            json!("nova-lite"),
            json!("amazon"),
            Value::Null,
        ),
        (
            "us.anthropic.claude-3-haiku-20240307-v1:0",
            json!("claude-3-haiku-20240307"),
            json!("anthropic"),
            json!("us.anthropic.claude-3-haiku-20240307-v1:0"),
        ),
        (PROFILE, Value::Null, Value::Null, json!("a1b2c3d4e5f6")),
    ] {
        let span = call(
            id,
            MonitorOptions::new(),
            b"{}",
            Answer::json(200, &json!({})),
        )
        .await;
        assert_eq!(span.attribute("gen_ai.request.model"), json!(id));
        assert_eq!(span.attribute("aws.bedrock.model.name"), name, "{id}");
        assert_eq!(span.attribute("aws.bedrock.model.vendor"), vendor, "{id}");
        assert_eq!(
            span.attribute("aws.bedrock.inference_profile"),
            profile,
            "{id}"
        );
    }
}

#[tokio::test]
async fn the_caller_may_tell_the_model_behind_a_profile() {
    let options = MonitorOptions::new().resolve_profiles_with(|arn| {
        (arn == PROFILE).then(|| "eu.amazon.titan-embed-text-v2:0".to_owned())
    });
    let error = Answer::error(429, "ThrottlingException", "too fast");
    // Neither the body nor an answer tells that these would be embeddings.
    let span = call(PROFILE, options, br#"{"inputText":"Refunds?"}"#, error).await;
    assert_eq!(span.name(), format!("embeddings {PROFILE}"));
    assert_eq!(span.text("gen_ai.request.model"), PROFILE);
    assert_eq!(span.text("aws.bedrock.model.name"), "titan-embed-text");
    assert_eq!(span.text("aws.bedrock.model.vendor"), "amazon");
    assert_eq!(span.text("aws.bedrock.inference_profile"), "a1b2c3d4e5f6");
}

#[tokio::test]
async fn a_resolution_that_panics_changes_nothing() {
    let options = MonitorOptions::new().resolve_profiles_with(|_| panic!("on purpose"));
    let span = call(PROFILE, options, b"{}", Answer::json(200, &json!({}))).await;
    assert_eq!(span.error(), None);
    assert!(!span.has("aws.bedrock.model.name"));
}

/// Model, duration, status and the headers' tokens are known of any call; what
/// the body says is known only where it has a known shape.
#[tokio::test]
async fn a_prompt_in_the_place_of_a_model_is_told_by_its_id_and_version() {
    let prompt = "arn:aws:bedrock:us-east-1:123456789012:prompt/PROMPT12345";
    for (id, version) in [
        (format!("{prompt}:2"), json!("2")),
        (prompt.to_owned(), Value::Null),
    ] {
        let answer = Answer::json(200, &json!({}));
        let span = call(&id, MonitorOptions::new(), b"{}", answer).await;
        assert_eq!(span.attribute("gen_ai.request.model"), json!(id));
        assert_eq!(span.attribute("gen_ai.prompt.name"), json!("PROMPT12345"));
        assert_eq!(span.attribute("gen_ai.prompt.version"), version);
        assert!(!span.has("aws.bedrock.model.name"));
    }
}

#[tokio::test]
async fn an_unknown_body_still_gives_a_span() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let bodies: [&[u8]; 8] = [
        br#"{"answer":{"tokens":99,"usage":7},"usage":"many"}"#,
        br#"{"usage":{"input_tokens":1e400,"output_tokens":-3},"type":"message","content":[]}"#,
        br#"{"generation":7,"prompt_token_count":"12","generation_token_count":null}"#,
        b"\x89PNG\r\n\x1a\n\0\0",
        b"",
        b"null",
        b"[[[]]]",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = Answer::bytes(200, "application/json", body)
            .header("x-amzn-bedrock-input-token-count", "21")
            .header("x-amzn-bedrock-output-token-count", "4");
        let span = call("acme.unheard-of-v1:0", MonitorOptions::new(), body, answer).await;
        let shown = String::from_utf8_lossy(body.get(..40).unwrap_or(body)).into_owned();
        assert_eq!(span.error(), None, "{shown}");
        assert_eq!(span.name(), "chat acme.unheard-of-v1:0", "{shown}");
        assert_eq!(
            span.attribute("http.response.status_code"),
            json!(200),
            "{shown}"
        );
        assert_eq!(
            span.attribute("gen_ai.usage.input_tokens"),
            json!(21),
            "{shown}"
        );
        assert_eq!(
            span.attribute("gen_ai.usage.output_tokens"),
            json!(4),
            "{shown}"
        );
        assert!(!span.duration().is_zero(), "{shown}");
    }
}

async fn call(model: &str, options: MonitorOptions, body: &[u8], answer: Answer) -> Span {
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    let spans = Spans::collect();
    let client = Client::from_conf(server.client_config().build());
    let client = monitor_bedrock_with(client, options);
    let call = client.invoke_model().model_id(model).body(Blob::new(body));
    // Some of these are answered with errors, which are the caller's.
    drop(call.send().await);
    spans.one()
}
