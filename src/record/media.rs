//! Type and size of images, documents, videos and audio; never their content.

use std::borrow::Cow;

pub(crate) use super::content::media::base64::decoded_len as base64_len;
use super::content::media::data_url::DataUrl;
use super::content::media::{base64, url};
use super::content::{ContentKind, Redactor, redact};

/// What may be recorded of a medium.
#[derive(Debug, Default)]
pub(crate) struct Media {
    /// `image`, `document`, `video` or `audio`.
    pub(crate) modality: &'static str,
    pub(crate) mime_type: Option<Cow<'static, str>>,
    pub(crate) bytes: Option<usize>,
    uri: Option<String>,
}

impl Media {
    /// A medium of so many bytes, or one that lies elsewhere. Of an address
    /// only scheme, host and path are kept: a presigned URL would let its
    /// reader fetch the medium. A `data:` URL is the medium itself, so it is
    /// measured.
    pub(crate) fn new(
        modality: &'static str,
        mime_type: Option<Cow<'static, str>>,
        bytes: Option<usize>,
        address: Option<&str>,
    ) -> Self {
        let mut media = Self {
            modality,
            mime_type,
            bytes,
            uri: None,
        };
        let Some(address) = address else { return media };
        if let Some(url) = DataUrl::parse(address) {
            let kind = url.media.kind;
            let mime_type = kind.contains('/').then(|| kind.into_owned().into());
            media.mime_type = mime_type.or(media.mime_type);
            media.bytes = url.media.bytes;
        } else if base64::is_long(address) {
            media.bytes = Some(base64_len(address));
        } else {
            media.uri = Some(url::without_credentials(address).into_owned());
        }
        media
    }

    /// Where the medium lies.
    pub(crate) fn uri(&self) -> Option<&str> {
        self.uri.as_deref()
    }

    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>, kind: ContentKind) {
        if let Some(uri) = &mut self.uri {
            redact(redactor, kind, uri);
        }
    }
}

/// The MIME type of one of Bedrock's formats.
pub(crate) fn mime_type(modality: &str, format: &str) -> Cow<'static, str> {
    match MIME_TYPES.iter().find(|(name, _)| *name == format) {
        // A container of video or audio.
        Some(("mkv", _)) if modality == "audio" => Cow::Borrowed("audio/x-matroska"),
        Some((_, mime_type)) => Cow::Borrowed(mime_type),
        // The name of any other format is the subtype: image/png, video/webm.
        None => Cow::Owned(format!("{modality}/{format}")),
    }
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
