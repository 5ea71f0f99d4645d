//! Traces as trees, for people at a terminal.

mod bar;
mod details;
pub(super) mod processor;
mod render;
mod terminal;
mod text;
mod trace;
mod trace_buffer;
