//! New Relic as a receiver: license keys, regions, attribute names.
//!
//! It validates the key, selects the host and rewrites payloads. Uses `export` of
//! the pipeline, for the payload.

pub(super) mod attribute_mapping;
pub(super) mod key;
pub(super) mod region;
