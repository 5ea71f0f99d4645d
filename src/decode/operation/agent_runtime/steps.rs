//! Steps of what the service did, as its traces tell them.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::record::json::Json;
use crate::record::{Call, Step};

/// A time as the service writes it.
pub(super) fn time(place: &Json<'_>, key: &str) -> Option<SystemTime> {
    let time = DateTime::from_str(place.get_str(key)?, Format::DateTimeWithOffset).ok()?;
    SystemTime::try_from(time).ok()
}

/// Puts a step below another one, unless there are more than anyone reads.
pub(super) fn push(
    parent: &mut Call,
    call: Call,
    key: Option<String>,
    at: SystemTime,
) -> Option<&mut Step> {
    if parent.steps.len() >= MAX_STEPS {
        parent.note_unreadable("a call has more steps than are kept");
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

const MAX_STEPS: usize = 256;
