//! Settings of the pipeline, from code and environment, and what is built from them.

pub(super) mod batching;
pub(super) mod builder;
pub(super) mod destination;
pub(super) mod endpoint;
pub(super) mod environment;
pub(super) mod guard;
pub(super) mod headers;
pub(super) mod layer;
pub(super) mod metrics;
pub(super) mod new_relic;
pub(super) mod otlp;
pub(super) mod pipeline;
pub(super) mod resource;
pub(super) mod sampler;
