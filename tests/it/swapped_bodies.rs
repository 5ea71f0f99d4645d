//! Calls of frameworks that put a request body of their own on the wire and take
//! the response body away from the SDK.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{GuardrailConfiguration, InferenceConfiguration};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt as _;
use nr_bedrock_observability::monitor_bedrock;
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, event};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};
use crate::support::typed;

const MODEL: &str = "amazon.nova-lite-v1:0";

/// Replaces the request body; takes the response body of a success.
#[derive(Clone, Debug)]
struct Swap {
    request: String,
    response: Arc<Mutex<Option<SdkBody>>>,
}

impl Swap {
    fn new(request: &Value) -> Self {
        Self {
            request: request.to_string(),
            response: Arc::default(),
        }
    }

    async fn read_response(&self) -> Vec<u8> {
        let body = self.response.lock().unwrap().take().unwrap();
        body.collect().await.unwrap().to_bytes().to_vec()
    }
}

impl Intercept for Swap {
    fn name(&self) -> &'static str {
        "Swap"
    }

    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let length = self.request.len().to_string();
        request.headers_mut().insert("content-length", length);
        *request.body_mut() = SdkBody::from(self.request.clone());
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        if response.status().is_success() {
            let body = std::mem::replace(response.body_mut(), SdkBody::empty());
            *self.response.lock().unwrap() = Some(body);
        }
        Ok(())
    }
}

/// The server must outlive the calls.
async fn serve(answer: Answer) -> (MockBedrock, Client) {
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    let client = monitor_bedrock(Client::from_conf(server.client_config().build()));
    (server, client)
}

fn request() -> Value {
    json!({
        "system": [{"text": "Be kind."}],
        "messages": [{"role": "user", "content": [{"text": "How do refunds work?"}]}],
        "inferenceConfig": {"maxTokens": 64, "temperature": 0.5},
    })
}

fn response() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "In ten days."}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 11, "outputTokens": 5, "totalTokens": 16},
        "metrics": {"latencyMs": 21},
    })
}

fn assert_complete(span: &Span) {
    let input = span.json("gen_ai.input.messages");
    assert_eq!(input[0]["parts"][0]["content"], "How do refunds work?");
    let output = span.json("gen_ai.output.messages");
    assert_eq!(output[0]["parts"][0]["content"], "In ten days.");
    let system = span.json("gen_ai.system_instructions");
    assert_eq!(system[0]["content"], "Be kind.");
    let attributes = [
        ("gen_ai.request.model", json!(MODEL)),
        ("gen_ai.request.max_tokens", json!(64)),
        ("gen_ai.request.temperature", json!(0.5)),
        ("gen_ai.response.finish_reasons", json!(["stop"])),
        ("gen_ai.usage.input_tokens", json!(11)),
        ("gen_ai.usage.output_tokens", json!(5)),
    ];
    for (name, value) in attributes {
        assert_eq!(span.attribute(name), value, "{name}");
    }
}

#[tokio::test]
async fn converse_span_is_complete() {
    let spans = Spans::collect();
    let (server, client) = serve(Answer::json(200, &response())).await;
    let swap = Swap::new(&request());
    let call = client.converse().model_id(MODEL).customize();
    call.interceptor(swap.clone()).send().await.unwrap();
    // The framework reads the body after the call has returned: so does the span.
    assert_eq!(spans.all().len(), 0);
    let read: Value = serde_json::from_slice(&swap.read_response().await).unwrap();
    assert_eq!(read, response());
    assert_eq!(server.requests()[0].json(), request());
    assert_complete(&spans.one());
}

#[tokio::test]
async fn converse_span_is_cancelled_when_the_response_is_dropped_unread() {
    let spans = Spans::collect();
    let (_server, client) = serve(Answer::json(200, &response())).await;
    let swap = Swap::new(&request());
    let call = client.converse().model_id(MODEL).customize();
    call.interceptor(swap.clone()).send().await.unwrap();
    drop(swap.response.lock().unwrap().take());
    let span = spans.one();
    let input = span.json("gen_ai.input.messages");
    assert_eq!(input[0]["parts"][0]["content"], "How do refunds work?");
    assert_eq!(span.attribute("gen_ai.usage.input_tokens"), json!(null));
    assert_eq!(span.attribute("error.type"), json!("cancelled"));
}

/// Drops the response body on a thread of its own, at any time.
#[derive(Debug)]
struct DropElsewhere;

impl Intercept for DropElsewhere {
    fn name(&self) -> &'static str {
        "DropElsewhere"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        let body = std::mem::replace(response.body_mut(), SdkBody::empty());
        std::thread::spawn(move || drop(body));
        Ok(())
    }
}

#[tokio::test]
async fn no_span_is_lost_when_another_thread_drops_the_body() {
    const CALLS: usize = 300;
    let spans = Spans::collect();
    let (_server, client) = serve(Answer::json(200, &response())).await;
    for _ in 0..CALLS {
        let call = client.converse().model_id(MODEL).customize();
        call.interceptor(DropElsewhere).send().await.unwrap();
    }
    spans.wait_for(CALLS).await;
    let finished = spans.bedrock();
    assert_eq!(finished.len(), CALLS);
    for span in finished {
        assert_eq!(span.attribute("rpc.method"), json!("Converse"));
        assert_eq!(span.attribute("error.type"), json!("cancelled"));
    }
}

