//! `data:` URLs (RFC 2397), which hold media instead of their address.

use super::{Marker, base64};

/// A `data:` URL: what it holds, and where it ends in the text.
#[derive(Debug, PartialEq)]
pub(crate) struct DataUrl<'a> {
    pub(crate) media: Marker<'a>,
    pub(crate) len: usize,
}

impl<'a> DataUrl<'a> {
    /// Reads the URL that a text begins with.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let scheme = text.get(..SCHEME.len())?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let head = text.get(SCHEME.len()..)?;
        let is_head = |byte: &u8| byte.is_ascii_alphanumeric() || b"/+.-;=_*%".contains(byte);
        let length = head.bytes().take(MAX_HEAD).take_while(is_head).count();
        let (head, data) = (head.get(..length)?, head.get(length..)?.strip_prefix(',')?);
        let mime_type = head.split(';').next().unwrap_or_default();
        let is_base64 = head.ends_with(";base64");
        if !is_base64 && !mime_type.contains('/') {
            return None;
        }
        let length = if is_base64 {
            let end = base64::run_end(data.as_bytes(), 0);
            let rest = data.bytes().skip(end);
            // Percent-encoded, URL-safe or padded.
            end + rest
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=-_%".contains(byte))
                .count()
        } else {
            let end = |c: char| c.is_whitespace() || "\"'<>`)\\".contains(c);
            data.find(end).unwrap_or(data.len())
        };
        let data = data.get(..length)?;
        Some(Self {
            media: Marker {
                kind: if mime_type.is_empty() {
                    Marker::BASE64
                } else {
                    mime_type
                },
                bytes: if is_base64 {
                    base64::decoded_len(data)
                } else {
                    data.len()
                },
            },
            len: SCHEME.len() + head.len() + 1 + length,
        })
    }
}

pub(super) const SCHEME: &str = "data:";

/// Characters of a media type with its parameters.
const MAX_HEAD: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_urls_have_type_size_and_end() {
        for (text, kind, bytes, url) in [
            (
                "data:image/png;base64,iVBORw0KGgo= and",
                "image/png",
                8,
                "data:image/png;base64,iVBORw0KGgo=",
            ),
            (
                "DATA:audio/wav;rate=8000;base64,UklGR\\/8=\"}",
                "audio/wav",
                6,
                "DATA:audio/wav;rate=8000;base64,UklGR\\/8=",
            ),
            ("data:;base64,AAAA", "base64", 3, "data:;base64,AAAA"),
            (
                "data:image/svg+xml,%3Csvg%3E) x",
                "image/svg+xml",
                9,
                "data:image/svg+xml,%3Csvg%3E",
            ),
        ] {
            let found = DataUrl::parse(text).unwrap();
            assert_eq!((found.media.kind, found.media.bytes), (kind, bytes));
            assert_eq!(&text[..found.len], url);
        }
    }

    #[test]
    fn words_are_not_urls() {
        for text in [
            "",
            "data",
            "data: five rows, two columns",
            "data:five,six",
            "data:image/png",
            "dätä:image/png;base64,AAAA",
        ] {
            assert_eq!(DataUrl::parse(text), None, "{text}");
        }
    }
}
