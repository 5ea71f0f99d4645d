#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod app;
mod config;
mod decode;
mod emit;
mod error;
mod feedback;
mod record;
mod sdk;
mod semconv;
#[cfg(feature = "telemetry")]
mod telemetry;
mod trace;

pub use config::{ContentCapture, MonitorOptions};
pub use emit::completion::Completion;
pub use error::Error;
pub use feedback::{Evaluation, Feedback, Rating, Score};
pub use record::content::{Content, ContentKind};
pub use sdk::monitor::{Monitor, monitor_bedrock, monitor_bedrock_with};
#[cfg(feature = "telemetry")]
pub use telemetry::{SignalStats, Telemetry, TelemetryGuard, TelemetryStats};
pub use trace::current_trace_id;
pub use trace::trace_ref::TraceRef;

pub mod propagation {
    //! Traces that go on in another process, and what is known of the one at hand.
    //!
    //! A service takes the trace of a request over with [`set_parent`] and hands its
    //! own on with [`inject`]; the headers are those of the W3C, `traceparent`,
    //! `tracestate` and `baggage`, whatever propagator is installed.
    //!
    //! # What spans hand down
    //!
    //! Some facts are said once and wanted on every span below: fields named
    //! `workflow.*`, `llm.*`, `tenant.*`, `gen_ai.conversation.id`, `session.id`,
    //! `user.id` and `enduser.id` of any `tracing` span of the application, and
    //! entries of the W3C baggage with such names, are also on the spans of Bedrock
    //! calls, searches, tools and feedback below it, and on New Relic's `Llm*`
    //! events. The nearest span wins; baggage comes last. Fields may be recorded
    //! later, for the calls that begin after that.
    //!
    //! Baggage is what the sender says: a service that anyone can reach takes the
    //! header away first, or puts such fields on its own spans.
    //!
    //! This needs a layer that reads fields: [`Telemetry`](crate::Telemetry) brings
    //! it; a registry of your own takes [`layer`].
    //!
    //! ```
    //! # async fn ask(_: &str) {}
    //! #[tracing::instrument(skip_all, fields(workflow.type = "rag", tenant.id = tenant))]
    //! async fn answer(tenant: &str, question: &str) {
    //!     // Every Bedrock call in here has `workflow.type` and `tenant.id`.
    //!     ask(question).await;
    //! }
    //! ```

    pub use crate::trace::{extract, inject, layer, set_conversation_id, set_parent};
}

pub mod rag {
    //! The search step of retrieval-augmented generation, as a span.

    #[cfg(feature = "opensearch")]
    #[cfg_attr(docsrs, doc(cfg(feature = "opensearch")))]
    pub use crate::app::retrieval::opensearch;
    pub use crate::app::retrieval::{Document, Retrieval};
}

pub mod tools {
    //! The run of a tool that a model calls, as a span.

    pub use crate::app::tool_call::{Data, ToolCall, ToolKind};
}

/// The target of the crate's spans and logs.
const TARGET: &str = "nr_bedrock_observability";
