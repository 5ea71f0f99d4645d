//! The queues in front of the batch threads.

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

use crate::telemetry::config::batching::Batching;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::signal::Signal;

/// The SDK's batch processor, behind a gate that counts what it turns away.
///
/// The processor drops silently when its channel is full. A span takes its
/// place here before it enters that channel, of the same capacity, and gives
/// it back when the exporter has it: so the channel is never the one to drop,
/// and the count is exact.
#[derive(Debug)]
pub(crate) struct Queue<P> {
    batches: P,
    capacity: u64,
    counters: Arc<Counters>,
}

/// Gives the places back.
#[derive(Debug)]
struct Leaving<E> {
    exporter: E,
    counters: Arc<Counters>,
}

impl<E> Leaving<E> {
    fn new(exporter: E, counters: &Arc<Counters>) -> Self {
        let counters = Arc::clone(counters);
        Self { exporter, counters }
    }
}

impl Queue<BatchSpanProcessor> {
    pub(crate) fn spans(
        exporter: impl SpanExporter + 'static,
        batching: Batching,
        counters: &Arc<Counters>,
    ) -> Self {
        let config = BatchConfigBuilder::default()
            .with_scheduled_delay(batching.delay)
            .with_max_queue_size(batching.queue)
            .with_max_export_batch_size(batching.batch)
            .build();
        let exporter = Leaving::new(exporter, counters);
        let batches = BatchSpanProcessor::new(exporter, config);
        Self::new(batches, batching, counters)
    }
}

impl Queue<BatchLogProcessor> {
    pub(crate) fn logs(
        exporter: impl LogExporter + 'static,
        batching: Batching,
        counters: &Arc<Counters>,
    ) -> Self {
        let config = LogBatchConfig::default()
            .with_scheduled_delay(batching.delay)
            .with_max_queue_size(batching.queue)
            .with_max_export_batch_size(batching.batch)
            .build();
        let exporter = Leaving::new(exporter, counters);
        let batches = BatchLogProcessor::builder(exporter)
            .with_batch_config(config)
            .build();
        Self::new(batches, batching, counters)
    }
}

impl<P> Queue<P> {
    fn new(batches: P, batching: Batching, counters: &Arc<Counters>) -> Self {
        Self {
            batches,
            capacity: count(batching.queue),
            counters: Arc::clone(counters),
        }
    }
}

impl SpanProcessor for Queue<BatchSpanProcessor> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        // A sampler may ask to record a span and not to export it.
        let wanted = span.span_context.is_sampled();
        if wanted && self.counters.enter_queue(Signal::Traces, self.capacity) {
            self.batches.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

impl LogProcessor for Queue<BatchLogProcessor> {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if self.counters.enter_queue(Signal::Logs, self.capacity) {
            self.batches.emit(record, scope);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

impl<E: SpanExporter> SpanExporter for Leaving<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = count(batch.len());
        self.counters.leave_queue(Signal::Traces, spans);
        self.exporter.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Leaving<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let records = count(batch.iter().count());
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

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
