//! Damaged bodies: members missing, duplicated, renamed, of another type or
//! size.

use std::borrow::Cow;

use fastrand::Rng;

use crate::record::json::Json;

type Value = Json<'static>;

/// The body with some damage, or another value.
pub(super) fn damage_body(body: &Value, others: &[Value], random: &mut Rng) -> Value {
    if random.usize(..16) == 0 {
        return random_value(others, random, 4);
    }
    let mut body = body.clone();
    for _ in 0..=random.usize(..3) {
        damage_value(&mut body, others, random);
    }
    body
}

/// The body as bytes, some of them changed or cut off.
pub(super) fn damage_bytes(body: &Value, random: &mut Rng) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(body).unwrap();
    for _ in 0..=random.usize(..4) {
        let at = random.usize(..bytes.len().max(1));
        match random.usize(..4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(
                at,
                *random.choice(b"{}[]\",:0123456789.eE-\\u\0\xff").unwrap(),
            ),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.u8(..);
                }
            }
        }
    }
    bytes
}

/// Changes one value.
fn damage_value(value: &mut Value, others: &[Value], random: &mut Rng) {
    match value {
        Json::Object(members) if !members.is_empty() && random.usize(..8) != 0 => {
            let at = random.usize(..members.len());
            match random.usize(..12) {
                0 => {
                    members.remove(at);
                }
                1 => {
                    let (name, _) = members[at].clone();
                    members.push((name, random_value(others, random, 2)));
                }
                2 => members[at].0 = Cow::Borrowed(*random.choice(NAMES).unwrap()),
                3 => {
                    let name = Cow::Borrowed(*random.choice(NAMES).unwrap());
                    members.push((name, random_value(others, random, 2)));
                }
                _ => damage_value(&mut members[at].1, others, random),
            }
        }
        Json::Array(items) if !items.is_empty() && random.usize(..8) != 0 => {
            let at = random.usize(..items.len());
            match random.usize(..8) {
                0 => {
                    items.remove(at);
                }
                1 => {
                    let item = items[at].clone();
                    // Now and then more than the allowed candidates.
                    let count = if random.usize(..16) == 0 { 70 } else { 2 };
                    items.extend(std::iter::repeat_n(item, count));
                }
                2 => items.push(random_value(others, random, 2)),
                _ => damage_value(&mut items[at], others, random),
            }
        }
        place => *place = random_value(others, random, 3),
    }
}

/// Any value: a number, a text, a piece of another body, nested lists.
fn random_value(others: &[Value], random: &mut Rng, depth: usize) -> Value {
    match random.usize(..14) {
        0 => Json::Null,
        1 => Json::Bool(random.bool()),
        2 | 3 => Json::Int(*random.choice(INTS).unwrap()),
        4 | 5 => Json::Float(*random.choice(FLOATS).unwrap()),
        6 | 7 => Json::Text(Cow::Borrowed(*random.choice(TEXTS).unwrap())),
        8 if depth > 0 => {
            let count = random.usize(..4);
            let items = (0..count).map(|_| random_value(others, random, depth - 1));
            Json::Array(items.collect())
        }
        9 if depth > 0 => {
            let count = random.usize(..4);
            let members = (0..count).map(|_| {
                let name = Cow::Borrowed(*random.choice(NAMES).unwrap());
                (name, random_value(others, random, depth - 1))
            });
            Json::Object(members.collect())
        }
        10 if random.usize(..4) == 0 => {
            (0..random.usize(..100)).fold(Json::Null, |inner, _| Json::Array(vec![inner]))
        }
        11 if random.usize(..4) == 0 => (0..random.usize(..100)).fold(Json::Int(7), |inner, _| {
            Json::Object(vec![("content".into(), inner)])
        }),
        _ => random.choice(others).unwrap().clone(),
    }
}

const INTS: &[i64] = &[0, 1, 2, 7, -1, -8, 64, 65, 4096, i64::MAX, i64::MIN];

const FLOATS: &[f64] = &[
    0.0,
    3.0,
    -0.0,
    0.5,
    2.5,
    -3.0,
    1e15,
    9_007_199_254_740_993.0,
    1e300,
    -1e300,
    f64::MIN_POSITIVE,
];

const TEXTS: &[&str] = &[
    "",
    "5",
    "3.0",
    "user",
    "assistant",
    "tool",
    "text",
    "message",
    "image",
    "stop",
    "tool_use",
    "guardrail_intervened",
    "data:image/png;base64,",
    "data:,",
    "://",
    "\u{0}",
    "🦀é\u{301}",
    "embeddings_by_type",
    "content_block_start",
    "text-generation",
    "stream-end",
    "=====",
    "a text that is longer than the characters that these tests keep of each",
];

/// Members that some payload format reads.
const NAMES: &[&str] = &[
    "body",
    "candidates",
    "chat_history",
    "choices",
    "completion",
    "completions",
    "content",
    "contentBlockDelta",
    "data",
    "delta",
    "details",
    "embedding",
    "embeddings",
    "error",
    "event_type",
    "finish_reason",
    "generated_text",
    "generation",
    "generation_token_count",
    "generations",
    "id",
    "images",
    "index",
    "inputText",
    "inputTextTokenCount",
    "input_tokens",
    "is_finished",
    "max_tokens",
    "message",
    "messages",
    "meta",
    "metadata",
    "model",
    "n",
    "output",
    "outputText",
    "output_tokens",
    "outputs",
    "parameters",
    "prompt",
    "prompt_token_count",
    "prompt_tokens",
    "results",
    "role",
    "stop",
    "stop_reason",
    "system",
    "temperature",
    "text",
    "texts",
    "token",
    "tokenCount",
    "tokens",
    "tool_calls",
    "tools",
    "top_k",
    "type",
    "usage",
    "",
];
