//! What stands in the place of media.

use std::fmt;

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
