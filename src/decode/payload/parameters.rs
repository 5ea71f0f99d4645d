//! The parameters of a request, in the spellings of all payload formats. They do
//! not clash, so every format reads all of them, even for an opaque ARN.

use crate::record::Request;
use crate::record::json::Json;

/// Reads the parameters in one object of a body. Values that are set stay, so
/// the object that takes precedence is read first.
pub(crate) fn read_parameters(object: &Json<'_>, request: &mut Request) {
    let int = |keys: &[&str]| keys.iter().find_map(|key| object.get_i64(key));
    let float = |keys: &[&str]| keys.iter().find_map(|key| object.get_f64(key));
    let float = |keys: &[&str]| float(keys).map(shorten_f32);
    let scale = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| object.get(key)?.get_f64("scale"))
    };
    request.max_tokens = request.max_tokens.or_else(|| int(MAX_TOKENS));
    request.temperature = request.temperature.or_else(|| float(&["temperature"]));
    request.top_p = request.top_p.or_else(|| float(TOP_P));
    request.top_k = request.top_k.or_else(|| int(TOP_K));
    let frequency = || float(FREQUENCY_PENALTY).or_else(|| scale(FREQUENCY_PENALTY));
    request.frequency_penalty = request.frequency_penalty.or_else(frequency);
    let presence = || float(PRESENCE_PENALTY).or_else(|| scale(PRESENCE_PENALTY));
    request.presence_penalty = request.presence_penalty.or_else(presence);
    request.seed = request.seed.or_else(|| int(&["seed"]));
    request.choice_count = request.choice_count.or_else(|| int(CHOICES));
    if request.stop_sequences.is_empty() {
        let mut stops = STOP_SEQUENCES.iter().map(|key| object.get_strings(key));
        request.stop_sequences = stops.find(|stops| !stops.is_empty()).unwrap_or_default();
    }
}

/// The shortest decimal of a number that was an `f32` when it was written: the SDK
/// sends 0.2 as 0.20000000298023224.
pub(crate) fn shorten_f32(number: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "compared below")]
    let single = number as f32;
    // The JSON parser may be off in the last bit.
    let was_single = (f64::from(single) - number).abs() <= number.abs() * 2.0 * f64::EPSILON;
    if !was_single || number.fract() == 0.0 {
        return number;
    }
    single.to_string().parse().unwrap_or(number)
}

/// Whether a request has parameters of text generation.
pub(super) fn has_text_parameters(request: &Request) -> bool {
    request.max_tokens.is_some()
        || request.temperature.is_some()
        || request.top_p.is_some()
        || request.top_k.is_some()
        || !request.stop_sequences.is_empty()
}

/// The output type that a `response_format` sets.
pub(super) fn output_type(format: Option<&Json<'_>>) -> Option<&'static str> {
    match format?.get_str("type")? {
        "json_object" | "json_schema" => Some("json"),
        "text" => Some("text"),
        _ => None,
    }
}

const MAX_TOKENS: &[&str] = &[
    "max_tokens",
    "maxTokens",
    "max_completion_tokens",
    "max_new_tokens",
    "max_gen_len",
    "max_tokens_to_sample",
    "maxTokenCount",
    "maxOutputTokens",
];
const TOP_P: &[&str] = &["top_p", "topP", "p"];
const TOP_K: &[&str] = &["top_k", "topK", "k"];
const FREQUENCY_PENALTY: &[&str] = &["frequency_penalty", "frequencyPenalty"];
const PRESENCE_PENALTY: &[&str] = &["presence_penalty", "presencePenalty"];
const CHOICES: &[&str] = &["n", "num_generations", "numResults", "numberOfImages"];
const STOP_SEQUENCES: &[&str] = &["stop", "stop_sequences", "stopSequences"];
