//! The check of a deployment: sends one span, metric point and log record through
//! the pipeline, and reports what became of each. May use all other folders of the
//! pipeline.

pub(super) mod export_check;
mod json;
mod run;
pub(super) mod signal_check;
mod text;
mod variables;
