//! Log lines as JSON on standard output, each with the ids of its trace and span,
//! so that a backend shows the log beside the trace. Call sites add no field.

use std::fmt;

use nr_bedrock_observability::opentelemetry::Context;
use nr_bedrock_observability::opentelemetry::trace::TraceContextExt as _;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer};

/// `RUST_LOG` decides what is logged: by default, INFO and above.
pub(crate) fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .map_event_format(WithTraceIds)
        .with_filter(filter)
}

/// Adds `trace_id` and `span_id` to the JSON object of another format.
struct WithTraceIds<F>(F);

impl<S, N, F> FormatEvent<S, N> for WithTraceIds<F>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        // The OpenTelemetry layer makes the context of an entered span current.
        let context = Context::current();
        let span = context.span();
        let span = span.span_context();
        let mut line = String::new();
        self.0.format_event(ctx, Writer::new(&mut line), event)?;
        match line.strip_prefix('{').filter(|_| span.is_valid()) {
            Some(rest) => write!(
                writer,
                r#"{{"trace_id":"{}","span_id":"{}",{rest}"#,
                span.trace_id(),
                span.span_id()
            ),
            None => writer.write_str(&line),
        }
    }
}
