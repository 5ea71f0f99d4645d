//! How long to wait before a request is sent again.

use std::time::{Duration, Instant};

use super::pending_request::Parcel;

/// Grows from a quarter of a second to five, the latter half of it at random:
/// many processes that lost the same receiver must not all come back at once.
pub(super) fn backoff(tries: u32) -> Duration {
    let whole = FIRST
        .saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1).min(16)))
        .min(LONGEST);
    let half = whole / 2;
    half + half.mul_f64(random())
}

/// When a parcel is to be sent again: as the receiver asks, else after a while;
/// and once more shortly before its deadline. `None` where there is no time
/// left.
pub(super) fn next_try(parcel: &Parcel, asked: Option<Duration>, now: Instant) -> Option<Instant> {
    let last = parcel.deadline.checked_sub(LAST_TRY)?;
    let next = match asked {
        Some(wait) => now.checked_add(wait)?,
        None => now.checked_add(backoff(parcel.tries))?.min(last.max(now)),
    };
    let in_time = next < parcel.deadline && (asked.is_some() || now < last);
    in_time.then_some(next)
}

/// From 0 to 1.
fn random() -> f64 {
    let (number, _) = uuid::Uuid::new_v4().as_u64_pair();
    let number = u32::try_from(number >> 32).unwrap_or(0);
    f64::from(number) / f64::from(u32::MAX)
}

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);
/// Before the deadline: time for one more exchange.
const LAST_TRY: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_maximum_and_differ() {
        for (tries, whole) in [
            (1, 250),
            (2, 500),
            (5, 4_000),
            (6, 5_000),
            (4_000_000, 5_000),
        ] {
            let whole = Duration::from_millis(whole);
            let waits: Vec<_> = (0..50).map(|_| backoff(tries)).collect();
            assert!(
                waits
                    .iter()
                    .all(|wait| *wait >= whole / 2 && *wait <= whole)
            );
            assert!(waits.iter().any(|wait| *wait != waits[0]));
        }
    }
}
