//! Answers that depend on the request alone: no script, no model.
//!
//! Chat answers are the sentences of the prompt's passages that share most words
//! with the question, embeddings are hashes of a text's words, and agents run
//! the same steps each time. Latencies are those of a fast model.

mod agent;
mod agent_trace;
mod converse;
mod embeddings;
mod extract;
mod route;
mod tools;
mod words;

pub(super) use route::reply_to;
