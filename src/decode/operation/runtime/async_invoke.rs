//! Asynchronous invocations: models whose output, such as a video, is written to
//! S3.

use crate::decode::operation::operation_trait::Table;
use crate::decode::payload;
use crate::record::FailureMessage;
use crate::record::model_id::ModelId;
use crate::semconv::operation::GENERATE_CONTENT;
use crate::semconv::{ASYNC_INVOCATION_ARN, ASYNC_OUTPUT_URI, ASYNC_STATUS};

pub(super) static OPERATIONS: Table = operations! {
    runtime;
    start_async_invoke(StartAsyncInvokeInput, StartAsyncInvokeError)
        |input, call| {
            call.model.clone_from(&input.model_id);
            let model = ModelId::parse(input.model_id.as_deref().unwrap_or_default());
            call.operation = payload::operation_for_model(model);
        }
        .name_operation(GENERATE_CONTENT)
        .record_request_members(&[(ASYNC_OUTPUT_URI, OUTPUT_URI)])
        .read_request_with(|body, call| {
            let operation = call.operation.take();
            if let Some(input) = body.get("modelInput") {
                payload::read_request(input, call);
            }
            // An opaque ARN does not tell the operation; the input may.
            call.operation = operation.or(call.operation).or(Some(GENERATE_CONTENT));
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

/// Where in S3 the output goes.
const OUTPUT_URI: &str = "outputDataConfig.s3OutputDataConfig.s3Uri";
