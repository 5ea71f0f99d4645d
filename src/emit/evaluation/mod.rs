//! Feedback and evaluation results, recorded on an open span or on a short span
//! below one that has ended.

mod late_span;
mod record;
mod span_event;

pub(crate) use self::record::{record_on_current_span, record_on_ended_span};
pub(super) use self::span_event::{add_evaluation_event, log_evaluation};
