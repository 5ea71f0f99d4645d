//! New Relic as a destination: its key, its regions, its form of spans.

pub(super) mod attribute_mapping;
pub(super) mod key;
pub(super) mod region;