#[tokio::test]
async fn null_members_of_foreign_json_are_absent() {
    let spans = Spans::collect();
    let (_server, client) = serve(Answer::json(200, &response())).await;
    let swap = Swap::new(&json!({
        "system": null,
        "messages": [{"role": "user", "content": [{"image": null, "text": "How?"}]}],
        "outputConfig": {"textFormat": null},
        "guardrailConfig": null,
        "toolConfig": null,
    }));
    let call = client.converse().model_id(MODEL).customize();
    call.interceptor(swap.clone()).send().await.unwrap();
    swap.read_response().await;
    let span = spans.one();
    let input = span.json("gen_ai.input.messages");
    assert_eq!(
        input[0]["parts"],
        json!([{"type": "text", "content": "How?"}])
    );
    assert_eq!(span.attribute("gen_ai.output.type"), json!(null));
    assert_eq!(span.attribute("aws.bedrock.guardrail.id"), json!(null));
}

#[tokio::test]
async fn unsent_converse_keeps_model_guardrail_and_parameters() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    let config = server
        .client_config()
        .interceptor(FailBeforeSigning)
        .build();
    let client = monitor_bedrock(Client::from_conf(config));
    let inference = InferenceConfiguration::builder()
        .max_tokens(64)
        .temperature(0.2)
        .build();
    let guardrail = GuardrailConfiguration::builder()
        .guardrail_identifier("sgi5gkybzqak")
        .guardrail_version("3")
        .build();
    let message = typed::user(json!([{"text": "How do refunds work?"}])).await;
    let call = client.converse().model_id(MODEL).messages(message);
    let call = call.inference_config(inference).guardrail_config(guardrail);
    call.send().await.unwrap_err();
    assert_eq!(server.requests().len(), 0);
    let span = spans.one();
    for (name, value) in [
        ("gen_ai.request.model", json!(MODEL)),
        ("gen_ai.request.max_tokens", json!(64)),
        ("gen_ai.request.temperature", json!(0.2)),
        ("aws.bedrock.guardrail.id", json!("sgi5gkybzqak")),
        ("gen_ai.input.messages", json!(null)),
        ("error.type", json!("construction")),
    ] {
        assert_eq!(span.attribute(name), value, "{name}");
    }
}

/// Fails each call before anything is sent.
#[derive(Debug)]
struct FailBeforeSigning;

impl Intercept for FailBeforeSigning {
    fn name(&self) -> &'static str {
        "FailBeforeSigning"
    }

    fn modify_before_signing(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Err("no credentials".into())
    }
}

#[tokio::test]
async fn converse_stream_span_is_complete() {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    let frames: Vec<Frame> = vec![
        event("messageStart", &json!({"role": "assistant"})),
        event(
            "contentBlockDelta",
            &json!({"contentBlockIndex": 0, "delta": {"text": "In ten days."}}),
        ),
        event("contentBlockStop", &json!({"contentBlockIndex": 0})),
        event("messageStop", &json!({"stopReason": "end_turn"})),
        event(
            "metadata",
            &json!({"usage": response()["usage"], "metrics": {"latencyMs": 21}}),
        ),
    ];
    server.queue_answer(Answer::events(frames));
    let client = monitor_bedrock(Client::from_conf(server.client_config().build()));
    let swap = Swap::new(&request());
    let call = client.converse_stream().model_id(MODEL).customize();
    call.interceptor(swap.clone()).send().await.unwrap();
    swap.read_response().await;
    let span = spans.one();
    assert_complete(&span);
    assert_eq!(span.attribute("aws.bedrock.stream.completed"), json!(true));
}

#[tokio::test]
async fn invoke_model_span_describes_the_body_that_was_sent() {
    let spans = Spans::collect();
    let (_server, client) = serve(Answer::json(200, &response())).await;
    let typed = json!({
        "messages": [{"role": "user", "content": [{"text": "typed"}]}],
        "inferenceConfig": {"maxTokens": 1, "topP": 0.25},
    });
    let swap = Swap::new(&request());
    let call = client.invoke_model().model_id(MODEL);
    let call = call.body(Blob::new(typed.to_string())).customize();
    call.interceptor(swap.clone()).send().await.unwrap();
    swap.read_response().await;
    let span = spans.one();
    assert_complete(&span);
    assert_eq!(span.attribute("gen_ai.request.top_p"), json!(null));
}

#[tokio::test]
async fn unread_error_response_stays_the_sdks() {
    let spans = Spans::collect();
    let answer = Answer::error(400, "ValidationException", "no such model");
    let (_server, client) = serve(answer).await;
    let swap = Swap::new(&request());
    let call = client.converse().model_id(MODEL).customize();
    let error = call.interceptor(swap).send().await.unwrap_err();
    assert!(error.into_service_error().is_validation_exception());
    let span = spans.one();
    assert_eq!(span.attribute("error.type"), json!("ValidationException"));
    let input = span.json("gen_ai.input.messages");
    assert_eq!(input[0]["parts"][0]["content"], "How do refunds work?");
}
