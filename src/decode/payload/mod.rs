//! The payload formats of InvokeModel: bodies of requests, responses and chunks
//! enter as JSON, a [`Call`](crate::record::Call) is filled. Uses `record` and
//! `semconv` alone.
//!
//! Payloads are recognised by their JSON structure; the model id is only a
//! hint. So application inference profiles, imported models and unknown vendors
//! work too if their bodies have a known structure.

mod amazon_image;
mod amazon_video;
mod anthropic;
mod anthropic_text;
mod billed_units;
mod candidate;
mod cohere_chat;
mod cohere_embed;
mod cohere_text;
mod dimensions;
mod format;
mod hugging_face;
mod image;
mod jurassic;
mod llama;
mod luma;
mod marengo;
mod mistral;
mod nova;
mod nova_embed;
mod openai_chat;
mod openai_completions;
mod openai_embed;
pub(crate) mod parameters;
mod pegasus;
mod prompt;
mod rerank;
mod stability;
mod table;
#[cfg(test)]
mod tests;
mod titan_embed;
mod titan_text;
mod tool_definition;

pub(crate) use self::table::{operation_for_model, read_chunk, read_request, read_response};
