//! Embeddings in the shape of Titan Text Embeddings V2.

use std::time::Duration;

use serde_json::{Value, json};

use super::reply::{Failure, Reply, Tokens};
use super::words;

/// Answers `InvokeModel` of an embeddings model.
pub(super) fn invoke(body: &Value) -> Result<Reply, Failure> {
    let Some(text) = body.get("inputText").and_then(Value::as_str) else {
        return Err(Failure::validation("required key [inputText] not found"));
    };
    let dimensions = match body.get("dimensions").map(Value::as_u64) {
        None => 1024,
        Some(Some(known @ (256 | 512 | 1024))) => usize::try_from(known).unwrap_or(256),
        Some(_) => {
            return Err(Failure::validation("dimensions must be 256, 512 or 1024"));
        }
    };
    let input = words::tokens(text);
    let normalize = body.get("normalize").and_then(Value::as_bool);
    let embedding = embed(text, dimensions, normalize.unwrap_or(true));
    Ok(Reply::Whole {
        body: json!({ "embedding": embedding, "inputTextTokenCount": input }),
        after: Duration::from_millis(40),
        counts: Some(Tokens {
            input,
            output: None,
        }),
    })
}

/// A vector of the text's words. Texts that share words point in nearly the same
/// direction; a word that comes again and again counts less each time.
fn embed(text: &str, dimensions: usize, normalize: bool) -> Vec<f32> {
    let mut words = words::stems(text);
    words.sort_unstable();
    let mut vector = vec![0.0_f32; dimensions];
    for same in words.chunk_by(|one, other| one == other) {
        let Some(word) = same.first() else { continue };
        let weight = same.iter().zip(1_u8..).map(|(_, nth)| 1.0 / f32::from(nth));
        let weight: f32 = weight.sum();
        // Several places a word, with signs of their own: where two words meet
        // in one place, they hardly ever meet in the others.
        for place in 0..PLACES {
            let hash = hash(word, place);
            let sign = if hash & 1 == 0 { weight } else { -weight };
            let index = usize::try_from(hash >> 32).unwrap_or(0) % dimensions;
            if let Some(value) = vector.get_mut(index) {
                *value += sign;
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

/// FNV-1a with a last stir: the same on every machine and in every run.
fn hash(word: &str, place: u8) -> u64 {
    let bytes = word.bytes().chain([place]);
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

const PLACES: u8 = 4;
