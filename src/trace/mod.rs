//! Trace context: headers and baggage in and out, references to spans, and
//! attributes that spans inherit. Uses `error` and `semconv`. Public as
//! `propagation`.

mod b3;
mod baggage;
mod conversation;
mod current;
mod hex_ids;
mod http_headers;
pub(crate) mod inherited_attributes;
mod layer;
pub(crate) mod missing_layer;
mod propagator;
mod text_map;
mod trace_ref;
mod traceparent;
mod xray;

pub use self::conversation::set_conversation_id;
pub(crate) use self::current::current_context;
pub use self::http_headers::{extract, inject, set_parent};
pub use self::layer::layer;
#[cfg(feature = "telemetry")]
pub(crate) use self::propagator::read_propagators;
pub use self::propagator::{Propagator, set_propagators};
#[cfg(feature = "telemetry")]
pub(crate) use self::text_map::HeaderPropagator;
pub use self::trace_ref::TraceRef;
pub(crate) use self::traceparent::{TRACEPARENT, TRACESTATE, TraceHeaders};
