//! The instruments that calls are measured with.

use opentelemetry::metrics::{Counter, Histogram, Meter};

use crate::semconv::metrics as name;

/// One set for a client. Boundaries are those that the conventions advise; a
/// receiver that prefers exponential histograms sets a view.
pub(crate) struct Instruments {
    pub(crate) inference: Inference,
    /// Seconds, of what is no inference; in the names until v1.41 of all.
    pub(crate) duration: Histogram<f64>,
    pub(crate) tokens: Tokens,
    pub(crate) guardrail_interventions: Counter<u64>,
    pub(crate) retries: Counter<u64>,
    pub(crate) throttles: Counter<u64>,
}

/// Seconds.
pub(crate) struct Inference {
    pub(crate) duration: Histogram<f64>,
    pub(crate) time_to_first_chunk: Histogram<f64>,
    pub(crate) time_per_chunk: Histogram<f64>,
}

pub(crate) enum Tokens {
    /// Until v1.41: one histogram, with the type of the tokens as an attribute.
    Usage(Histogram<u64>),
    Latest(Box<LatestTokens>),
}

/// Since: counters for what is paid, histograms for how much a call takes.
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
    pub(crate) fn new(meter: &Meter, latest: bool) -> Self {
        let duration = seconds(
            meter,
            name::DURATION,
            "How long an operation took, as the client saw it",
        );
        let (inference, first_chunk, per_chunk) = if latest {
            use name::latest;
            let inference = seconds(
                meter,
                latest::DURATION,
                "How long an inference took, as the client saw it",
            );
            (
                inference,
                latest::TIME_TO_FIRST_CHUNK,
                latest::TIME_PER_CHUNK,
            )
        } else {
            let first_chunk = name::TIME_TO_FIRST_CHUNK;
            (duration.clone(), first_chunk, name::TIME_PER_CHUNK)
        };
        Self {
            inference: Inference {
                duration: inference,
                time_to_first_chunk: seconds(
                    meter,
                    first_chunk,
                    "From the request to the first chunk of a streamed answer",
                ),
                time_per_chunk: seconds(
                    meter,
                    per_chunk,
                    "From one chunk of a streamed answer to the next",
                ),
            },
            duration,
            tokens: if latest {
                Tokens::Latest(Box::new(LatestTokens::new(meter)))
            } else {
                Tokens::Usage(tokens(
                    meter,
                    name::TOKEN_USAGE,
                    "Tokens of a call, by type",
                ))
            },
            guardrail_interventions: counter(
                meter,
                name::GUARDRAIL_INTERVENTIONS,
                "{intervention}",
                "Calls in which a guardrail intervened",
            ),
            retries: counter(
                meter,
                name::RETRIES,
                "{attempt}",
                "Attempts of calls beyond the first",
            ),
            throttles: counter(
                meter,
                name::THROTTLES,
                "{attempt}",
                "Attempts that the service turned away because of their rate",
            ),
        }
    }
}

impl LatestTokens {
    fn new(meter: &Meter) -> Self {
        use name::latest;
        let usage = |name, description| counter(meter, name, "{token}", description);
        Self {
            input: usage(latest::USAGE_INPUT, "Input tokens, cached ones included"),
            output: usage(latest::USAGE_OUTPUT, "Output tokens"),
            cache_read: usage(latest::USAGE_CACHE_READ, "Input tokens read from the cache"),
            cache_write: usage(
                latest::USAGE_CACHE_WRITE,
                "Input tokens written to the cache",
            ),
            reasoning: usage(latest::USAGE_REASONING, "Output tokens of reasoning"),
            input_of_call: tokens(meter, latest::INPUT_TOKENS, "Input tokens of an inference"),
            output_of_call: tokens(
                meter,
                latest::OUTPUT_TOKENS,
                "Output tokens of an inference",
            ),
            input_of_embeddings: tokens(
                meter,
                latest::EMBEDDINGS_INPUT_TOKENS,
                "Input tokens of embeddings",
            ),
        }
    }
}

fn seconds(meter: &Meter, name: &'static str, description: &'static str) -> Histogram<f64> {
    meter
        .f64_histogram(name)
        .with_unit("s")
        .with_description(description)
        .with_boundaries(SECONDS.to_vec())
        .build()
}

fn tokens(meter: &Meter, name: &'static str, description: &'static str) -> Histogram<u64> {
    meter
        .u64_histogram(name)
        .with_unit("{token}")
        .with_description(description)
        .with_boundaries(TOKENS.to_vec())
        .build()
}

fn counter(
    meter: &Meter,
    name: &'static str,
    unit: &'static str,
    description: &'static str,
) -> Counter<u64> {
    meter
        .u64_counter(name)
        .with_unit(unit)
        .with_description(description)
        .build()
}

/// As the conventions advise.
const SECONDS: [f64; 14] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
