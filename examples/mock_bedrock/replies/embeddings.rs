//! Embeddings in the format of Titan Text Embeddings V2.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::answer::Answer;
use super::words;

/// Answers `InvokeModel` of an embeddings model.
pub(super) fn invoke(body: &Value) -> Result<Answer, String> {
    let Some(text) = body.get("inputText").and_then(Value::as_str) else {
        return Err("required key [inputText] not found".to_owned());
    };
    let dimensions = body.get("dimensions").map_or(Some(1024), Value::as_u64);
    let Some(dimensions @ (256 | 512 | 1024)) = dimensions else {
        return Err("dimensions must be 256, 512 or 1024".to_owned());
    };
    let normalize = body.get("normalize").and_then(Value::as_bool);
    let embedding = embed_text(text, dimensions, normalize.unwrap_or(true));
    let tokens = words::count_tokens(text);
    let body = json!({"embedding": embedding, "inputTextTokenCount": tokens});
    Ok(Answer::json(200, &body)
        .header("x-amzn-bedrock-input-token-count", &tokens.to_string())
        .header(
            "x-amzn-bedrock-invocation-latency",
            &LATENCY.as_millis().to_string(),
        )
        .pause_after(0, LATENCY))
}

/// A vector of the text's words. Texts that share words have nearly the same
/// direction; each repetition of a word counts less than the one before.
fn embed_text(text: &str, dimensions: u64, normalize: bool) -> Vec<f32> {
    let mut words = words::split_stems(text);
    words.sort_unstable();
    let mut vector = vec![0.0_f32; usize::try_from(dimensions).unwrap_or(256)];
    for repeated in words.chunk_by(|a, b| a == b) {
        let Some(word) = repeated.first() else {
            continue;
        };
        let weights = repeated.iter().zip(1_u8..);
        let weight: f32 = weights.map(|(_, nth)| 1.0 / f32::from(nth)).sum();
        // Several positions for each word, with independent signs: words that
        // collide in one position seldom collide in the others.
        for position in 0..POSITIONS {
            let hash = hash_word(word, position);
            let index = usize::try_from((hash >> 32) % dimensions).unwrap_or(0);
            if let Some(value) = vector.get_mut(index) {
                *value += if hash & 1 == 0 { weight } else { -weight };
            }
        }
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if normalize && length > 0.0 {
        for value in &mut vector {
            *value /= length;
        }
    }
    vector
}

/// FNV-1a with a final mix: equal on every machine and in every run.
fn hash_word(word: &str, position: u8) -> u64 {
    let bytes = word.bytes().chain([position]);
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

const LATENCY: Duration = Duration::from_millis(40);

const POSITIONS: u8 = 4;
