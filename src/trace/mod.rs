//! Trace context: W3C headers and baggage in and out, references to spans, and
//! attributes that spans inherit. Uses `error` and `semconv`. Public as
//! `propagation`.

mod baggage;
mod conversation;
mod current;
pub(crate) mod inherited_attributes;
mod layer;
pub(crate) mod missing_layer;
mod trace_ref;
mod traceparent;
mod w3c_headers;

pub use self::conversation::set_conversation_id;
pub(crate) use self::current::current_context;
pub use self::layer::layer;
pub use self::trace_ref::TraceRef;
pub(crate) use self::traceparent::{TRACEPARENT, TRACESTATE, TraceHeaders};
pub use self::w3c_headers::{extract, inject, set_parent};
