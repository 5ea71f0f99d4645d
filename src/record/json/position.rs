//! Where a JSON value stands, and whether it is media there.

use std::borrow::Cow;

use super::value::Json;
use crate::record::content::media::data_url::DataUrl;
use crate::record::content::media::{Marker, base64, url};

/// Where a value stands. Items of a list stand where the list does.
#[derive(Clone, Copy, Default)]
pub(super) struct Position<'a, 'b> {
    /// The name of the member.
    name: &'a str,
    /// The name of the member that holds the object.
    parent: &'a str,
    /// The object's members.
    members: &'a [(Cow<'b, str>, Json<'b>)],
}

impl<'a, 'b> Position<'a, 'b> {
    /// The position of a member of the object at this position.
    pub(super) fn descend(self, name: &'a str, members: &'a [(Cow<'b, str>, Json<'b>)]) -> Self {
        Self {
            name,
            parent: self.name,
            members,
        }
    }
}

impl Position<'_, '_> {
    /// The text is media here.
    pub(super) fn find_media<'t>(&self, text: &'t str) -> Option<Marker<'t>> {
        if let Some(url) = DataUrl::parse(text) {
            return Some(url.media);
        }
        let is_payload = is_payload(self.name);
        let is_medium = is_payload || is_medium(self.name) || is_medium(self.parent);
        // Most values are short, and of ordinary members.
        let least = if is_medium { 4 } else { 32 };
        if text.len() < least {
            return None;
        }
        let is_media = base64::is_alphabetic(text)
            && (is_payload && self.is_declared_media()
                || self.is_base64(text, is_payload, is_medium));
        is_media.then(|| Marker {
            kind: Marker::BASE64,
            bytes: Some(base64::decoded_len(text)),
        })
    }

    /// A text of base64's characters is base64 here.
    fn is_base64(&self, text: &str, is_payload: bool, is_medium: bool) -> bool {
        let length = text.len();
        if is_payload && self.name != "data" {
            let in_source = self.parent == "source" || self.name == "blob";
            if in_source || length >= 16 {
                return true;
            }
        }
        let has_signature = base64::has_signature(text);
        if is_medium {
            let is_long = length >= 64 && base64::has_both_cases(text.as_bytes());
            return is_long || has_signature && length >= 8;
        }
        has_signature || base64::is_long(text)
    }

    /// The object says that it is media, and that its payload is no text.
    fn is_declared_media(&self) -> bool {
        let get = |names: &[&str]| {
            let mut members = self.members.iter();
            members
                .find_map(|(name, value)| value.as_str().filter(|_| names.contains(&name.as_ref())))
        };
        let kind = get(&["type"]);
        if kind.is_some_and(|kind| MEDIA_TYPES.contains(&kind)) {
            return true;
        }
        if let Some(mime_type) = get(MIME_TYPE) {
            return !TEXT_TYPES.iter().any(|text| mime_type.contains(text));
        }
        get(&["format"]).is_some_and(|format| FORMATS.contains(&format))
    }

    pub(super) fn is_byte_array(&self, items: &[Json<'_>]) -> bool {
        let is_byte = |item: &Json<'_>| matches!(item, Json::Int(-128..=255));
        // Most arrays are of objects or texts.
        if !items.first().is_some_and(is_byte) {
            return false;
        }
        let least = if is_payload(self.name) {
            if self.is_declared_media() || self.parent == "source" {
                1
            } else if self.name == "data" {
                MIN_BYTE_ARRAY
            } else {
                16
            }
        } else {
            MIN_BYTE_ARRAY
        };
        items.len() >= least && items.iter().all(is_byte)
    }

    /// A URL without its credentials; of one that points to media, the address
    /// alone.
    pub(super) fn clean_url<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let scheme = text.bytes().take(MAX_SCHEME);
        let scheme = scheme.take_while(u8::is_ascii_alphanumeric).count();
        let rest = text.get(scheme..).unwrap_or_default();
        if !rest.starts_with("://") || text.contains(char::is_whitespace) {
            return Cow::Borrowed(text);
        }
        if self.is_media_url() || url::is_signed(text) {
            return url::without_credentials(text);
        }
        Cow::Borrowed(text)
    }

    fn is_media_url(&self) -> bool {
        URL_OF_MEDIA.contains(&self.name)
            || matches!(self.name, "uri" | "url")
                && (URL_OF_MEDIA.contains(&self.parent)
                    || is_medium(self.parent)
                    || self.parent == "source" && self.is_url_source())
    }

    /// Anthropic's sources have a type.
    fn is_url_source(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|(name, value)| name == "type" && value.as_str() == Some("url"))
    }
}

/// Media may be in a member of this name, or below it, whatever its length.
pub(super) fn may_name_media(name: &str) -> bool {
    name == "source" || is_payload(name) || is_medium(name) || URL_OF_MEDIA.contains(&name)
}

/// Members that hold media, encoded.
fn is_payload(name: &str) -> bool {
    matches!(
        name,
        "b64_json"
            | "base64"
            | "base64String"
            | "blob"
            | "bytes"
            | "data"
            | "file_data"
            | "imageBytes"
            | "image_bytes"
    )
}

/// Members that are called after a medium.
fn is_medium(name: &str) -> bool {
    matches!(
        name,
        "attachment"
            | "audio"
            | "document"
            | "file"
            | "image"
            | "images"
            | "inlineData"
            | "inline_data"
            | "mediaSource"
            | "pdf"
            | "photo"
            | "picture"
            | "screenshot"
            | "thumbnail"
            | "video"
    )
}

const FORMATS: &[&str] = &[
    "aac", "doc", "docx", "flac", "flv", "gif", "jpeg", "jpg", "m4a", "mka", "mkv", "mov", "mp3",
    "mp4", "mpeg", "mpg", "mpga", "ogg", "opus", "pcm", "pdf", "png", "three_gp", "wav", "webm",
    "webp", "wmv", "xls", "xlsx",
];

const MEDIA_TYPES: &[&str] = &[
    "Buffer",
    "audio",
    "base64",
    "image",
    "image_url",
    "input_audio",
    "input_image",
    "input_file",
    "video",
];

const MIME_TYPE: &[&str] = &[
    "contentType",
    "content_type",
    "mediaType",
    "media_type",
    "mimeType",
    "mime_type",
];

/// Parts of the MIME types of texts.
const TEXT_TYPES: &[&str] = &["text/", "json", "yaml", "application/xml", "javascript"];

const URL_OF_MEDIA: &[&str] = &[
    "audio_url",
    "file_url",
    "imageUrl",
    "image_url",
    "s3Location",
    "video_url",
];

/// Numbers of an array that is bytes whatever its name.
pub(super) const MIN_BYTE_ARRAY: usize = 256;

/// Characters of a URL's scheme.
const MAX_SCHEME: usize = 12;
