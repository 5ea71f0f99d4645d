//! Your own subscriber, or your own OpenTelemetry set-up.
//!
//! # Logs beside the pipeline
//!
//! [`Telemetry::install`](crate::Telemetry::install) sets the global subscriber. An
//! application that also logs owns its subscriber, and adds the pipeline as a layer:
//!
//! ```
//! use nr_bedrock_observability::Telemetry;
//! use tracing_subscriber::prelude::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (layer, telemetry) = Telemetry::from_env().service_name("support-bot").layer()?;
//! tracing_subscriber::registry()
//!     .with(layer)
//!     .with(tracing_subscriber::fmt::layer())
//!     .try_init()?;
//! // … the application …
//! if let Err(error) = telemetry.shutdown() {
//!     tracing::error!(%error, "telemetry was lost");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The layer delivers what `install` delivers: spans, metrics, New Relic's `Llm*` events
//! and the steps of agents. Bedrock calls, searches, tools and feedback find the
//! pipeline through the subscriber that is current when they start. A layer behind
//! `tracing_subscriber::reload` cannot be found, which is logged once.
//!
//! Put filters on the other layers (`fmt::layer().with_filter(…)`), not on the whole
//! registry: a filter of the registry also decides about telemetry. Let the target
//! `nr_bedrock_observability` through to your logs at WARN: each problem is logged once,
//! with the name of the setting.
//!
//! `json_logs.rs` of the example `rag_service` writes logs as JSON with `trace_id` and
//! `span_id` in each line. No call site needs a field for it.
//!
//! # A second destination
//!
//! A registry holds one OpenTelemetry layer: two of them panic at the first span
//! ([tokio-rs/tracing#2207](https://github.com/tokio-rs/tracing/issues/2207)). Add a
//! second backend as a processor of the pipeline:
//! [`Telemetry::span_processor`](crate::Telemetry::span_processor),
//! [`metric_reader`](crate::Telemetry::metric_reader) and
//! [`log_processor`](crate::Telemetry::log_processor).
//!
//! # Your own OpenTelemetry set-up
//!
//! [`monitor_bedrock`](crate::monitor_bedrock) alone is enough: calls become spans of
//! your `tracing-opentelemetry` layer, and metrics go to the global meter provider
//! (`opentelemetry::global::set_meter_provider`). Three things need a line each:
//!
//! | for | add |
//! |---|---|
//! | attributes that spans inherit (`tenant.id`, `workflow.*`, the conversation) | [`propagation::layer`](crate::propagation::layer) to the registry |
//! | spans of the steps of agents and knowledge bases | `opentelemetry::global::set_tracer_provider`, or [`MonitorOptions::tracer_provider`](crate::MonitorOptions::tracer_provider) |
//! | New Relic's `Llm*` events | [`MonitorOptions::logger_provider`](crate::MonitorOptions::logger_provider) |
//!
//! A missing piece is logged once, at WARN, when it costs something.
//!
//! ```
//! use nr_bedrock_observability::propagation;
//! use opentelemetry::trace::TracerProvider as _;
//! use opentelemetry_sdk::trace::SdkTracerProvider;
//! use tracing_subscriber::prelude::*;
//!
//! let provider = SdkTracerProvider::builder().build(); // with your exporter
//! let subscriber = tracing_subscriber::registry()
//!     .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("support-bot")))
//!     .with(propagation::layer());
//! # drop(subscriber);
//! ```
//!
//! # Versions
//!
//! `tracing-opentelemetry` has to be 0.34, with `opentelemetry` 0.33. With another
//! version, calls are still spans: errors have their status and type, and model, token
//! counts, finish reasons, request id and HTTP status are fields. Message content, span
//! events, spans of steps, metrics and most inherited attributes are missing, and
//! [`TraceRef::current`](crate::TraceRef::current) and
//! [`propagation`](crate::propagation) have no effect. This is logged once, at WARN.
//! `cargo tree -i tracing-opentelemetry` shows who brings which version.
