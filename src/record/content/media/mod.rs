//! Media inside texts: base64, `data:` URLs and presigned URLs. What they hold
//! is never copied; a marker with the size stands in its place.

use std::fmt;

pub(crate) mod base64;
pub(crate) mod data_url;
mod text;
pub(crate) mod url;

pub(crate) use self::text::remove_media;

/// What stands in the place of media: `[image/png, 68 bytes]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Marker<'a> {
    /// The MIME type, or the encoding where the type is unknown.
    pub(crate) kind: &'a str,
    pub(crate) bytes: usize,
}

impl Marker<'_> {
    pub(crate) const BASE64: &'static str = "base64";
    pub(crate) const BINARY: &'static str = "binary";
}

impl fmt::Display for Marker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {} bytes]", self.kind, self.bytes)
    }
}
