//! Cohere Command R, R+ and A: a message, and the conversation before it.

mod chat;
mod message;
mod response;
mod stream;

pub(super) use self::chat::CohereChat;
