//! The header `baggage` of the W3C.

use opentelemetry::KeyValue;
use opentelemetry::baggage::Baggage;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Entries of a header; properties after a `;` are left out, as they are nobody's
/// business here. What cannot be read is left out too.
pub(super) fn read<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<KeyValue> {
    let mut left = MAX_BYTES;
    let entries = headers.flat_map(|header| header.split(','));
    let entries = entries.take(MAX_ENTRIES).filter_map(|entry| {
        left = left.checked_sub(entry.len())?;
        let entry = entry.split(';').next()?;
        let (key, value) = entry.split_once('=')?;
        let key = key.trim();
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        (!key.is_empty() && key.bytes().all(is_of_token))
            .then(|| KeyValue::new(key.to_owned(), value.into_owned()))
    });
    entries.collect()
}

/// `None` where there is nothing to write.
pub(super) fn write(baggage: &Baggage) -> Option<String> {
    let mut header = String::new();
    for (key, (value, _)) in baggage {
        let value = value.as_str();
        let entry = format!("{key}={}", utf8_percent_encode(value, OUTSIDE));
        if header.len() + entry.len() < MAX_BYTES {
            if !header.is_empty() {
                header.push(',');
            }
            header.push_str(&entry);
        }
    }
    (!header.is_empty()).then_some(header)
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What a value must not have in it as it is.
const OUTSIDE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b',')
    .add(b';')
    .add(b'\\');

/// What the W3C asks everybody to take at least.
const MAX_BYTES: usize = 8_192;
const MAX_ENTRIES: usize = 64;
