//! Traces as trees, for people at a terminal.

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
use super::trace::{Finished, Trace};
use super::trace_buffer::Collector;
use crate::Error;
use crate::telemetry::config::environment::Env;
use crate::telemetry::config::resource::SERVICE_NAME;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::Signal;

/// Prints each trace when its last open span ends, streams that outlive their
/// root included, and what is left when it is flushed.
pub(in crate::telemetry) struct Console {
    service: String,
    terminal: Terminal,
    collector: Mutex<Collector>,
    writer: Mutex<Box<dyn Write + Send>>,
    counters: Arc<Counters>,
}

impl Console {
    /// # Errors
    ///
    /// When `COLUMNS` is not a number.
    pub(in crate::telemetry) fn new(
        env: &Env,
        writer: Option<Box<dyn Write + Send>>,
        counters: Arc<Counters>,
    ) -> Result<Self, Error> {
        let terminal = Terminal::resolve(env, writer.is_none())?;
        Ok(Self {
            service: String::new(),
            terminal,
            collector: Mutex::default(),
            writer: Mutex::new(writer.unwrap_or_else(|| Box::new(std::io::stderr()))),
            counters,
        })
    }

    /// Called with no lock held: rendering takes its time.
    fn print(&self, traces: impl IntoIterator<Item = Trace>) {
        for trace in traces {
            let spans = u64::try_from(trace.spans.len()).unwrap_or(u64::MAX);
            self.counters.add_exported(Signal::Traces, spans);
            self.counters.add_dropped(Signal::Traces, trace.cut);
            let tree = render(
                &trace,
                &self.service,
                self.terminal.width(),
                self.terminal.colour,
            );
            // A writer that is the user's may open spans of its own, whose end
            // would come here again, or panic.
            let write = || {
                let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
                // A closed standard error is no reason to disturb the
                // application.
                let _ = writer
                    .write_all(tree.as_bytes())
                    .and_then(|()| writer.flush());
            };
            let write = || tracing::dispatcher::with_default(&Dispatch::none(), write);
            let _ = catch_unwind(AssertUnwindSafe(write));
        }
    }

    fn with_collector<T>(&self, work: impl FnOnce(&mut Collector) -> T) -> T {
        work(
            &mut self
                .collector
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

impl SpanProcessor for Console {
    fn on_start(&self, span: &mut Span, _: &Context) {
        use opentelemetry::trace::Span as _;

        let trace_id = span.span_context().trace_id();
        let evicted = self.with_collector(|collector| collector.started(trace_id));
        self.print(evicted);
    }

    fn on_end(&self, span: SpanData) {
        let trace_id = span.span_context.trace_id();
        let span = span.span_context.is_sampled().then(|| Finished::from(span));
        let complete = self.with_collector(|collector| collector.ended(trace_id, span));
        self.print(complete);
    }

    fn force_flush(&self) -> OTelSdkResult {
        let traces = self.with_collector(Collector::take_finished);
        self.print(traces);
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

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("terminal", &self.terminal)
            .finish_non_exhaustive()
    }
}
