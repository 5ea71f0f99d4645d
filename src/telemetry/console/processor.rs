//! [`ConsoleProcessor`]: the span processor that prints traces.

use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use tracing::Dispatch;

use super::render::render;
use super::terminal::Terminal;
use super::trace::{FinishedSpan, Trace};
use super::trace_buffer::TraceBuffer;
use crate::semconv::pipeline::SERVICE_NAME;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::Signal;

/// Prints a trace when its last open span ends, which may be a stream that outlives
/// the root. A flush prints the finished spans of open traces.
pub(crate) struct ConsoleProcessor {
    service: String,
    terminal: Terminal,
    buffer: Mutex<TraceBuffer>,
    writer: Mutex<Box<dyn Write + Send>>,
    counters: Arc<Counters>,
}

impl ConsoleProcessor {
    pub(crate) fn new(
        terminal: Terminal,
        writer: Option<Box<dyn Write + Send>>,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            service: String::new(),
            terminal,
            buffer: Mutex::default(),
            writer: Mutex::new(writer.unwrap_or_else(|| Box::new(std::io::stderr()))),
            counters,
        }
    }

    /// Must be called without a lock held, because rendering is slow.
    fn print_traces(&self, traces: impl IntoIterator<Item = Trace>) {
        for trace in traces {
            let counters = self.counters.signal(Signal::Traces);
            counters.exported.add(trace.spans.len());
            let tree = render(
                &trace,
                &self.service,
                self.terminal.width(),
                self.terminal.colour,
            );
            // The application's writer may panic, or open spans, whose end would
            // call this processor again.
            let write = || {
                let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
                // A closed standard error must not disturb the application.
                let _ = writer
                    .write_all(tree.as_bytes())
                    .and_then(|()| writer.flush());
            };
            let write = || tracing::dispatcher::with_default(&Dispatch::none(), write);
            let _ = catch_unwind(AssertUnwindSafe(write));
        }
    }

    fn with_buffer<T>(&self, work: impl FnOnce(&mut TraceBuffer) -> T) -> T {
        work(&mut self.buffer.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SpanProcessor for ConsoleProcessor {
    fn on_start(&self, span: &mut Span, _: &Context) {
        use opentelemetry::trace::Span as _;

        let trace_id = span.span_context().trace_id();
        let evicted = self.with_buffer(|buffer| buffer.start_span(trace_id));
        self.print_traces(evicted);
    }

    fn on_end(&self, span: SpanData) {
        let trace_id = span.span_context.trace_id();
        let span = span
            .span_context
            .is_sampled()
            .then(|| FinishedSpan::from(span));
        let counters = self.counters.signal(Signal::Traces);
        // Counted under the lock, before another thread can print the span.
        let complete = self.with_buffer(|buffer| {
            if span.is_some() {
                let count = if buffer.has_room(trace_id) {
                    &counters.received
                } else {
                    &counters.queue_full
                };
                count.add(1_u64);
            }
            buffer.end_span(trace_id, span)
        });
        self.print_traces(complete);
    }

    fn force_flush(&self) -> OTelSdkResult {
        let traces = self.with_buffer(TraceBuffer::take_finished);
        self.print_traces(traces);
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        self.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        let name = resource.get_ref(&SERVICE_NAME.into());
        self.service = name.map(ToString::to_string).unwrap_or_default();
    }
}

impl fmt::Debug for ConsoleProcessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleProcessor")
            .field("terminal", &self.terminal)
            .finish_non_exhaustive()
    }
}
