//! [`CountedQueue`]: the bounded queue in front of a batch thread.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{
    BatchConfigBuilder as LogBatchConfig, BatchLogProcessor, LogBatch, LogExporter, LogProcessor,
    SdkLogRecord,
};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor,
};

use crate::telemetry::report::counters::{Counters, QUEUE_FULL};
use crate::telemetry::report::diagnostics::log_failure;
use crate::telemetry::report::failure::Cause;
use crate::telemetry::signal::Signal;

/// Queue settings, shared by spans and logs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BatchOptions {
    /// The longest time between two exports.
    pub(crate) delay: Duration,
    /// Items that may wait.
    pub(crate) queue_size: usize,
    /// Items of one export.
    pub(crate) batch_size: usize,
}

/// The SDK's batch processor, with a count of the items that it would drop.
///
/// The SDK drops an item when its channel (2,048 by default) is full and keeps the
/// count private. So an item reserves a slot here first, of the same capacity, and
/// frees it when the exporter receives it: the channel never drops, the count is
/// exact.
#[derive(Debug)]
pub(crate) struct CountedQueue<P> {
    processor: P,
    capacity: u64,
    counters: Arc<Counters>,
}

/// Frees the slots of exported items.
#[derive(Debug)]
struct DequeuingExporter<E> {
    exporter: E,
    counters: Arc<Counters>,
}

impl<E> DequeuingExporter<E> {
    fn new(exporter: E, counters: &Arc<Counters>) -> Self {
        let counters = Arc::clone(counters);
        Self { exporter, counters }
    }
}

impl CountedQueue<BatchSpanProcessor> {
    pub(crate) fn for_spans(
        exporter: impl SpanExporter + 'static,
        options: BatchOptions,
        counters: &Arc<Counters>,
    ) -> Self {
        let config = BatchConfigBuilder::default()
            .with_scheduled_delay(options.delay)
            .with_max_queue_size(options.queue_size)
            .with_max_export_batch_size(options.batch_size)
            .build();
        let exporter = DequeuingExporter::new(exporter, counters);
        let processor = BatchSpanProcessor::new(exporter, config);
        Self::new(processor, options, counters)
    }
}

impl CountedQueue<BatchLogProcessor> {
    pub(crate) fn for_logs(
        exporter: impl LogExporter + 'static,
        options: BatchOptions,
        counters: &Arc<Counters>,
    ) -> Self {
        let config = LogBatchConfig::default()
            .with_scheduled_delay(options.delay)
            .with_max_queue_size(options.queue_size)
            .with_max_export_batch_size(options.batch_size)
            .build();
        let exporter = DequeuingExporter::new(exporter, counters);
        let processor = BatchLogProcessor::builder(exporter)
            .with_batch_config(config)
            .build();
        Self::new(processor, options, counters)
    }
}

impl<P> CountedQueue<P> {
    fn new(processor: P, options: BatchOptions, counters: &Arc<Counters>) -> Self {
        Self {
            processor,
            capacity: to_u64(options.queue_size),
            counters: Arc::clone(counters),
        }
    }

    /// Reserves a slot. False, counted and logged, if the queue is full.
    fn enter(&self, signal: Signal) -> bool {
        let Err(full) = self.counters.enter_queue(signal, self.capacity) else {
            return true;
        };
        // The others only count: this runs on the application's thread.
        if full.report {
            let (cause, problem) = (Cause::QueueFull, QUEUE_FULL);
            log_failure(&self.counters, signal, cause, problem);
        }
        false
    }
}

/// The methods that processors and exporters have in common.
macro_rules! delegate_control {
    ($inner:ident) => {
        fn force_flush(&self) -> OTelSdkResult {
            self.$inner.force_flush()
        }

        fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
            self.$inner.shutdown_with_timeout(timeout)
        }

        fn set_resource(&mut self, resource: &Resource) {
            self.$inner.set_resource(resource);
        }
    };
}

impl SpanProcessor for CountedQueue<BatchSpanProcessor> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        // A sampler may record a span that is not to be exported.
        let sampled = span.span_context.is_sampled();
        if sampled && self.enter(Signal::Traces) {
            self.processor.on_end(span);
        }
    }

    delegate_control!(processor);
}

impl LogProcessor for CountedQueue<BatchLogProcessor> {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if self.enter(Signal::Logs) {
            self.processor.emit(record, scope);
        }
    }

    delegate_control!(processor);
}

impl<E: SpanExporter> SpanExporter for DequeuingExporter<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = to_u64(batch.len());
        self.counters.leave_queue(Signal::Traces, spans);
        self.exporter.export(batch).await
    }

    delegate_control!(exporter);
}

impl<E: LogExporter> LogExporter for DequeuingExporter<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let records = to_u64(batch.iter().count());
        self.counters.leave_queue(Signal::Logs, records);
        self.exporter.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

fn to_u64(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
