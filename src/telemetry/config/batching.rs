//! Sizes of the queues and of the batches.

use std::time::Duration;

use super::environment::{self as env, Environment};
use crate::Error;
use crate::telemetry::export::queue::BatchOptions;

/// `OTEL_BSP_*` > OpenTelemetry's defaults.
///
/// Read here because the SDK does not expose the values that it reads, and the
/// queue in front of its processor needs the same capacity.
pub(super) fn resolve_batch_options(env: &Environment) -> Result<BatchOptions, Error> {
    const EXPECTED: &str = "a whole number above 0";
    let parse = |name, default| {
        let value = env.parse_positive(name, EXPECTED)?;
        Ok::<_, Error>(value.unwrap_or(default))
    };
    let delay = parse(env::SCHEDULE_DELAY, 5_000)?;
    let queue_size = parse(env::QUEUE_SIZE, 2_048)?.min(MAX_QUEUE_SIZE);
    let batch_size = parse(env::BATCH_SIZE, 512)?.min(queue_size);
    let to_usize = |items: u64| usize::try_from(items).unwrap_or(usize::MAX);
    Ok(BatchOptions {
        delay: Duration::from_millis(delay),
        queue_size: to_usize(queue_size),
        batch_size: to_usize(batch_size),
    })
}

/// The SDK reserves memory for the whole queue.
const MAX_QUEUE_SIZE: u64 = 1 << 20;
