//! The `choices[]` format: gpt-oss, and most models that Bedrock hosts for other
//! vendors (Qwen, Kimi, GLM, MiniMax, Gemma, Nemotron, Mistral's chat).

mod chat;
mod message;
mod metadata;
mod stream;

pub(super) use self::chat::OpenaiChat;
pub(super) use self::metadata::read_metadata;
