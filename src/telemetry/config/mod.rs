//! Settings of the pipeline, and the pipeline that they describe.
//!
//! Settings come from code ([`Telemetry`](builder::Telemetry)) and from the
//! environment; each `resolve_*` function resolves one of them. `install` builds the
//! providers and the guard from the result. May use all other folders of the
//! pipeline.

mod batching;
pub(super) mod builder;
mod destination;
mod endpoint;
mod environment;
mod exporter_options;
pub(super) mod guard;
mod headers;
mod install;
mod layer;
mod limits;
mod metrics;
mod new_relic;
mod otlp;
mod pipeline;
mod resource;
mod sampler;
mod settings;
mod signal_variables;
mod terminal;
