//! Console: prints each finished trace as a tree of spans.
//!
//! It receives finished spans from the SDK and writes text. Uses `report` and
//! `signal` of the pipeline.

mod bar;
mod details;
pub(super) mod processor;
mod render;
pub(super) mod terminal;
mod text;
mod trace;
mod trace_buffer;
