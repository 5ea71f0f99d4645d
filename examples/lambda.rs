//! An AWS Lambda function: each invocation is a trace, which arrives before the
//! function is frozen.
//!
//! Run with `AWS_LAMBDA_RUNTIME_API=HOST:PORT cargo run --example lambda`: it asks a
//! Lambda runtime API for events such as `{"question": "How long do refunds take?"}`.
//! `tests/support/lambda_api.rs` is one for tests. It needs no AWS account: a mock
//! Bedrock answers. With `OTEL_PROPAGATORS=xray,tracecontext,baggage` the trace
//! continues that of AWS X-Ray.

use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use nr_bedrock_observability::lambda::{Invocation, Invocations, Trigger};
use nr_bedrock_observability::{Telemetry, monitor_bedrock};
use serde_json::{Value, json};

#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod mock_bedrock;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let telemetry = Telemetry::from_env()
        .service_name("support-function")
        .install()?;
    // A receiver that is away costs one invocation this long, and no other.
    let invocations = Invocations::new(telemetry).flush_within(Duration::from_secs(1));

    // In your account: aws_config::load_defaults(BehaviorVersion::latest()).await
    let aws = mock_bedrock::start().await;
    let bedrock = monitor_bedrock(Client::new(&aws));

    let handler = service_fn(|event: LambdaEvent<Value>| {
        let LambdaEvent { payload, context } = event;
        let invocation = Invocation::new(context.request_id)
            .invoked_arn(context.invoked_function_arn)
            .trace_header(context.xray_trace_id.as_deref())
            .trigger(Trigger::Other);
        invocations.run(invocation, answer(&bedrock, payload))
    });
    let result = Box::pin(run(handler)).await;
    let stats = invocations.telemetry().stats().spans();
    eprintln!(
        "spans exported: {}, waiting: {}, lost: {}",
        stats.exported(),
        stats.waiting(),
        stats.losses().map(|(_, count)| count).sum::<u64>()
    );
    result
}

async fn answer(bedrock: &Client, event: Value) -> Result<Value, Error> {
    let question = event.get("question").and_then(Value::as_str);
    let question = question.ok_or("the event has no \"question\"")?;
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(question.to_owned()));
    let call = bedrock.converse().model_id("amazon.nova-lite-v1:0");
    let reply = call.messages(message.build()?).send().await?;
    let message = reply.output().and_then(|output| output.as_message().ok());
    let content = message.map(Message::content).unwrap_or_default();
    let text: String = content
        .iter()
        .filter_map(|it| it.as_text().ok())
        .cloned()
        .collect();
    Ok(json!({"answer": text}))
}
