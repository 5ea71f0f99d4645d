#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod app;
mod config;
mod decode;
mod emit;
mod error;
mod feedback;
#[cfg(feature = "telemetry")]
pub mod guide;
mod record;
mod sdk;
mod semconv;
#[cfg(feature = "telemetry")]
mod telemetry;
mod trace;
mod warning;

pub use config::{ContentCapture, MonitorOptions};
pub use emit::Completion;
pub use error::Error;
pub use feedback::{Evaluation, Feedback, Rating, Score};
pub use record::content::{Content, ContentKind};
pub use sdk::monitor::{Monitor, monitor_bedrock, monitor_bedrock_with};
#[cfg(feature = "telemetry")]
pub use telemetry::{
    Compression, EffectiveDestination, EffectiveSettings, EffectiveSignal, ExportCheck,
    SignalCheck, SignalOutcome, SignalStats, Telemetry, TelemetryGuard, TelemetryStats,
};
pub use trace::TraceRef;

// The 0.x crates whose types are in public signatures.
#[cfg(feature = "telemetry")]
#[cfg_attr(docsrs, doc(cfg(feature = "telemetry")))]
pub use opentelemetry_sdk;
pub use {opentelemetry, tracing, tracing_subscriber};

#[cfg(feature = "telemetry")]
#[cfg_attr(docsrs, doc(cfg(feature = "telemetry")))]
pub mod lambda {
    //! Invocations of an AWS Lambda function.
    //!
    //! Lambda freezes the process when the handler returns. Spans that are still
    //! queued then arrive with a later invocation, or never. [`Invocations`] runs the
    //! handler in a span of its own, and flushes telemetry before it returns.

    pub use crate::telemetry::{Invocation, Invocations, Trigger};
}

pub mod propagation {
    //! Cross-process trace propagation and inherited attributes.
    //!
    //! A service continues the trace of a request with [`set_parent`] and passes its
    //! own on with [`inject`]. The headers are W3C `traceparent`, `tracestate` and
    //! `baggage`, or those that `OTEL_PROPAGATORS` or [`set_propagators`] name:
    //! AWS X-Ray's and Zipkin's B3 are supported too.
    //! [`Telemetry::install`](crate::Telemetry::install) sets OpenTelemetry's global
    //! propagator to the same.
    //!
    //! # Inherited attributes
    //!
    //! Set request attributes once: the fields `workflow.*`, `llm.*`, `tenant.*`,
    //! `gen_ai.conversation.id`, `session.id`, `user.id` and `enduser.id` of any
    //! `tracing` span of the application, and W3C baggage entries of these names,
    //! are recorded on the spans of Bedrock calls, retrievals, tools and feedback
    //! below, and on New Relic's `Llm*` events. The nearest span takes precedence,
    //! baggage comes last. Fields recorded later apply to calls that start after.
    //!
    //! Baggage is set by the sender: a public service should remove the header, or
    //! set these fields on its own spans.
    //!
    //! Inheritance needs a layer. [`Telemetry`](crate::Telemetry) includes it; for
    //! your own registry, add [`layer`].
    //!
    //! ```
    //! # async fn ask(_: &str) {}
    //! #[tracing::instrument(skip_all, fields(workflow.type = "rag", tenant.id = tenant))]
    //! async fn answer(tenant: &str, question: &str) {
    //!     // Bedrock calls in here have `workflow.type` and `tenant.id`.
    //!     ask(question).await;
    //! }
    //! ```

    pub use crate::trace::{
        Propagator, extract, inject, layer, set_conversation_id, set_parent, set_propagators,
    };
}

pub mod redact {
    //! Redactions for common cases, for
    //! [`MonitorOptions::redact_with`](crate::MonitorOptions::redact_with).
    //!
    //! They can be combined, and called from a closure of your own:
    //!
    //! ```
    //! use nr_bedrock_observability::{ContentKind, MonitorOptions, redact};
    //!
    //! let phone_numbers = redact::phone_numbers();
    //! let options = MonitorOptions::from_env()
    //!     .redact_with(redact::emails())
    //!     .redact_with(redact::card_numbers())
    //!     .redact_with(redact::aws_keys())
    //!     .redact_with(move |content| {
    //!         if content.kind() != ContentKind::RetrievedDocument {
    //!             phone_numbers(content);
    //!         }
    //!     });
    //! # drop(options);
    //! ```
    //!
    //! They recognise what looks like such data and cannot find all of it: names,
    //! addresses and numbers in words stay. If nothing may leave the process, turn
    //! content off ([`ContentCapture::Off`](crate::ContentCapture::Off)).

    pub use crate::record::content::presets::{
        aws_keys, card_numbers, emails, pattern, phone_numbers,
    };
}

pub mod rag {
    //! Spans for the retrieval step of retrieval-augmented generation.

    #[cfg(feature = "opensearch")]
    #[cfg_attr(docsrs, doc(cfg(feature = "opensearch")))]
    pub use crate::app::rag::opensearch;
    pub use crate::app::rag::{Document, Retrieval};
}

pub mod tools {
    //! Spans for the execution of tools that a model called.

    pub use crate::app::tools::{Data, ToolCall, ToolKind};
}

/// The `tracing` target of the crate's spans and logs.
const TARGET: &str = "nr_bedrock_observability";
