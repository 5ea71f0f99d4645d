//! The W3C `baggage` header.

use opentelemetry::KeyValue;
use opentelemetry::baggage::Baggage;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Parses the entries of the headers. Properties after a `;` and malformed entries
/// are dropped.
pub(super) fn parse_baggage<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<KeyValue> {
    let mut remaining = MAX_BYTES;
    let entries = headers.flat_map(|header| header.split(','));
    let entries = entries.take(MAX_ENTRIES).filter_map(|entry| {
        remaining = remaining.checked_sub(entry.len())?;
        let entry = entry.split(';').next()?;
        let (key, value) = entry.split_once('=')?;
        let key = key.trim();
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        (!key.is_empty() && key.bytes().all(is_token_byte))
            .then(|| KeyValue::new(key.to_owned(), value.into_owned()))
    });
    entries.collect()
}

/// Formats the header value; `None` without entries.
pub(super) fn format_baggage(baggage: &Baggage) -> Option<String> {
    let mut header = String::new();
    for (key, (value, _)) in baggage {
        let value = value.as_str();
        let entry = format!("{key}={}", utf8_percent_encode(value, ESCAPED));
        if header.len() + entry.len() < MAX_BYTES {
            if !header.is_empty() {
                header.push(',');
            }
            header.push_str(&entry);
        }
    }
    (!header.is_empty()).then_some(header)
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Bytes that a value must percent-encode.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b',')
    .add(b';')
    .add(b'\\');

/// The minimum that the W3C specification requires implementations to accept.
const MAX_BYTES: usize = 8_192;
const MAX_ENTRIES: usize = 64;
