//! The instruments of the metrics.

use opentelemetry::metrics::{Counter, Histogram, Meter};

use crate::semconv::metrics as name;

/// The instruments of one client. Histogram boundaries are those that the
/// conventions recommend; a view can select exponential histograms.
pub(crate) struct Instruments {
    pub(crate) inference: InferenceInstruments,
    /// Seconds of operations other than inference; with the names up to v1.41, of
    /// all operations.
    pub(crate) duration: Histogram<f64>,
    pub(crate) tokens: TokenInstruments,
    pub(crate) guardrail_interventions: Counter<u64>,
    pub(crate) retries: Counter<u64>,
    pub(crate) throttles: Counter<u64>,
}

/// Seconds.
pub(crate) struct InferenceInstruments {
    pub(crate) duration: Histogram<f64>,
    pub(crate) time_to_first_chunk: Histogram<f64>,
    pub(crate) time_per_chunk: Histogram<f64>,
}

pub(crate) enum TokenInstruments {
    /// Up to v1.41: one histogram with the token type as an attribute.
    Usage(Histogram<u64>),
    Latest(Box<LatestTokens>),
}

/// Later versions: counters of billed tokens and histograms by call.
pub(crate) struct LatestTokens {
    pub(crate) input: Counter<u64>,
    pub(crate) output: Counter<u64>,
    pub(crate) cache_read: Counter<u64>,
    pub(crate) cache_write: Counter<u64>,
    pub(crate) reasoning: Counter<u64>,
    pub(crate) input_of_call: Histogram<u64>,
    pub(crate) output_of_call: Histogram<u64>,
    pub(crate) input_of_embeddings: Histogram<u64>,
}

impl Instruments {
    pub(super) fn new(meter: &Meter, latest: bool) -> Self {
        let seconds = |name, text| seconds_histogram(meter, name, text);
        let count = |name, unit, text| counter(meter, name, unit, text);
        let duration = "Duration of operations, measured by the client";
        let duration = seconds(name::DURATION, duration);
        let (inference_duration, first_chunk, per_chunk) = if latest {
            use name::latest::{DURATION, TIME_PER_CHUNK, TIME_TO_FIRST_CHUNK};
            let inference = seconds(DURATION, "Duration of inference, measured by the client");
            (inference, TIME_TO_FIRST_CHUNK, TIME_PER_CHUNK)
        } else {
            let first_chunk = name::TIME_TO_FIRST_CHUNK;
            (duration.clone(), first_chunk, name::TIME_PER_CHUNK)
        };
        let first_chunk_text = "Time from the request to the first chunk of a streamed response";
        let per_chunk_text = "Time between chunks of a streamed response";
        let interventions_text = "Calls in which a guardrail intervened";
        let interventions = name::GUARDRAIL_INTERVENTIONS;
        let throttles_text = "Attempts rejected because of a rate limit";
        Self {
            inference: InferenceInstruments {
                duration: inference_duration,
                time_to_first_chunk: seconds(first_chunk, first_chunk_text),
                time_per_chunk: seconds(per_chunk, per_chunk_text),
            },
            duration,
            tokens: TokenInstruments::new(meter, latest),
            guardrail_interventions: count(interventions, "{intervention}", interventions_text),
            retries: count(name::RETRIES, "{attempt}", "Attempts beyond the first"),
            throttles: count(name::THROTTLES, "{attempt}", throttles_text),
        }
    }
}

impl TokenInstruments {
    fn new(meter: &Meter, latest: bool) -> Self {
        use name::latest as names;
        let histogram = |name, text| token_histogram(meter, name, text);
        if !latest {
            return Self::Usage(histogram(name::TOKEN_USAGE, "Tokens of a call by type"));
        }
        let count = |name, text| counter(meter, name, "{token}", text);
        let (cache_read, cache_write) = (names::USAGE_CACHE_READ, names::USAGE_CACHE_WRITE);
        let embeddings = names::EMBEDDINGS_INPUT_TOKENS;
        Self::Latest(Box::new(LatestTokens {
            input: count(names::USAGE_INPUT, "Input tokens, cached tokens included"),
            output: count(names::USAGE_OUTPUT, "Output tokens"),
            cache_read: count(cache_read, "Input tokens read from the cache"),
            cache_write: count(cache_write, "Input tokens written to the cache"),
            reasoning: count(names::USAGE_REASONING, "Output tokens spent on reasoning"),
            input_of_call: histogram(names::INPUT_TOKENS, "Input tokens of an inference"),
            output_of_call: histogram(names::OUTPUT_TOKENS, "Output tokens of an inference"),
            input_of_embeddings: histogram(embeddings, "Input tokens of embeddings"),
        }))
    }
}

fn seconds_histogram(meter: &Meter, name: &'static str, text: &'static str) -> Histogram<f64> {
    let histogram = meter.f64_histogram(name).with_unit("s");
    let histogram = histogram.with_description(text);
    histogram.with_boundaries(SECONDS.to_vec()).build()
}

fn token_histogram(meter: &Meter, name: &'static str, text: &'static str) -> Histogram<u64> {
    let histogram = meter.u64_histogram(name).with_unit("{token}");
    let histogram = histogram.with_description(text);
    // Boundaries recommended by the conventions: 1 to 67,108,864.
    let powers_of_four = (0..14).map(|power| 4.0_f64.powi(power));
    histogram.with_boundaries(powers_of_four.collect()).build()
}

fn counter(
    meter: &Meter,
    name: &'static str,
    unit: &'static str,
    text: &'static str,
) -> Counter<u64> {
    let counter = meter.u64_counter(name).with_unit(unit);
    counter.with_description(text).build()
}

/// Boundaries recommended by the conventions.
const SECONDS: [f64; 14] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
