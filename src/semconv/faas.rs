//! Names of the `FaaS` conventions v1.44.0, for invocations of AWS Lambda.

pub(crate) const CLOUD_RESOURCE_ID: &str = "cloud.resource_id";
pub(crate) const FAAS_COLDSTART: &str = "faas.coldstart";
pub(crate) const FAAS_INVOCATION_ID: &str = "faas.invocation_id";
pub(crate) const FAAS_TRIGGER: &str = "faas.trigger";
pub(crate) const LAMBDA_INVOKED_ARN: &str = "aws.lambda.invoked_arn";
/// `error.type` where no type is known.
pub(crate) const OTHER_ERROR: &str = "_OTHER";
/// `error.type` of a panic.
pub(crate) const PANIC: &str = "panic";
