//! The span of an invocation.

use tracing::{Span, field};

use super::invocation::{Invocation, Trigger};
use crate::semconv::{ERROR_TYPE, OTEL_STATUS_CODE, faas};
use crate::trace::set_parent;

/// Opens a root span, or one below the caller's in another process. The span of
/// `lambda_runtime` around the handler is no parent: it is not exported.
pub(super) fn open_span(invocation: &Invocation, is_cold_start: bool) -> Span {
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let invoked_arn = invocation.invoked_arn.as_deref();
    let version = env("AWS_LAMBDA_FUNCTION_VERSION");
    let name = env("AWS_LAMBDA_FUNCTION_NAME");
    let name = name.or_else(|| invoked_arn?.split(':').nth(6).map(str::to_owned));
    // Lambda starts such processes ahead of the first invocation.
    let is_provisioned =
        env("AWS_LAMBDA_INITIALIZATION_TYPE").as_deref() == Some("provisioned-concurrency");
    let kind = match invocation.trigger {
        Some(Trigger::Pubsub) => "consumer",
        _ => "server",
    };
    let span = tracing::info_span!(
        target: crate::TARGET,
        parent: None,
        "invocation",
        otel.name = name,
        otel.kind = kind,
        { faas::FAAS_INVOCATION_ID } = invocation.request_id,
        { faas::FAAS_COLDSTART } = is_cold_start && !is_provisioned,
        { faas::FAAS_TRIGGER } = invocation.trigger.map(Trigger::name),
        { faas::CLOUD_RESOURCE_ID } =
            invoked_arn.map(|arn| resource_id(arn, version.as_deref())),
        { faas::LAMBDA_INVOKED_ARN } = invoked_arn,
        { ERROR_TYPE } = field::Empty,
        { OTEL_STATUS_CODE } = field::Empty,
    );
    set_parent(&span, &invocation.propagation_headers());
    span
}

/// Marks a span as failed. The text of the error is not recorded, because it may
/// contain content.
pub(super) fn record_error(span: &Span, error_type: &str) {
    span.record(OTEL_STATUS_CODE, "error");
    span.record(ERROR_TYPE, error_type);
}

/// The name of an error's type, unless the type is boxed.
pub(super) fn error_type<E>() -> &'static str {
    let name = std::any::type_name::<E>();
    if name.contains("dyn ") {
        faas::OTHER_ERROR
    } else {
        name
    }
}

/// The ARN of the version that runs, in place of an alias.
fn resource_id(arn: &str, version: Option<&str>) -> String {
    let parts: Vec<&str> = arn.split(':').collect();
    match (parts.split_last(), version) {
        (Some((_, function)), Some(version)) if function.len() == QUALIFIED_PARTS - 1 => {
            format!("{}:{version}", function.join(":"))
        }
        _ => arn.to_owned(),
    }
}

/// Parts of `arn:aws:lambda:{region}:{account}:function:{name}:{alias or version}`.
const QUALIFIED_PARTS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alias_becomes_the_version_that_runs() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:support-bot";
        let live = format!("{arn}:live");
        assert_eq!(resource_id(arn, Some("7")), arn);
        assert_eq!(resource_id(&live, Some("7")), format!("{arn}:7"));
        assert_eq!(resource_id(&live, None), live);
    }

    #[test]
    fn boxed_error_has_no_type() {
        type Boxed = Box<dyn std::error::Error + Send + Sync>;
        assert_eq!(error_type::<Boxed>(), "_OTHER");
        assert_eq!(error_type::<std::fmt::Error>(), "core::fmt::Error");
    }
}
