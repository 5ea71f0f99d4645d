//! What of a JSON value is media, and what is not.

use serde_json::{Value, json};

use super::*;

/// A PNG's first bytes: 63 characters, 47 bytes.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkAAA";

fn copy(value: &Value) -> Value {
    let text = value.to_string();
    let json = Json::parse(text.as_bytes()).unwrap();
    let copied = json.to_truncated_text(1_000_000);
    serde_json::from_str(copied.as_str()).unwrap()
}

#[test]
fn media_become_markers_at_any_depth() {
    let marker = json!("[base64, 47 bytes]");
    let url = format!("data:image/png;base64,{PNG}");
    for (value, path, expected) in [
        (
            json!([{"image": {"format": "png", "source": {"bytes": PNG}}}]),
            "/0/image/source/bytes",
            marker.clone(),
        ),
        (
            json!({"document": {"format": "csv", "source": {"bytes": "YSxi"}}}),
            "/document/source/bytes",
            json!("[base64, 3 bytes]"),
        ),
        (
            json!({"a": [{"b": {"type": "base64", "media_type": "image/png", "data": PNG}}]}),
            "/a/0/b/data",
            marker.clone(),
        ),
        (
            json!({"type": "image", "mimeType": "image/png", "data": "bm90IGEgdGV4dA"}),
            "/data",
            json!("[base64, 10 bytes]"),
        ),
        (
            json!({"resource": {"uri": "file:///a.pdf", "mimeType": "application/pdf", "blob": PNG}}),
            "/resource/blob",
            marker.clone(),
        ),
        (
            json!({"type": "image_url", "image_url": {"url": url}}),
            "/image_url/url",
            json!("[image/png, 47 bytes]"),
        ),
        (
            json!({"note": url}),
            "/note",
            json!("[image/png, 47 bytes]"),
        ),
        (
            json!({"data": {"image": PNG}}),
            "/data/image",
            marker.clone(),
        ),
        (
            json!({"images": ["a cat", PNG]}),
            "/images/1",
            marker.clone(),
        ),
        (json!({"data": PNG}), "/data", marker.clone()),
        (json!({"shot": PNG}), "/shot", marker.clone()),
        (
            json!({"any": "UExBTlRJTUFHRQ1".repeat(10)}),
            "/any",
            json!("[base64, 112 bytes]"),
        ),
        (
            json!({"image": "UExBTlRJTUFHRQ".repeat(8)}),
            "/image",
            json!("[base64, 84 bytes]"),
        ),
        (
            json!({"type": "Buffer", "data": [137, 80, 78]}),
            "/data",
            json!("[binary, 3 bytes]"),
        ),
        (
            json!({"any": vec![200; 256]}),
            "/any",
            json!("[binary, 256 bytes]"),
        ),
        (json!({"any": vec![200; 20_000]}), "/any", json!("[binary]")),
        (
            json!({"inline_data": {"mime_type": "image/png", "data": PNG.repeat(3)}}),
            "/inline_data/data",
            json!("[base64, 141 bytes]"),
        ),
    ] {
        let copied = copy(&value);
        assert_eq!(copied.pointer(path), Some(&expected), "{value}");
        assert!(!copied.to_string().contains(PNG), "{copied}");
    }
}

#[test]
fn a_long_payload_is_measured_whole() {
    let value = json!({"source": {"type": "base64", "data": PNG.repeat(20_000)}});
    assert_eq!(copy(&value)["source"]["data"], "[base64, 945000 bytes]");
}

#[test]
fn ordinary_values_stay() {
    for value in [
        json!({"data": "Refunds take five days."}),
        json!({"data": "refund"}),
        json!({"data": {"rows": [1, 2, 3], "bytes": 12}}),
        json!({"bytes": "1024", "content": "Refunds2024"}),
        json!({"type": "text", "media_type": "text/plain", "data": "Refunds"}),
        json!({"format": "csv", "data": "a,b"}),
        json!({"format": "mp3", "data": "Refunds take five days."}),
        json!({"type": "image", "mimeType": "image/png", "data": "a cat"}),
        json!({"format": "json", "data": "Refunds"}),
        json!({"mimeType": "application/json", "data": "{\"a\":1}"}),
        json!({"image": "assets/img/dog.png", "video": "Refunds", "file": "report"}),
        json!({"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}),
        json!({"long": "x".repeat(5000)}),
        json!({"data": [1, 2, 3], "scores": [0, 255, 12]}),
        json!({"properties": {"data": {"type": "string"}, "bytes": {"type": "integer"}}}),
        json!({"url": "https://h/a?page=2", "text": "see https://h/a?page=2"}),
        json!([null, true, 1, -1, 0.5, "ä\"\n"]),
    ] {
        assert_eq!(copy(&value), value);
    }
}

#[test]
fn urls_lose_credentials_and_those_of_media_their_query() {
    for (value, path, expected) in [
        (
            json!({"url": "https://h/a.png?X-Amz-Signature=1"}),
            "/url",
            "https://h/a.png",
        ),
        (
            json!({"image_url": {"url": "https://user:word@h/a.png?v=1"}}),
            "/image_url/url",
            "https://h/a.png",
        ),
        (
            json!({"source": {"type": "url", "url": "https://h/a.png?v=1"}}),
            "/source/url",
            "https://h/a.png",
        ),
        (
            json!({"s3Location": {"uri": "s3://b/a?.png"}}),
            "/s3Location/uri",
            "s3://b/a?.png",
        ),
    ] {
        assert_eq!(
            copy(&value).pointer(path),
            Some(&json!(expected)),
            "{value}"
        );
    }
}
