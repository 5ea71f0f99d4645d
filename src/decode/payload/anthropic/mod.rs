//! Anthropic Messages: Claude 3 and later.

mod content;
mod messages;
mod metadata;
mod stream;

pub(super) use self::messages::Anthropic;
