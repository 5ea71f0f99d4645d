//! What stands in the place of media.

use std::borrow::Cow;
use std::fmt;

/// What stands in the place of media: `[image/png, 68 bytes]`, or `[image/png]`
/// where the size is unknown.
#[derive(Debug, PartialEq)]
pub(crate) struct Marker<'a> {
    /// The MIME type, or the encoding where the type is unknown.
    pub(crate) kind: Cow<'a, str>,
    pub(crate) bytes: Option<usize>,
}

impl Marker<'_> {
    pub(crate) const BASE64: Cow<'static, str> = Cow::Borrowed("base64");
    pub(crate) const BINARY: Cow<'static, str> = Cow::Borrowed("binary");
}

impl fmt::Display for Marker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bytes {
            Some(bytes) => write!(f, "[{}, {bytes} bytes]", self.kind),
            None => write!(f, "[{}]", self.kind),
        }
    }
}
