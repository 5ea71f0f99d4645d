//! The queue in front of the batch thread.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor,
};

use super::batching::Batching;
use super::stats::Counters;

/// The SDK's batch processor, behind a gate that counts what it turns away.
///
/// The processor drops silently when its channel is full. A span takes its
/// place here before it enters that channel, of the same capacity, and gives
/// it back when the exporter has it: so the channel is never the one to drop,
/// and the count is exact.
#[derive(Debug)]
pub(super) struct Queue {
    batches: BatchSpanProcessor,
    capacity: u64,
    counters: Arc<Counters>,
}

impl Queue {
    pub(super) fn new(
        exporter: impl SpanExporter + 'static,
        batching: Batching,
        counters: Arc<Counters>,
    ) -> Self {
        let config = BatchConfigBuilder::default()
            .with_scheduled_delay(batching.delay)
            .with_max_queue_size(batching.queue)
            .with_max_export_batch_size(batching.batch)
            .build();
        Self {
            batches: BatchSpanProcessor::new(exporter, config),
            capacity: u64::try_from(batching.queue).unwrap_or(u64::MAX),
            counters,
        }
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        // A sampler may ask to record a span and not to export it.
        if span.span_context.is_sampled() && self.counters.enter_queue(self.capacity) {
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
