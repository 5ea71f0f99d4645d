//! Base64, recognised without decoding it.

use std::ops::Range;

/// Bytes that a base64 text stands for.
pub(crate) fn decoded_len(text: &str) -> usize {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len().saturating_sub(padding)).saturating_mul(3) / 4
}

/// The text may be base64: nothing in its first characters is outside of the
/// alphabets (standard and URL-safe) but line breaks.
pub(crate) fn is_alphabetic(text: &str) -> bool {
    let sample = text.bytes().take(SAMPLE);
    let mut sample = sample.filter(|byte| !b"\r\n".contains(byte));
    !text.is_empty() && sample.all(|byte| is_digit(byte) || b"-_=".contains(&byte))
}

/// The text starts as an image, a PDF, an archive, a sound or a video does.
pub(crate) fn has_signature(text: &str) -> bool {
    SIGNATURES.iter().any(|start| text.starts_with(start))
}

/// The text has upper and lower case letters, as no identifier in base64's
/// alphabet and of such length has.
pub(crate) fn has_both_cases(text: &[u8]) -> bool {
    let sample = text.get(..SAMPLE).unwrap_or(text);
    sample.iter().any(u8::is_ascii_uppercase) && sample.iter().any(u8::is_ascii_lowercase)
}

/// Base64 that needs no other evidence: long, without a space, of letters in
/// both cases and digits.
pub(crate) fn is_long(text: &str) -> bool {
    let sample = text.as_bytes();
    let sample = sample.get(..SAMPLE).unwrap_or(sample);
    text.len() >= MIN_RUN && is_alphabetic(text) && is_mixed(sample)
}

/// The first run of base64 in a text at or after `from`.
///
/// A run has a byte at each distance of its least length, so only every
/// 128th byte is looked at, and its neighbours where it is in the alphabet.
pub(super) fn find_run(text: &str, mut from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from.saturating_add(MIN_RUN - 1);
    while at < bytes.len() {
        if !is_in_run(bytes, at) {
            at = at.saturating_add(MIN_RUN);
            continue;
        }
        let mut start = at;
        while start > from && is_in_run(bytes, start - 1) {
            start -= 1;
        }
        let mut end = run_end(bytes, at);
        let run = bytes.get(start..end).unwrap_or_default();
        if run.len() >= MIN_RUN && is_mixed(run.get(..SAMPLE).unwrap_or(run)) {
            let padding = bytes.iter().skip(end).take(2);
            end += padding.take_while(|byte| **byte == b'=').count();
            return Some(start..end);
        }
        from = end;
        at = end.saturating_add(MIN_RUN - 1);
    }
    None
}

/// Where the base64 ends that begins at `from`, without its padding.
pub(super) fn run_end(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while is_in_run(bytes, end) {
        end += 1;
    }
    end
}

/// The byte is base64, or the escape of a slash in JSON.
fn is_in_run(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'\\') => bytes.get(at + 1) == Some(&b'/'),
        Some(byte) => is_digit(*byte),
        None => false,
    }
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

fn is_mixed(run: &[u8]) -> bool {
    has_both_cases(run) && run.iter().any(u8::is_ascii_digit)
}

/// Characters that tell whether a long text is base64.
const SAMPLE: usize = 256;

/// Characters of a run that is base64 wherever it stands. Identifiers and
/// hashes are shorter or have one case.
pub(super) const MIN_RUN: usize = 128;

const SIGNATURES: &[&str] = &[
    "/9j/",        // JPEG
    "AAAAGGZ0eXA", // MP4, by the size of its first box
    "AAAAHGZ0eXA",
    "AAAAIGZ0eXA",
    "GkXfo",       // WebM, Matroska
    "JVBERi0",     // PDF
    "R0lGOD",      // GIF
    "SUQz",        // MP3
    "T2dnUw",      // Ogg
    "UEsDB",       // ZIP: DOCX, XLSX
    "UklGR",       // WebP, WAV
    "ZkxhQ",       // FLAC
    "iVBORw0KGgo", // PNG
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Base64 without padding, of so many characters.
    pub(crate) fn encoded(length: usize) -> String {
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwC"
            .chars()
            .cycle()
            .take(length)
            .collect()
    }

    #[test]
    fn run_is_found_wherever_it_starts() {
        for before in 0..300 {
            for length in [128, 129, 200, 1000] {
                let run = encoded(length);
                let text = format!("{}\"{run}=\" after", "ä, ".repeat(before));
                let found = find_run(&text, 0).unwrap();
                assert_eq!(&text[found], format!("{run}="), "{before} {length}");
            }
        }
    }

    #[test]
    fn ordinary_text_has_no_run() {
        for text in [
            "",
            &encoded(127),
            &"a".repeat(100_000),
            &"0123456789abcdef".repeat(64),
            &"The refund of order 4711 was paid on Monday. ".repeat(500),
            &format!("{} {}", encoded(127), encoded(127)),
            &"src/main/java/Com/Example_1/".repeat(40),
        ] {
            assert_eq!(find_run(text, 0), None, "{text}");
        }
    }

    #[test]
    fn escaped_slashes_belong_to_the_run() {
        let run = format!("{}\\/{}", encoded(90), encoded(90));
        let text = format!("{{\"a\":\"{run}\"}}");
        assert_eq!(&text[find_run(&text, 0).unwrap()], run);
    }
}
