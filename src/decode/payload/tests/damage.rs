//! Bodies as no model sends them: members missing, doubled, renamed, of
//! another type or size.

use std::borrow::Cow;

use crate::decode::random::Random;
use crate::record::json::Json;

type Value = Json<'static>;

/// The body with some damage, or another body altogether.
pub(super) fn damaged(body: &Value, others: &[Value], random: &mut Random) -> Value {
    if random.one_in(16) {
        return anything(others, random, 4);
    }
    let mut body = body.clone();
    for _ in 0..=random.below(3) {
        damage(&mut body, others, random);
    }
    body
}

/// The body as bytes, with some of them changed, or only the beginning.
pub(super) fn damaged_bytes(body: &Value, random: &mut Random) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(body).unwrap();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, *random.pick(b"{}[]\",:0123456789.eE-\\u\0\xff")),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.number().to_le_bytes()[0];
                }
            }
        }
    }
    bytes
}

/// Changes one place.
fn damage(value: &mut Value, others: &[Value], random: &mut Random) {
    match value {
        Json::Object(members) if !members.is_empty() && !random.one_in(8) => {
            let at = random.below(members.len());
            match random.below(12) {
                0 => {
                    members.remove(at);
                }
                1 => {
                    let (name, _) = members[at].clone();
                    members.push((name, anything(others, random, 2)));
                }
                2 => members[at].0 = Cow::Borrowed(*random.pick(NAMES)),
                3 => {
                    let name = Cow::Borrowed(*random.pick(NAMES));
                    members.push((name, anything(others, random, 2)));
                }
                _ => damage(&mut members[at].1, others, random),
            }
        }
        Json::Array(items) if !items.is_empty() && !random.one_in(8) => {
            let at = random.below(items.len());
            match random.below(8) {
                0 => {
                    items.remove(at);
                }
                1 => {
                    let item = items[at].clone();
                    // At times more than there may be candidates.
                    let count = if random.one_in(16) { 70 } else { 2 };
                    items.extend(std::iter::repeat_n(item, count));
                }
                2 => items.push(anything(others, random, 2)),
                _ => damage(&mut items[at], others, random),
            }
        }
        place => *place = anything(others, random, 3),
    }
}

/// Any value: a number out of place, a text, a piece of another body, nests.
fn anything(others: &[Value], random: &mut Random, depth: usize) -> Value {
    match random.below(14) {
        0 => Json::Null,
        1 => Json::Bool(random.one_in(2)),
        2 | 3 => Json::Int(*random.pick(INTS)),
        4 | 5 => Json::Float(*random.pick(FLOATS)),
        6 | 7 => Json::Text(Cow::Borrowed(*random.pick(TEXTS))),
        8 if depth > 0 => {
            let count = random.below(4);
            let items = (0..count).map(|_| anything(others, random, depth - 1));
            Json::Array(items.collect())
        }
        9 if depth > 0 => {
            let count = random.below(4);
            let members = (0..count).map(|_| {
                let name = Cow::Borrowed(*random.pick(NAMES));
                (name, anything(others, random, depth - 1))
            });
            Json::Object(members.collect())
        }
        10 if random.one_in(4) => {
            (0..random.below(100)).fold(Json::Null, |inner, _| Json::Array(vec![inner]))
        }
        11 if random.one_in(4) => (0..random.below(100)).fold(Json::Int(7), |inner, _| {
            Json::Object(vec![("content".into(), inner)])
        }),
        _ => random.pick(others).clone(),
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

/// Members that mean something to one dialect or another.
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
