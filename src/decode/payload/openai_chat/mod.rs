//! The `choices[]` format: gpt-oss, and most models that Bedrock hosts for other
//! vendors (Qwen, Kimi, GLM, MiniMax, Gemma, Nemotron, Mistral's chat).

mod message;
mod stream;

pub(super) use self::message::{Openai, head, index};
