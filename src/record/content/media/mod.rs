//! Media inside texts: base64, `data:` URLs and presigned URLs. What they hold
//! is never copied; a marker with the size stands in its place.

pub(crate) mod base64;
pub(crate) mod data_url;
mod marker;
mod run;
mod text;
pub(crate) mod url;

pub(crate) use self::text::remove_media;

pub(crate) use self::marker::Marker;
