//! Media in the middle of a text.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::data_url::{DataUrl, SCHEME};
use super::run::{MIN_TAIL, Runs};
use super::{Marker, base64, url};

/// The text without media and without credentials in URLs; `None` where it has
/// neither.
///
/// Replaces `data:` URLs, base64 of 128 characters and more, and the query of
/// URLs that carry a signature or a token. It finds them in JSON text too, and
/// leaves JSON what it is. Where the text was cut (`is_cut`), 32 characters of
/// base64 at its end are the start of media, whose size is unknown.
pub(crate) fn remove_media(text: &str, is_cut: bool) -> Option<String> {
    let least = if is_cut { MIN_TAIL } else { base64::MIN_RUN };
    if text.len() < least && memchr(b':', text.as_bytes()).is_none() {
        return None;
    }
    let mut found = Vec::new();
    find_data_urls(text, is_cut, &mut found);
    find_signed_urls(text, &mut found);
    find_base64(text, is_cut, &mut found);
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|(range, _)| range.start);
    let mut cleaned = String::with_capacity(text.len());
    let mut done = 0;
    for (range, marker) in found {
        // A run of base64 may be a part of a URL.
        if range.start >= done {
            cleaned.push_str(text.get(done..range.start).unwrap_or_default());
            cleaned.push_str(&marker);
            done = range.end;
        }
    }
    cleaned.push_str(text.get(done..).unwrap_or_default());
    Some(cleaned)
}

type Found = Vec<(Range<usize>, String)>;

fn find_data_urls(text: &str, is_cut: bool, found: &mut Found) {
    let mut end = 0;
    for colon in memchr_iter(b':', text.as_bytes()) {
        let Some(start) = (colon + 1).checked_sub(SCHEME.len()) else {
            continue;
        };
        if start >= end
            && let Some(url) = text.get(start..)
            && let Some(url) = DataUrl::parse_kept(url, is_cut)
        {
            end = start + url.len;
            let mut media = url.media;
            if is_cut && end == text.len() {
                media.bytes = None;
            }
            found.push((start..end, media.to_string()));
        }
    }
}

fn find_signed_urls(text: &str, found: &mut Found) {
    let mut end = 0;
    for colon in memchr_iter(b':', text.as_bytes()) {
        // One URL may be in the query of another.
        let Some(rest) = text.get(colon..).filter(|_| colon >= end) else {
            continue;
        };
        let mut separators = SEPARATORS.iter();
        let Some((_, slash)) = separators.find(|(separator, _)| rest.starts_with(separator)) else {
            continue;
        };
        let before = text.as_bytes().get(..colon).unwrap_or_default();
        let scheme = before.iter().rev();
        let scheme =
            scheme.take_while(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(byte));
        let start = colon - scheme.count();
        end = find_url_end(text, colon);
        let Some(url) = text.get(start..end) else {
            continue;
        };
        let url = if *slash == "/" {
            Cow::Borrowed(url)
        } else {
            Cow::Owned(url.replace(slash, "/"))
        };
        if url::is_signed(&url) {
            let address = url::without_credentials(&url).replace('/', slash);
            found.push((start..end, address));
        }
    }
}

/// Where the URL ends that goes on at `from`.
fn find_url_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let is_end = |at: usize, byte: u8| match byte {
        // In JSON text: `\u0026` is `&`, `\/` is `/`. JSON in JSON escapes the
        // backslash.
        b'\\' => {
            let rest = bytes.get(at + 1..).unwrap_or_default();
            let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
            !(rest.starts_with(b"u0026") || rest.starts_with(b"/"))
        }
        byte => byte.is_ascii_whitespace() || b"\"'<>`)]}|".contains(&byte),
    };
    let mut rest = bytes.iter().enumerate().skip(from);
    let end = rest.find(|(at, byte)| is_end(*at, **byte));
    end.map_or(text.len(), |(at, _)| at)
}

