//! JSON bodies: bytes enter, values with typed accessors and texts without media
//! leave. Uses `record::content` alone.

mod clean;
mod parse;
mod position;
mod serialize;
mod value;

pub(crate) use self::clean::remove_json_media;
pub(crate) use self::value::{Json, serialize_truncated};
