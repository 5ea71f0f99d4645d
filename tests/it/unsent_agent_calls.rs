//! Calls that fail before anything is sent: their spans have the ids of the typed
//! input nevertheless.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::pin::Pin;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_sdk_bedrockruntime::config::ProvideCredentials;
use aws_sdk_bedrockruntime::types::GuardrailContentSource;
use nr_bedrock_observability::monitor_bedrock;
use serde_json::{Value, json};

use crate::support::mock_bedrock::MockBedrock;
use crate::support::spans::Spans;
use crate::support::typed;

/// An opaque ARN.
const PROFILE: &str =
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

/// A provider without credentials.
#[derive(Debug)]
struct NoCredentials;

impl ProvideCredentials for NoCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let error = CredentialsError::provider_error("the session has expired");
        future::ProvideCredentials::ready(Err(error))
    }
}

/// A call that has not started. Returns whether it failed.
type UnsentCall = Pin<Box<dyn Future<Output = bool>>>;

/// Boxes the call of a fluent builder.
macro_rules! unsent {
    ($call:expr) => {{
        let call = $call;
        Box::pin(async move { call.send().await.is_err() }) as UnsentCall
    }};
}

mod agent_runtime;
mod agentcore;

#[tokio::test]
async fn unsent_call_has_the_ids_of_its_input() {
    let server = MockBedrock::start().await;
    let cases = runtime_calls(&server)
        .into_iter()
        .chain(agent_runtime::calls(&server))
        .chain(agentcore::calls(&server));
    for (name, call, ids) in cases {
        let spans = Spans::collect();
        assert!(call.await, "{name} succeeded");
        let span = spans.one();
        assert_eq!(span.name(), name);
        assert_eq!(
            span.error().as_deref(),
            Some("the request could not be made"),
            "{name}"
        );
        for (key, value) in ids.as_object().into_iter().flatten() {
            assert_eq!(span.attribute(key), *value, "{key} of {name}");
        }
    }
    assert!(server.requests().is_empty(), "{:?}", server.requests());
}

/// The span's name, the call, and attributes of its span.
type Case = (String, UnsentCall, Value);

fn runtime_calls(server: &MockBedrock) -> Vec<Case> {
    let config = server.client_config().credentials_provider(NoCredentials);
    let client = monitor_bedrock(aws_sdk_bedrockruntime::Client::from_conf(config.build()));
    let embedding = typed::document(
        &json!({"inputType": "video", "mediaSource": {"s3Location": {"uri": "s3://bucket/cat.mp4"}}}),
    );
    vec![
        (
            "apply_guardrail gr-1".into(),
            unsent!(
                client
                    .apply_guardrail()
                    .guardrail_identifier("gr-1")
                    .guardrail_version("3")
                    .source(GuardrailContentSource::Input)
            ),
            json!({
                "aws.bedrock.guardrail.id": "gr-1",
                "aws.bedrock.guardrail.version": "3",
                "aws.bedrock.guardrail.source": "INPUT",
            }),
        ),
        (
            // Without a hint at the operation: that of most asynchronous models.
            format!("generate_content {PROFILE}"),
            unsent!(client.start_async_invoke().model_id(PROFILE)),
            json!({
                "gen_ai.operation.name": "generate_content",
                "gen_ai.request.model": PROFILE,
            }),
        ),
        (
            format!("embeddings {PROFILE}"),
            unsent!(
                client
                    .start_async_invoke()
                    .model_id(PROFILE)
                    .model_input(embedding)
            ),
            json!({
                "gen_ai.operation.name": "embeddings",
                "gen_ai.request.model": PROFILE,
            }),
        ),
    ]
}
