//! `data:` URLs (RFC 2397), which hold media instead of their address.

use std::borrow::Cow;

use super::Marker;
use super::run::Run;

/// A `data:` URL: what it holds, and where it ends in the text.
#[derive(Debug, PartialEq)]
pub(crate) struct DataUrl<'a> {
    pub(crate) media: Marker<'a>,
    pub(crate) len: usize,
}

impl<'a> DataUrl<'a> {
    /// Reads the URL that a text begins with.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        Self::parse_kept(text, false)
    }

    /// Reads the URL that a text begins with which may be cut (`is_cut`).
    pub(super) fn parse_kept(text: &'a str, is_cut: bool) -> Option<Self> {
        let scheme = text.get(..SCHEME.len())?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let head = text.get(SCHEME.len()..)?;
        let is_head = |byte: &u8| byte.is_ascii_alphanumeric() || b"/+.-;=_*%\\".contains(byte);
        let length = head.bytes().take(MAX_HEAD).take_while(is_head).count();
        let (head, data) = (head.get(..length)?, head.get(length..)?.strip_prefix(',')?);
        let mime_type = head.split(';').next().unwrap_or_default();
        let encoding = head.rsplit_once(';').map_or("", |(_, last)| last);
        let is_base64 = encoding.eq_ignore_ascii_case("base64");
        if !is_base64 && !mime_type.contains('/') {
            return None;
        }
        let (length, bytes) = if is_base64 {
            let run = Run::parse_in_url(data, is_cut);
            (run.range.end, run.bytes)
        } else {
            let end = |c: char| c.is_whitespace() || "\"'<>`)\\".contains(c);
            let length = data.find(end).unwrap_or(data.len());
            (length, Some(length))
        };
        let kind = if mime_type.is_empty() {
            Marker::BASE64
        } else if mime_type.contains('\\') {
            // JSON text may escape the slash.
            Cow::Owned(mime_type.replace('\\', ""))
        } else {
            Cow::Borrowed(mime_type)
        };
        Some(Self {
            media: Marker { kind, bytes },
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
                5,
                "DATA:audio/wav;rate=8000;base64,UklGR\\/8=",
            ),
            ("data:;base64,AAAA", "base64", 3, "data:;base64,AAAA"),
            (
                "Data:image\\/png;BASE64,AA-_ x",
                "image/png",
                3,
                "Data:image\\/png;BASE64,AA-_",
            ),
            (
                "data:image/svg+xml,%3Csvg%3E) x",
                "image/svg+xml",
                9,
                "data:image/svg+xml,%3Csvg%3E",
            ),
        ] {
            let found = DataUrl::parse(text).unwrap();
            assert_eq!((&*found.media.kind, found.media.bytes), (kind, Some(bytes)));
            assert_eq!(&text[..found.len], url);
        }
    }

    #[test]
    fn broken_lines_belong_to_the_url() {
        for line_break in ["\n", "\r\n", "\\n", "\\r\\n"] {
            let lines = [&"A".repeat(10), &"A".repeat(76), &"A".repeat(76), "AA=="];
            let url = format!("data:image/png;base64,{}", lines.join(line_break));
            let text = format!("{url}\" and");
            let found = DataUrl::parse(&text).unwrap();
            assert_eq!(&text[..found.len], url);
            assert_eq!(found.media.bytes, Some(164 * 3 / 4));
        }
        let text = "data:image/png;base64,AAAA\nThe end";
        assert_eq!(DataUrl::parse(text).unwrap().len, 26);
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
