//! Images: type and size, never their content.

use crate::record::content::media::data_url::DataUrl;
use crate::record::json::Json;
use crate::record::{Media, Part, base64_len};

/// An image of a request: base64, a data URL, an address, or an object as in
/// Nova (`format`, `source`).
pub(super) fn read_image(image: &Json<'_>, cap: Option<usize>) -> Option<Part> {
    cap?;
    let media = match image {
        Json::Text(text) => media_from_text(text),
        _ => media_from_source("image", image)?,
    };
    Some(Part::Media(media))
}

/// A medium in the bodies of Amazon and TwelveLabs: base64 or an S3 URI, under
/// `source` or `mediaSource` or without either.
pub(super) fn media_from_source(modality: &'static str, medium: &Json<'_>) -> Option<Media> {
    let source = ["source", "mediaSource"]
        .iter()
        .find_map(|key| medium.get(key))
        .unwrap_or(medium);
    let bytes = ["bytes", "base64String"]
        .iter()
        .find_map(|key| source.get_str(key));
    let uri = source
        .get_path(&["s3Location", "uri"])
        .and_then(Json::as_str);
    if bytes.is_none() && uri.is_none() {
        return None;
    }
    let format = medium.get_str("format");
    let format = format.map(|format| crate::record::mime_type(modality, format));
    let mime_type = format.or_else(|| bytes.and_then(detect_mime_type).map(Into::into));
    Some(Media::new(modality, mime_type, bytes.map(base64_len), uri))
}

/// An image in a text: its address, or base64, alone or in a data URL.
pub(super) fn media_from_text(text: &str) -> Media {
    let is_address = text.contains("://") || DataUrl::parse(text).is_some();
    if is_address {
        return Media::new("image", None, None, Some(text));
    }
    let mime_type = detect_mime_type(text).map(Into::into);
    Media::new("image", mime_type, Some(base64_len(text)), None)
}

/// The MIME type of a medium in base64, by its first bytes.
fn detect_mime_type(base64: &str) -> Option<&'static str> {
    let mut signatures = SIGNATURES.iter();
    let (_, mime_type) = signatures.find(|(signature, _)| base64.starts_with(signature))?;
    Some(mime_type)
}

const SIGNATURES: &[(&str, &str)] = &[
    ("/9j/", "image/jpeg"),
    ("R0lGOD", "image/gif"),
    ("UklGR", "image/webp"),
    ("iVBORw0KGgo", "image/png"),
];
