//! Opens the span of a call below the caller's span.

use opentelemetry::Context;
use tracing::{Dispatch, Id, Metadata, Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan as _;

use super::hints::{hint_at_filter, hint_at_missing_parent};
use super::name::format_name;
use crate::record::Call;
use crate::semconv;

/// Whether any subscriber is interested in spans of this crate.
pub(in crate::emit) fn is_span_enabled() -> bool {
    let enabled = tracing::span_enabled!(target: crate::TARGET, tracing::Level::INFO);
    if !enabled {
        hint_at_filter();
    }
    enabled
}

pub(super) fn open_span(call: &Call) -> Span {
    macro_rules! open {
        ($($parent:tt)*) => {
            tracing::info_span!(
                target: crate::TARGET,
                $($parent)*
                "bedrock",
                otel.name = format_name(call),
                otel.kind = call.origin.kind(),
                { semconv::OPERATION_NAME } = call.operation,
                { semconv::PROVIDER_NAME } = call.origin.provider(),
                { semconv::REQUEST_MODEL } = call.model.as_deref(),
                { semconv::CLOUD_REGION } = call.http.region.as_deref(),
                { semconv::USAGE_INPUT_TOKENS } = field::Empty,
                { semconv::USAGE_OUTPUT_TOKENS } = field::Empty,
                { semconv::ERROR_TYPE } = field::Empty,
                // Recorded only where no OpenTelemetry layer can be reached. Absent
                // fields cost next to nothing.
                { semconv::OTEL_STATUS_CODE } = field::Empty,
                { semconv::OTEL_STATUS_DESCRIPTION } = field::Empty,
                { semconv::RESPONSE_FINISH_REASONS } = field::Empty,
                { semconv::RESPONSE_ID } = field::Empty,
                { semconv::RESPONSE_MODEL } = field::Empty,
                { semconv::RESPONSE_TIME_TO_FIRST_CHUNK } = field::Empty,
                { semconv::STREAM_COMPLETED } = field::Empty,
                { semconv::REQUEST_STREAM } = field::Empty,
                { semconv::REQUEST_MAX_TOKENS } = field::Empty,
                { semconv::REQUEST_TEMPERATURE } = field::Empty,
                { semconv::REQUEST_TOP_P } = field::Empty,
                { semconv::USAGE_CACHE_READ_INPUT_TOKENS } = field::Empty,
                { semconv::USAGE_CACHE_WRITE_INPUT_TOKENS } = field::Empty,
                { semconv::USAGE_REASONING_OUTPUT_TOKENS } = field::Empty,
                { semconv::HTTP_RESPONSE_STATUS_CODE } = field::Empty,
                { semconv::REQUEST_ID } = field::Empty,
                { semconv::REQUEST_ATTEMPTS } = field::Empty,
                { semconv::THROTTLED } = field::Empty,
                { semconv::SERVER_ADDRESS } = field::Empty,
                { semconv::RPC_SERVICE } = field::Empty,
                { semconv::RPC_METHOD } = field::Empty,
                { semconv::GUARDRAIL_ID } = field::Empty,
                { semconv::GUARDRAIL_ACTION } = field::Empty,
                { semconv::AGENT_ID } = field::Empty,
                { semconv::AGENT_NAME } = field::Empty,
                { semconv::TOOL_NAME } = field::Empty,
                { semconv::TOOL_TYPE } = field::Empty,
                { semconv::TOOL_CALL_ID } = field::Empty,
                { semconv::DATA_SOURCE_ID } = field::Empty,
                { semconv::CONVERSATION_ID } = field::Empty,
                { semconv::SESSION_ID } = field::Empty,
                { semconv::USER_ID } = field::Empty,
                { semconv::ENDUSER_ID } = field::Empty,
            )
        };
    }
    let Some((parent, is_exported)) = find_caller_span() else {
        return open!();
    };
    let span = open!(parent: parent,);
    if !is_exported {
        // The OpenTelemetry layer does not know this parent and would start a new
        // trace. Without a reachable layer the call has no effect and the
        // `tracing` parent holds.
        let _ = span.set_parent(Context::current());
    }
    span
}

/// The nearest span above the SDK's own spans, and whether the OpenTelemetry layer
/// knows it. `None` unless the current span is the SDK's: at level DEBUG the SDK
/// opens spans around a call, which would become the parent.
fn find_caller_span() -> Option<(Id, bool)> {
    let current = Span::current();
    if current.is_none() {
        hint_at_missing_parent();
    }
    if !current.metadata().is_some_and(is_sdk_span) {
        return None;
    }
    let caller = current.with_subscriber(|(id, dispatch)| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        let ancestors = || registry.span(id).into_iter().flat_map(|span| span.scope());
        let callers = || {
            ancestors()
                .filter(|span| !is_sdk_span(span.metadata()))
                .map(|span| span.id())
        };
        let exported = callers().find(|id| is_exported(id, dispatch));
        exported
            .map(|id| (id, true))
            .or_else(|| callers().next().map(|id| (id, false)))
    });
    caller.flatten()
}

fn is_exported(id: &Id, dispatch: &Dispatch) -> bool {
    tracing_opentelemetry::get_otel_context(id, dispatch).is_some()
}

fn is_sdk_span(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    ["aws_smithy_", "aws_sdk_"]
        .iter()
        .any(|prefix| target.starts_with(prefix))
}
