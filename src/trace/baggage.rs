//! The W3C `baggage` header.

use opentelemetry::baggage::{Baggage, KeyValueMetadata};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Parses the entries of the headers, with their properties after a `;`. Malformed
/// entries are dropped.
pub(super) fn parse_baggage<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<KeyValueMetadata> {
    let mut remaining = MAX_BYTES;
    let entries = headers.flat_map(|header| header.split(','));
    let entries = entries.take(MAX_ENTRIES).filter_map(|entry| {
        remaining = remaining.checked_sub(entry.len())?;
        let (entry, properties) = entry.split_once(';').unwrap_or((entry, ""));
        let (key, value) = entry.split_once('=')?;
        let key = key.trim();
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        (!key.is_empty() && key.bytes().all(is_token_byte))
            .then(|| KeyValueMetadata::new(key.to_owned(), value.into_owned(), properties.trim()))
    });
    entries.collect()
}

/// Formats the header value; `None` without entries.
pub(super) fn format_baggage(baggage: &Baggage) -> Option<String> {
    let mut header = String::new();
    for (key, (value, properties)) in baggage {
        let value = utf8_percent_encode(value.as_str(), ESCAPED);
        let mut entry = format!("{key}={value}");
        if !properties.as_str().is_empty() {
            // Already encoded; only what would end the entry or the header is not.
            let properties = utf8_percent_encode(properties.as_str(), ESCAPED_IN_PROPERTIES);
            entry = format!("{entry};{properties}");
        }
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

pub(super) const BAGGAGE: &str = "baggage";

/// Bytes that a value must percent-encode.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b',')
    .add(b';')
    .add(b'\\');

const ESCAPED_IN_PROPERTIES: &AsciiSet = &CONTROLS.add(b',');

/// The minimum that the W3C specification requires implementations to accept.
const MAX_BYTES: usize = 8_192;
const MAX_ENTRIES: usize = 64;
