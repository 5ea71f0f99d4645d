//! When a failed request is sent again.

use std::time::{Duration, Instant};

use super::pending_request::PendingRequest;

/// Grows from 250 ms to 5 s. The second half of it is random, so that processes
/// that lost the same receiver do not return at the same moment.
pub(super) fn compute_backoff(attempts: u32) -> Duration {
    let full = INITIAL
        .saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1).min(16)))
        .min(MAX);
    let half = full / 2;
    half + half.mul_f64(fastrand::f64())
}

/// When to send a request again: after `retry_after` if the receiver names a time,
/// else after the backoff, and once more shortly before the deadline. `None` if no
/// time is left.
pub(super) fn schedule_retry(
    request: &PendingRequest,
    retry_after: Option<Duration>,
    now: Instant,
) -> Option<Instant> {
    let last = request.deadline.checked_sub(LAST_ATTEMPT)?;
    let next = if let Some(wait) = retry_after {
        now.checked_add(wait)?
    } else {
        let wait = compute_backoff(request.attempts);
        now.checked_add(wait)?.min(last.max(now))
    };
    let in_time = next < request.deadline && (retry_after.is_some() || now < last);
    in_time.then_some(next)
}

const INITIAL: Duration = Duration::from_millis(250);
const MAX: Duration = Duration::from_secs(5);
/// Before the deadline: leaves time for one more exchange.
const LAST_ATTEMPT: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_to_a_maximum_with_jitter() {
        for (attempts, full) in [
            (1, 250),
            (2, 500),
            (5, 4_000),
            (6, 5_000),
            (4_000_000, 5_000),
        ] {
            let full = Duration::from_millis(full);
            let waits: Vec<_> = (0..50).map(|_| compute_backoff(attempts)).collect();
            assert!(waits.iter().all(|wait| *wait >= full / 2 && *wait <= full));
            assert!(waits.iter().any(|wait| *wait != waits[0]));
        }
    }
}