fn find_base64(text: &str, is_cut: bool, found: &mut Found) {
    for run in Runs::new(text, is_cut) {
        let (kind, bytes) = (Marker::BASE64, run.bytes);
        found.push((run.range, Marker { kind, bytes }.to_string()));
    }
}

/// What follows a URL's scheme, and the slash in it: plain, in JSON text, and in
/// JSON text that is a text of JSON itself.
const SEPARATORS: &[(&str, &str)] = &[("://", "/"), (":\\/\\/", "\\/"), (":\\\\/\\\\/", "\\\\/")];

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_cleaned(text: &str, cleaned: &str) {
        assert_eq!(
            remove_media(text, false).as_deref(),
            Some(cleaned),
            "{text}"
        );
    }

    #[test]
    fn media_become_markers() {
        let run = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB".repeat(4);
        assert_cleaned(
            "![a](data:image/png;base64,AAAA) and data:image/gif;base64,AAAAAAAA",
            "![a]([image/png, 3 bytes]) and [image/gif, 6 bytes]",
        );
        assert_cleaned(&format!("ä {run} ö"), "ä [base64, 96 bytes] ö");
        assert_cleaned(
            &format!("{{\"shot\":\"{run}\",\"n\":1}}"),
            "{\"shot\":\"[base64, 96 bytes]\",\"n\":1}",
        );
        assert_cleaned(
            &format!("data:image/png;base64,{run}== {run}"),
            "[image/png, 96 bytes] [base64, 96 bytes]",
        );
    }

    #[test]
    fn signed_urls_lose_their_query() {
        assert_cleaned(
            "See [it](https://b.s3/a.png?X-Amz-Credential=k&X-Amz-Signature=s), please.",
            "See [it](https://b.s3/a.png), please.",
        );
        assert_cleaned(
            "{\"url\":\"https://b.s3/a.png?w=1\\u0026X-Amz-Signature=s\",\"n\":1}",
            "{\"url\":\"https://b.s3/a.png\",\"n\":1}",
        );
        // A limit may cut the URL anywhere.
        assert_cleaned(
            "https://b.s3/a.png?X-Amz-Credential=AK",
            "https://b.s3/a.png",
        );
    }

    #[test]
    fn escaped_urls_in_json_text_are_cleaned() {
        assert_cleaned(
            "{\"url\":\"https:\\/\\/b.s3\\/a.png?w=1&X-Amz-Signature=s\",\"n\":1}",
            "{\"url\":\"https:\\/\\/b.s3\\/a.png\",\"n\":1}",
        );
        assert_cleaned(
            "\"{\\\"url\\\":\\\"https:\\\\/\\\\/h\\\\/a?w=1\\\\u0026sig=s\\\"}\"",
            "\"{\\\"url\\\":\\\"https:\\\\/\\\\/h\\\\/a\\\"}\"",
        );
        assert_cleaned(
            "{\"a\":\"DATA:image\\/png;base64,AAA\\/\"}",
            "{\"a\":\"[image/png, 3 bytes]\"}",
        );
    }

    #[test]
    fn cut_text_keeps_no_start_of_media() {
        let run = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB";
        for (text, cleaned) in [
            (format!("ä {run}"), "ä [base64]"),
            (format!("ä data:image/png;base64,{run}"), "ä [image/png]"),
            (format!("{{\"a\":\"\\n{run}"), "{\"a\":\"\\n[base64]"),
        ] {
            assert_eq!(remove_media(&text, true).as_deref(), Some(cleaned));
        }
        assert_eq!(remove_media(&format!("ä {run}"), false), None);
        assert_eq!(remove_media(&format!("{run}, and"), true), None);
    }

    #[test]
    fn ordinary_text_stays() {
        for text in [
            "",
            "The data: 5 rows. See https://h/a?page=2 or a://b.",
            "{\"data\":\"a short text\",\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015\"}",
            &"x".repeat(5000),
            &"Grüße, Ärger und Öl. ".repeat(300),
        ] {
            assert_eq!(remove_media(text, false), None, "{text}");
        }
    }
}
