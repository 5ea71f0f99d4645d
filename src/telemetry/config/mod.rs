//! Settings of the pipeline, and the pipeline that they describe.
//!
//! Settings come from code ([`Telemetry`](builder::Telemetry)) and from the
//! environment; each `resolve_*` function resolves one of them. `install` builds the
//! providers and the guard from the result. May use all other folders of the
//! pipeline.

mod attribute_filter;
mod aws_resource;
mod batching;
pub(super) mod builder;
mod compression;
mod connections;
mod destination;
pub(super) mod effective_settings;
mod endpoint;
mod endpoint_check;
mod environment;
mod exporter_choice;
mod exporter_options;
pub(super) mod guard;
mod headers;
mod install;
mod layer;
mod license_key;
mod limits;
mod metrics;
mod network_setters;
mod new_relic;
mod otlp;
mod pipeline;
mod processors;
mod proxy;
mod resolved;
mod resource;
mod sampler;
mod second_destination;
mod settings;
mod signal_off;
mod signal_variables;
mod sources;
pub(super) mod supported;
mod terminal;
mod test_pipeline;
mod tls;
pub(super) mod unsupported;
