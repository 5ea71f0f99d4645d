//! JSON text that was copied as text: what a stream puts together, and what a
//! member of a body holds as a string.

use super::position::{MIN_BYTE_ARRAY, may_name_media};
use super::value::Json;
use crate::record::content::TruncatedText;
use crate::record::content::media::base64;

/// Removes media from a JSON text by the rule for JSON values. A text that is
/// truncated, is not JSON, or holds no media is left unchanged.
pub(crate) fn remove_json_media(text: &mut TruncatedText) {
    if !text.is_complete() || !may_hold_media(text.as_str()) {
        return;
    }
    let value = Json::parse(text.as_str().as_bytes());
    let value = value.filter(Json::holds_media);
    if let Some(cleaned) = value.map(|value| value.to_truncated_text(usize::MAX)) {
        *text = cleaned;
    }
}

/// Most arguments of tools are short and name no media, and are not parsed.
fn may_hold_media(text: &str) -> bool {
    let is_container = text.trim_start().starts_with(['{', '[']);
    if text.len() < MIN_JSON || !is_container {
        return false;
    }
    // A number and its comma are two characters.
    if text.len() >= 2 * MIN_BYTE_ARRAY && text.contains('[') {
        return true;
    }
    let is_escaped = text.contains("\\u") || text.contains("\\/");
    is_escaped || text.split('"').any(may_be_media)
}

/// A name or a value between quotes calls for a closer look.
fn may_be_media(piece: &str) -> bool {
    may_name_media(piece) || piece.len() >= MIN_TEXT && base64::has_signature(piece)
}

/// Characters of the shortest JSON that holds media: `{"blob":"AAAA"}`.
const MIN_JSON: usize = 15;

/// Characters of base64 that is media in members of any name.
const MIN_TEXT: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQ";

    fn clean(text: &str) -> String {
        let mut text = TruncatedText::copy(100_000, text);
        remove_json_media(&mut text);
        assert!(text.is_complete());
        text.as_str().to_owned()
    }

    #[test]
    fn media_in_json_text_become_markers() {
        for (text, cleaned) in [
            (
                format!("{{ \"n\": 1.50, \"data\": \"{PNG}\" }}"),
                "{\"n\":1.5,\"data\":\"[base64, 26 bytes]\"}",
            ),
            (
                r#"{"type":"image","data":"AAAA"}"#.to_owned(),
                r#"{"type":"image","data":"[base64, 3 bytes]"}"#,
            ),
            (
                r#"{"d\u0061ta":"AAAA","type":"image"}"#.to_owned(),
                r#"{"data":"[base64, 3 bytes]","type":"image"}"#,
            ),
            (
                r#"{"blob":"AAAA"}"#.to_owned(),
                r#"{"blob":"[base64, 3 bytes]"}"#,
            ),
            (
                format!("{{\"shot\":\"{PNG}\"}}"),
                r#"{"shot":"[base64, 26 bytes]"}"#,
            ),
            (
                r#"{"image_url":{"url":"https://h/a.png?v=1"}}"#.to_owned(),
                r#"{"image_url":{"url":"https://h/a.png"}}"#,
            ),
            (
                format!("[{}0]", "0,".repeat(255)),
                r#""[binary, 256 bytes]""#,
            ),
        ] {
            assert_eq!(clean(&text), cleaned);
        }
    }

    #[test]
    fn text_without_media_stays_as_it_is() {
        for text in [
            "",
            "{ \"city\": \"Paris\", \"days\": 1.50 }",
            "{ \"data\": \"a cat\", \"n\": 1.50 }",
            "{ \"image\": \"cat.png\", \"n\": 1.50 }",
            "{ \"data\": \"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQ\"",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQ",
            &format!("[ {}0.50 ]", "0, ".repeat(255)),
        ] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn truncated_json_is_left_to_the_scanner() {
        let text = format!("{{\"data\":\"{PNG}\",\"n\":1}}");
        let mut text = TruncatedText::copy(text.len() - 1, &text);
        remove_json_media(&mut text);
        assert!(text.as_str().contains(PNG));
    }
}
