//! Operations that hand out credentials: a span says that they were asked for,
//! never what they are.

use aws_sdk_bedrockagentcore::types::{Oauth2FlowType, UserIdentifier};
use serde_json::json;

use super::Core;
use crate::support::mock_bedrock::Answer;
use crate::support::spans::Span;

/// What may be in no span, in whatever place of a request or an answer it is.
const SECRET: &str = "s3cr3t";

#[tokio::test]
async fn no_token_no_key_and_no_secret_is_told() {
    let answer = json!({
        "workloadAccessToken": SECRET, "accessToken": SECRET, "apiKey": SECRET,
        "authorizationUrl": "https://login.example/?code=s3cr3t", "sessionUri": "urn:s3cr3t",
        "sessionStatus": "IN_PROGRESS",
    });
    let core = Core::answering(Answer::json(200, &answer)).await;
    let client = &core.client;
    drop(
        client
            .get_workload_access_token()
            .workload_name("bot")
            .send()
            .await,
    );
    let call = client
        .get_workload_access_token_for_jwt()
        .workload_name("bot");
    drop(call.user_token(SECRET).send().await);
    let call = client
        .get_workload_access_token_for_user_id()
        .workload_name("bot");
    drop(call.user_id("user-s3cr3t").send().await);
    let call = client
        .get_resource_api_key()
        .workload_identity_token(SECRET);
    drop(call.resource_credential_provider_name("shop").send().await);
    let call = client
        .get_resource_oauth2_token()
        .workload_identity_token(SECRET);
    let call = call
        .resource_credential_provider_name("shop")
        .scopes("read");
    let call = call
        .oauth2_flow(Oauth2FlowType::M2M)
        .custom_parameters("key", SECRET);
    drop(call.custom_state(SECRET).send().await);
    let call = client
        .get_resource_payment_token()
        .workload_identity_token(SECRET);
    drop(call.resource_credential_provider_name("bank").send().await);
    let call = client
        .complete_resource_token_auth()
        .session_uri("urn:s3cr3t");
    drop(
        call.user_identifier(UserIdentifier::UserToken(SECRET.to_owned()))
            .send()
            .await,
    );

    let spans = core.spans.bedrock();
    let names: Vec<_> = spans.iter().map(Span::name).collect();
    let operations = [
        "GetWorkloadAccessToken",
        "GetWorkloadAccessTokenForJWT",
        "GetWorkloadAccessTokenForUserId",
        "GetResourceApiKey",
        "GetResourceOauth2Token",
        "GetResourcePaymentToken",
        "CompleteResourceTokenAuth",
    ];
    assert_eq!(
        names,
        operations.map(|name| format!("BedrockAgentCore.{name}"))
    );
    let told = format!("{spans:?}");
    assert!(!told.contains(SECRET), "{told}");
    let sent = core.server.requests();
    let sent = sent
        .iter()
        .filter(|request| String::from_utf8_lossy(&request.body).contains(SECRET));
    assert_eq!(sent.count(), 6, "requests that hold a secret");

    let workload = "aws.bedrock.agentcore.workload.name";
    let provider = "aws.bedrock.agentcore.credential_provider.name";
    let ids = spans
        .iter()
        .map(|span| span.text(workload) + &span.text(provider));
    let ids: Vec<_> = ids.collect();
    assert_eq!(ids, ["bot", "bot", "bot", "shop", "shop", "bank", ""]);
}

#[tokio::test]
async fn what_an_agent_is_sent_for_whom_is_not_told() {
    let core = Core::answering(Answer::json(200, &json!({}))).await;
    let call = core.client.invoke_agent_runtime().agent_runtime_arn("bot");
    let call = call.runtime_user_id(SECRET).baggage("token=s3cr3t");
    let payload = aws_sdk_bedrockagentcore::primitives::Blob::new(SECRET);
    drop(call.payload(payload).send().await);
    let told = format!("{:?}", core.spans.one());
    assert!(!told.contains(SECRET), "{told}");
}
