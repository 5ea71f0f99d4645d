//! When a step was.

use std::time::SystemTime;

pub(super) use crate::decode::operation::agent_runtime::steps::time;
use crate::record::Step;
use crate::record::json::Json;

/// Ends a step, at the times of its metadata where there are any.
pub(super) fn close(step: &mut Step, output: &Json<'_>, at: SystemTime) {
    let times = output.get("metadata");
    let tell = |key| times.and_then(|times| time(times, key));
    step.started = tell("startTime").unwrap_or(step.started);
    step.ended = tell("endTime").unwrap_or(at).max(step.started);
    step.open = false;
}
