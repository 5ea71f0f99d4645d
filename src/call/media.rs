//! What an image, a document, a video or a sound is, never what it shows.

use std::borrow::Cow;

/// A medium, as far as it may be told.
#[derive(Debug, Default)]
pub(crate) struct Media {
    /// `image`, `document`, `video` or `audio`.
    pub(crate) modality: &'static str,
    pub(crate) mime_type: Option<Cow<'static, str>>,
    pub(crate) bytes: Option<usize>,
    pub(crate) uri: Option<String>,
}

/// The MIME type of one of Bedrock's formats.
pub(crate) fn mime_type(modality: &str, format: &str) -> Cow<'static, str> {
    match MIME_TYPES.iter().find(|(name, _)| *name == format) {
        // A container of either.
        Some(("mkv", _)) if modality == "audio" => Cow::Borrowed("audio/x-matroska"),
        Some((_, mime_type)) => Cow::Borrowed(mime_type),
        // Of the other formats the name is the subtype: image/png, video/webm.
        None => Cow::Owned(format!("{modality}/{format}")),
    }
}

/// Bytes that a base64 text stands for.
pub(crate) fn base64_len(text: &str) -> usize {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len().saturating_sub(padding)).saturating_mul(3) / 4
}

const MIME_TYPES: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("flv", "video/x-flv"),
    ("html", "text/html"),
    ("m4a", "audio/mp4"),
    ("md", "text/markdown"),
    ("mka", "audio/x-matroska"),
    ("mkv", "video/x-matroska"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mpg", "video/mpeg"),
    ("mpga", "audio/mpeg"),
    ("pdf", "application/pdf"),
    ("three_gp", "video/3gpp"),
    ("txt", "text/plain"),
    ("wmv", "video/x-ms-wmv"),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
];
