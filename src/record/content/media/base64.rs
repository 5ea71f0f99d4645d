//! Base64, recognised without decoding it.

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
    has_signature_bytes(text.as_bytes())
}

pub(super) fn has_signature_bytes(text: &[u8]) -> bool {
    let mut signatures = SIGNATURES.iter();
    signatures.any(|start| text.starts_with(start.as_bytes()))
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

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Both cases and digits, as base64 has and words have not.
pub(super) fn is_mixed(run: &[u8]) -> bool {
    has_both_cases(run) && run.iter().any(u8::is_ascii_digit)
}

/// Characters that tell whether a long text is base64.
pub(super) const SAMPLE: usize = 256;

/// Characters of a run that is base64 wherever it stands. Identifiers and
/// hashes are shorter or have one case.
pub(super) const MIN_RUN: usize = 128;

const SIGNATURES: &[&str] = &[
    "/9j/",        // JPEG
    "_9j_",        // JPEG, URL-safe
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
