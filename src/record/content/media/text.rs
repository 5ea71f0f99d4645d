//! Media in the middle of a text.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

use super::data_url::{DataUrl, SCHEME};
use super::{Marker, base64, url};

/// The text without media and without credentials in URLs; `None` where it has
/// neither.
///
/// Replaces `data:` URLs, base64 of 128 characters and more, and the query of
/// URLs that carry a signature or a token. It finds them in JSON text too, and
/// leaves JSON what it is.
pub(crate) fn remove_media(text: &str) -> Option<String> {
    if text.len() < base64::MIN_RUN && memchr(b':', text.as_bytes()).is_none() {
        return None;
    }
    let mut found = Vec::new();
    find_data_urls(text, &mut found);
    find_signed_urls(text, &mut found);
    find_base64(text, &mut found);
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

fn find_data_urls(text: &str, found: &mut Found) {
    let mut end = 0;
    for at in DATA.find_iter(text.as_bytes()) {
        if at >= end
            && let Some(url) = text.get(at..).and_then(DataUrl::parse)
        {
            end = at + url.len;
            found.push((at..end, url.media.to_string()));
        }
    }
}

fn find_signed_urls(text: &str, found: &mut Found) {
    let mut end = 0;
    for at in ADDRESS.find_iter(text.as_bytes()) {
        // One URL may be in the query of another.
        if at < end {
            continue;
        }
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let scheme = before.iter().rev();
        let scheme =
            scheme.take_while(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(byte));
        let start = at - scheme.count();
        end = url_end(text, at);
        let Some(url) = text.get(start..end) else {
            continue;
        };
        if url::is_signed(url) {
            let address = url::without_credentials(url).into_owned();
            found.push((start..end, address));
        }
    }
}

/// Where the URL ends that goes on at `from`.
fn url_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let is_end = |at: usize, byte: u8| match byte {
        // In JSON text: `\u0026` is `&`, `\/` is `/`.
        b'\\' => {
            let rest = bytes.get(at + 1..).unwrap_or_default();
            !(rest.starts_with(b"u0026") || rest.starts_with(b"/"))
        }
        byte => byte.is_ascii_whitespace() || b"\"'<>`)]}|".contains(&byte),
    };
    let mut rest = bytes.iter().enumerate().skip(from);
    let end = rest.find(|(at, byte)| is_end(*at, **byte));
    end.map_or(text.len(), |(at, _)| at)
}

fn find_base64(text: &str, found: &mut Found) {
    let mut from = 0;
    while let Some(run) = base64::find_run(text, from) {
        from = run.end;
        let marker = Marker {
            kind: Marker::BASE64,
            bytes: base64::decoded_len(text.get(run.clone()).unwrap_or_default()),
        };
        found.push((run, marker.to_string()));
    }
}

static DATA: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(SCHEME));

static ADDRESS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_cleaned(text: &str, cleaned: &str) {
        assert_eq!(remove_media(text).as_deref(), Some(cleaned), "{text}");
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
    fn ordinary_text_stays() {
        for text in [
            "",
            "The data: 5 rows. See https://h/a?page=2 or a://b.",
            "{\"data\":\"a short text\",\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015\"}",
            &"x".repeat(5000),
            &"Grüße, Ärger und Öl. ".repeat(300),
        ] {
            assert_eq!(remove_media(text), None, "{text}");
        }
    }
}
