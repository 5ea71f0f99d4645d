//! StartAsyncInvoke and what asks after it: models that take their time, such as
//! those that make videos.

use aws_sdk_bedrockruntime::operation::get_async_invoke::{
    GetAsyncInvokeError, GetAsyncInvokeInput,
};
use aws_sdk_bedrockruntime::operation::list_async_invokes::{
    ListAsyncInvokesError, ListAsyncInvokesInput,
};
use aws_sdk_bedrockruntime::operation::start_async_invoke::{
    StartAsyncInvokeError, StartAsyncInvokeInput,
};

use crate::decode::operation::typed::Typed;
use crate::decode::operation::{RUNTIME, document};
use crate::decode::payload;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, FailureMessage};
use crate::semconv::operation::GENERATE_CONTENT;
use crate::semconv::{ASYNC_INVOCATION_ARN, ASYNC_OUTPUT_URI, ASYNC_STATUS};

pub(crate) static START_ASYNC_INVOKE: Typed<StartAsyncInvokeInput, StartAsyncInvokeError> =
    Typed::new(RUNTIME, "StartAsyncInvoke")
        .named(GENERATE_CONTENT)
        .ids(|input: &StartAsyncInvokeInput, call| {
            call.model.clone_from(&input.model_id);
            // Where an ARN tells nothing of the model, what it is asked does.
            call.operation = None;
            if let Some(input) = &input.model_input {
                payload::read_request(&document::json(input), call);
            }
            let model = ModelId::parse(input.model_id.as_deref().unwrap_or_default());
            let operation = payload::operation_for_model(model).or(call.operation);
            call.operation = operation.or(Some(GENERATE_CONTENT));
        })
        .sent(output)
        .answered(|body, call| {
            let arn = body.get_str("invocationArn");
            call.extra_attributes.insert_text(ASYNC_INVOCATION_ARN, arn);
        });

pub(crate) static GET_ASYNC_INVOKE: Typed<GetAsyncInvokeInput, GetAsyncInvokeError> =
    Typed::new(RUNTIME, "GetAsyncInvoke")
        .ids(|input: &GetAsyncInvokeInput, call| {
            let arn = input.invocation_arn.as_deref();
            call.extra_attributes.insert_text(ASYNC_INVOCATION_ARN, arn);
        })
        .answered(|body, call| {
            call.extra_attributes
                .insert_text(ASYNC_STATUS, body.get_str("status"));
            call.job_failure = body.get_string("failureMessage").map(FailureMessage::new);
            call.model = body.get_string("modelArn");
            output(body, call);
        });

pub(crate) static LIST_ASYNC_INVOKES: Typed<ListAsyncInvokesInput, ListAsyncInvokesError> =
    Typed::new(RUNTIME, "ListAsyncInvokes");

/// Where the model puts what it makes.
fn output(body: &Json<'_>, call: &mut Call) {
    let uri = body.get_path(&["outputDataConfig", "s3OutputDataConfig", "s3Uri"]);
    call.extra_attributes
        .insert_text(ASYNC_OUTPUT_URI, uri.and_then(Json::as_str));
}
