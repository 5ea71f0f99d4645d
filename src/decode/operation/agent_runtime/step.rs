//! Steps of a call, as the traces of the service report them.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::record::json::Json;
use crate::record::{Call, Step};

/// Reads an RFC 3339 timestamp.
pub(super) fn read_time(value: &Json<'_>, key: &str) -> Option<SystemTime> {
    let time = DateTime::from_str(value.get_str(key)?, Format::DateTimeWithOffset).ok()?;
    SystemTime::try_from(time).ok()
}

/// Adds an open step below another one, up to a limit.
pub(super) fn push_step(
    parent: &mut Call,
    call: Call,
    key: Option<String>,
    at: SystemTime,
) -> Option<&mut Step> {
    if parent.steps.len() >= MAX_STEPS {
        parent.note_unreadable("call has more steps than are kept");
        return None;
    }
    parent.steps.push(Step {
        call,
        started: at,
        ended: at,
        key,
        open: true,
    });
    parent.steps.last_mut()
}

/// Closes a step at the times of its metadata. Without them it ends at `at`.
pub(super) fn close_step(step: &mut Step, output: &Json<'_>, at: SystemTime) {
    let metadata = output.get("metadata");
    let read = |key| metadata.and_then(|metadata| read_time(metadata, key));
    step.started = read("startTime").unwrap_or(step.started);
    step.ended = read("endTime").unwrap_or(at).max(step.started);
    step.open = false;
}

const MAX_STEPS: usize = 256;
