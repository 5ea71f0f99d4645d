//! How many spans wait, and how many leave at once.

use std::time::Duration;

use super::environment as env;
use super::environment::Env;
use crate::Error;

/// The batch processor's numbers. They are read here rather than by the SDK,
/// which keeps what it read to itself: the queue in front of it needs the same
/// capacity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Batching {
    pub(crate) delay: Duration,
    pub(crate) queue: usize,
    pub(crate) batch: usize,
}

/// `OTEL_BSP_*` > OpenTelemetry's defaults.
pub(crate) fn resolve_batching(env: &Env) -> Result<Batching, Error> {
    let delay = positive(env, env::SCHEDULE_DELAY)?.unwrap_or(5_000);
    let queue = positive(env, env::QUEUE_SIZE)?
        .unwrap_or(2_048)
        .min(MAX_QUEUE);
    let batch = positive(env, env::BATCH_SIZE)?.unwrap_or(512).min(queue);
    let size = |spans: u64| usize::try_from(spans).unwrap_or(usize::MAX);
    Ok(Batching {
        delay: Duration::from_millis(delay),
        queue: size(queue),
        batch: size(batch),
    })
}

/// The SDK reserves memory for the whole queue.
const MAX_QUEUE: u64 = 1 << 20;

fn positive(env: &Env, name: &'static str) -> Result<Option<u64>, Error> {
    match env.parse(name, "a whole number above 0")? {
        Some(0) => Err(Error::invalid_setting(
            name,
            "\"0\" is not a whole number above 0",
        )),
        value => Ok(value),
    }
}
