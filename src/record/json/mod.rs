//! JSON bodies: bytes enter, values with typed accessors and texts without media
//! leave. Uses `record::content` alone.

mod parse;
mod serialize;
mod value;

pub(crate) use self::value::{Json, serialize_truncated};
