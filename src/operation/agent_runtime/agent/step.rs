//! When a step was.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::call::Step;
use crate::json::Json;

/// A time as the service writes it.
pub(super) fn time(place: &Json<'_>, key: &str) -> Option<SystemTime> {
    let time = DateTime::from_str(place.string(key)?, Format::DateTimeWithOffset).ok()?;
    SystemTime::try_from(time).ok()
}

/// Ends a step, at the times of its metadata where there are any.
pub(super) fn close(step: &mut Step, output: &Json<'_>, at: SystemTime) {
    let times = output.get("metadata");
    let tell = |key| times.and_then(|times| time(times, key));
    step.started = tell("startTime").unwrap_or(step.started);
    step.ended = tell("endTime").unwrap_or(at).max(step.started);
    step.open = false;
}
