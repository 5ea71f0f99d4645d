//! Images, documents, videos and sounds: what they are, never what they show.

use aws_sdk_bedrockruntime::types::{AudioFormat, DocumentFormat, ImageFormat, VideoFormat};
use serde_json::{Value, json};

use super::{converse, reply};
use crate::support::mock_bedrock::Answer;
use crate::support::typed;

/// Twelve bytes, and what they are on the wire.
const SECRET: &str = "SECRET-BYTES";
const BASE64: &str = "U0VDUkVULUJZVEVT";

#[tokio::test]
async fn media_are_told_by_type_and_size_and_never_copied() {
    for (modality, formats) in formats() {
        for (format, mime_type) in formats {
            let source = json!({"bytes": BASE64});
            let parts = json!([block(modality, format, &source)]);
            assert_eq!(
                said_of(parts).await,
                json!([{
                    "type": "blob", "modality": modality, "mime_type": mime_type,
                    "content": "", "byte_size": 12,
                }]),
                "{modality} {format}"
            );
        }
    }
}

#[tokio::test]
async fn media_in_s3_are_told_by_their_place() {
    for (modality, formats) in formats() {
        let (format, mime_type) = formats[0];
        let uri = format!("s3://depot/{modality}");
        let source = json!({"s3Location": {"uri": uri, "bucketOwner": "123456789012"}});
        let parts = json!([block(modality, format, &source)]);
        assert_eq!(
            said_of(parts).await,
            json!([{"type": "uri", "modality": modality, "mime_type": mime_type, "uri": uri}])
        );
    }
}

#[tokio::test]
async fn media_of_guards_and_of_the_models_answer_are_not_copied_either() {
    let guarded =
        json!([{"guardContent": {"image": {"format": "png", "source": {"bytes": BASE64}}}}]);
    let image = json!({
        "type": "blob", "modality": "image", "mime_type": "image/png",
        "content": "", "byte_size": 12,
    });
    assert_eq!(said_of(guarded).await, json!([image]));

    let mut answer = reply();
    let drawn = block("image", "png", &json!({"bytes": BASE64}));
    answer["output"]["message"]["content"] = json!([{"text": "Here."}, drawn]);
    let span = converse(Answer::json(200, &answer), |call| call).await;
    assert_eq!(
        span.json("gen_ai.output.messages")[0]["parts"],
        json!([{"type": "text", "content": "Here."}, image])
    );
    assert!(!format!("{span:?}").contains(BASE64));
}

#[tokio::test]
async fn media_in_tool_results_become_markers() {
    let image = block("image", "png", &json!({"bytes": BASE64}));
    let sheet = block("document", "csv", &json!({"bytes": BASE64}));
    let video = block("video", "mp4", &json!({"bytes": BASE64}));
    let parts = json!([{"toolResult": {"toolUseId": "t1", "content": [image, sheet, video]}}]);
    let marker = json!({"bytes": "[base64, 12 bytes]"});
    assert_eq!(
        said_of(parts).await,
        json!([{
            "type": "tool_call_response", "id": "t1",
            "response": [
                block("image", "png", &marker),
                block("document", "csv", &marker),
                block("video", "mp4", &marker),
            ],
        }])
    );
}

/// What the span says of a message of these parts; nothing on it has the bytes.
async fn said_of(parts: Value) -> Value {
    let message = typed::user(parts).await;
    let span = converse(Answer::json(200, &reply()), |call| call.messages(message)).await;
    let all = format!("{span:?}");
    assert!(!all.contains(SECRET) && !all.contains(BASE64), "{all}");
    assert!(!all.contains("83, 69, 67, 82"), "nor as a list: {all}");
    span.json("gen_ai.input.messages")[0]["parts"].clone()
}

fn block(modality: &str, format: &str, source: &Value) -> Value {
    let mut block = json!({"format": format, "source": source});
    if modality == "document" {
        block["name"] = json!("Terms");
    }
    json!({modality: block})
}

/// Every format that the SDK knows, with its media type.
fn formats() -> [(&'static str, Vec<(&'static str, &'static str)>); 4] {
    let formats = [
        (
            "audio",
            vec![
                ("aac", "audio/aac"),
                ("flac", "audio/flac"),
                ("m4a", "audio/mp4"),
                ("mka", "audio/x-matroska"),
                ("mkv", "audio/x-matroska"),
                ("mp3", "audio/mpeg"),
                ("mp4", "audio/mp4"),
                ("mpeg", "audio/mpeg"),
                ("mpga", "audio/mpeg"),
                ("ogg", "audio/ogg"),
                ("opus", "audio/opus"),
                ("pcm", "audio/pcm"),
                ("wav", "audio/wav"),
                ("webm", "audio/webm"),
                ("x-aac", "audio/x-aac"),
            ],
        ),
        (
            "document",
            vec![
                ("csv", "text/csv"),
                ("doc", "application/msword"),
                (
                    "docx",
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                ),
                ("html", "text/html"),
                ("md", "text/markdown"),
                ("pdf", "application/pdf"),
                ("txt", "text/plain"),
                ("xls", "application/vnd.ms-excel"),
                (
                    "xlsx",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
            ],
        ),
        (
            "image",
            vec![
                ("gif", "image/gif"),
                ("jpeg", "image/jpeg"),
                ("png", "image/png"),
                ("webp", "image/webp"),
            ],
        ),
        (
            "video",
            vec![
                ("flv", "video/x-flv"),
                ("mkv", "video/x-matroska"),
                ("mov", "video/quicktime"),
                ("mp4", "video/mp4"),
                ("mpeg", "video/mpeg"),
                ("mpg", "video/mpeg"),
                ("three_gp", "video/3gpp"),
                ("webm", "video/webm"),
                ("wmv", "video/x-ms-wmv"),
            ],
        ),
    ];
    let known = [
        AudioFormat::values(),
        DocumentFormat::values(),
        ImageFormat::values(),
        VideoFormat::values(),
    ];
    for ((modality, formats), known) in formats.iter().zip(known) {
        let words: Vec<_> = formats.iter().map(|(format, _)| *format).collect();
        assert_eq!(words, known, "{modality}");
    }
    formats
}
