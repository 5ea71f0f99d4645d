//! Records become signals: finished calls enter, spans, metrics and New Relic
//! events leave. Uses `semconv`, `record` and `trace`; knows no SDK type.

mod attributes;
mod call_attributes;
mod completion;
mod content_attributes;
mod content_events;
mod emit_context;
mod evaluation;
mod evaluation_result;
mod json;
mod message_events;
mod metrics;
mod new_relic_events;
mod operation;
mod recording;
mod settings;
pub(crate) mod sinks;
mod span;
mod truncate;

pub use self::completion::Completion;
pub(crate) use self::evaluation::{record_on_current_span, record_on_ended_span};
pub(crate) use self::evaluation_result::{EvaluationKind, EvaluationResult};
pub(crate) use self::recording::Recording;
pub(crate) use self::settings::{
    CallSettings, DEFAULT_CONTENT_LIMIT, FeedbackClosure, ProfileResolver, Settings,
};
