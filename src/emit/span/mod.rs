//! The span of a call and the spans of its steps. The only place that opens
//! spans of calls.

mod call_span;
mod describe;
mod fields;
mod hints;
mod name;
mod open;
mod steps;

pub(super) use self::call_span::CallSpan;
pub(super) use self::open::is_span_enabled;
