//! Sizes of the queues and of the batches.

use std::time::Duration;

use super::environment::Environment;
use crate::telemetry::export::queue::BatchOptions;

/// `OTEL_BSP_*` > OpenTelemetry's defaults.
///
/// Read here because the SDK does not expose the values that it reads, and the
/// queue in front of its processor needs the same capacity.
pub(super) fn resolve_span_batching(env: &Environment) -> BatchOptions {
    let (delay, queue, batch) = (&[BSP_DELAY], &[BSP_QUEUE], &[BSP_BATCH]);
    resolve(env, (delay, 5_000, "spans"), queue, batch)
}

/// `OTEL_BLRP_*` > `OTEL_BSP_*` > OpenTelemetry's defaults.
pub(super) fn resolve_log_batching(env: &Environment) -> BatchOptions {
    let delay = &["OTEL_BLRP_SCHEDULE_DELAY", BSP_DELAY];
    let queue = &["OTEL_BLRP_MAX_QUEUE_SIZE", BSP_QUEUE];
    let batch = &["OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", BSP_BATCH];
    resolve(env, (delay, 1_000, "log records"), queue, batch)
}

fn resolve(
    env: &Environment,
    (delay, default_delay, items): (&[&'static str], u64, &str),
    queue: &[&'static str],
    batch: &[&'static str],
) -> BatchOptions {
    const EXPECTED: &str = "a whole number above 0";
    let parse = |names, default| env.parse_number(names, EXPECTED, 1, default);
    let queue_size = parse(queue, 2_048).min(MAX_QUEUE_SIZE);
    // The defaults differ, and one variable may be that of both.
    let used = format!("{default_delay} for {items}");
    let millis = env.first_valid(delay, EXPECTED, &used, |value| {
        value.parse().ok().filter(|millis| *millis > 0)
    });
    let to_usize = |items: u64| usize::try_from(items).unwrap_or(usize::MAX);
    BatchOptions {
        delay: Duration::from_millis(millis.unwrap_or(default_delay)),
        queue_size: to_usize(queue_size),
        batch_size: to_usize(parse(batch, 512).min(queue_size)),
    }
}

const BSP_DELAY: &str = "OTEL_BSP_SCHEDULE_DELAY";
const BSP_QUEUE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
const BSP_BATCH: &str = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";
/// The SDK reserves memory for the whole queue.
const MAX_QUEUE_SIZE: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_have_variables_of_their_own() {
        let env = |set: &'static [(&str, &str)]| {
            Environment::new(move |name| {
                let mut set = set.iter();
                set.find(|(key, _)| *key == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        let none = env(&[]);
        assert_eq!(resolve_span_batching(&none).delay.as_millis(), 5_000);
        assert_eq!(resolve_log_batching(&none).delay.as_millis(), 1_000);
        let spans = env(&[(BSP_DELAY, "20"), (BSP_QUEUE, "4")]);
        assert_eq!(resolve_log_batching(&spans).delay.as_millis(), 20);
        assert_eq!(resolve_span_batching(&spans).batch_size, 4);
        let both = env(&[(BSP_DELAY, "20"), ("OTEL_BLRP_SCHEDULE_DELAY", "30")]);
        assert_eq!(resolve_span_batching(&both).delay.as_millis(), 20);
        assert_eq!(resolve_log_batching(&both).delay.as_millis(), 30);
    }
}
