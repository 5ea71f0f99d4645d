//! Asynchronous invocations: models whose output, such as a video, is written to
//! S3.

use aws_sdk_bedrockruntime::operation::start_async_invoke::StartAsyncInvokeInput;

use crate::decode::document::convert_document;
use crate::decode::operation::operation_trait::Table;
use crate::decode::payload;
use crate::record::model_id::ModelId;
use crate::record::{Call, FailureMessage};
use crate::semconv::operation::GENERATE_CONTENT;
use crate::semconv::{ASYNC_INVOCATION_ARN, ASYNC_OUTPUT_URI, ASYNC_STATUS};

pub(super) static OPERATIONS: Table = operations! {
    runtime;
    start_async_invoke(StartAsyncInvokeInput, StartAsyncInvokeError)
        |input, call| {
            call.model.clone_from(&input.model_id);
            call.operation = get_operation(input).or(call.operation);
            call.is_accepted_job = true;
        }
        .name_operation(GENERATE_CONTENT)
        .record_request_members(&[(ASYNC_OUTPUT_URI, OUTPUT_URI)])
        .read_request_with(|body, call| {
            // The operation stays: the open span is named after it.
            let operation = call.operation.take();
            if let Some(input) = body.get("modelInput") {
                payload::read_request(input, call);
            }
            call.operation = operation;
        })
        .record_response_members(&[(ASYNC_INVOCATION_ARN, "invocationArn")]);
    get_async_invoke(GetAsyncInvokeInput, GetAsyncInvokeError)
        [ASYNC_INVOCATION_ARN = invocation_arn]
        .record_response_members(&[(ASYNC_STATUS, "status"), (ASYNC_OUTPUT_URI, OUTPUT_URI)])
        .read_response_with(|body, call| {
            call.job_failure = body.get_string("failureMessage").map(FailureMessage::new);
            call.model = body.get_string("modelArn");
        });
    list_async_invokes(ListAsyncInvokesInput, ListAsyncInvokesError);
};

/// The operation that the model id implies or, for an opaque ARN, the payload
/// format of the model's input.
fn get_operation(input: &StartAsyncInvokeInput) -> Option<&'static str> {
    let model = ModelId::parse(input.model_id.as_deref().unwrap_or_default());
    payload::operation_for_model(model).or_else(|| {
        let mut payload = Call::new(None, None);
        payload::read_request(&convert_document(input.model_input.as_ref()?), &mut payload);
        payload.operation
    })
}

/// The member with the S3 location of the output.
const OUTPUT_URI: &str = "outputDataConfig.s3OutputDataConfig.s3Uri";
