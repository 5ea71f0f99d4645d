//! Token counts, as reported. They are never estimated.

/// Tokens of a call. `None`: not reported; 0 is a count.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    /// All input tokens, cached ones included: the count of the `choices[]`
    /// format.
    pub(crate) input_with_cache: Option<i64>,
    /// Input tokens without the cached ones: the count of all other formats.
    pub(crate) input: Option<i64>,
    pub(crate) output: Option<i64>,
    pub(crate) cache_read: Option<i64>,
    pub(crate) cache_write: Option<i64>,
    /// Parts of `cache_write`, by time to live.
    pub(crate) cache_write_5m: Option<i64>,
    pub(crate) cache_write_1h: Option<i64>,
    /// A part of `output`.
    pub(crate) reasoning: Option<i64>,
}

impl Usage {
    pub(crate) fn new(input: Option<i64>, output: Option<i64>) -> Self {
        Self {
            input,
            output,
            ..Self::default()
        }
    }

    /// All input tokens, cached ones included, as the conventions require.
    pub(crate) fn input_tokens(&self) -> Option<i64> {
        if self.input_with_cache.is_some() {
            return self.input_with_cache;
        }
        let cached = self
            .cache_read
            .unwrap_or(0)
            .saturating_add(self.cache_write.unwrap_or(0));
        self.input.map(|input| input.saturating_add(cached))
    }

    /// Takes over the counts of a source, over earlier ones.
    pub(crate) fn update(&mut self, newer: &Self) {
        self.merge(newer, |known, newer| newer.or(known));
    }

    /// Takes over the counts of a secondary source where there are none.
    pub(crate) fn fill_missing(&mut self, other: &Self) {
        let mut other = other.clone();
        if self.input_tokens().is_some() {
            // Cache counts belong to the input count of the same source. Added
            // to that of another, they could be counted twice.
            other.input = None;
            other.input_with_cache = None;
            if self.input_with_cache.is_none()
                && (self.cache_read.is_none() || self.cache_write.is_none())
            {
                other.cache_read = None;
                other.cache_write = None;
            }
        }
        self.merge(&other, Option::or);
    }

    /// Adds the usage of a part of the call. A count that no part reports stays
    /// unknown.
    #[cfg_attr(
        not(any(feature = "agent-runtime", feature = "agentcore")),
        expect(dead_code, reason = "only agents have parts")
    )]
    pub(crate) fn add(&mut self, part: &Self) {
        let sum = |known: &mut Option<i64>, more: Option<i64>| {
            if let Some(more) = more {
                *known = Some(known.unwrap_or(0).saturating_add(more));
            }
        };
        sum(&mut self.input_with_cache, part.input_tokens());
        sum(&mut self.output, part.output);
        sum(&mut self.cache_read, part.cache_read);
        sum(&mut self.cache_write, part.cache_write);
        sum(&mut self.reasoning, part.reasoning);
    }

    fn merge(&mut self, other: &Self, pick: impl Fn(Option<i64>, Option<i64>) -> Option<i64>) {
        self.input_with_cache = pick(self.input_with_cache, other.input_with_cache);
        self.input = pick(self.input, other.input);
        self.output = pick(self.output, other.output);
        self.cache_read = pick(self.cache_read, other.cache_read);
        self.cache_write = pick(self.cache_write, other.cache_write);
        self.cache_write_5m = pick(self.cache_write_5m, other.cache_write_5m);
        self.cache_write_1h = pick(self.cache_write_1h, other.cache_write_1h);
        self.reasoning = pick(self.reasoning, other.reasoning);
    }
}

/// A count that JSON holds as a float: responses that a guardrail blocked have
/// `3.0`. `None` for a number that cannot be a count.
pub(crate) fn count_from_f64(number: f64) -> Option<i64> {
    let whole = number.is_finite() && number.fract() == 0.0;
    // Beyond 2^53, floats cannot represent all whole numbers.
    (whole && (0.0..=9_007_199_254_740_992.0).contains(&number)).then(|| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range was checked above"
        )]
        let count = number as i64;
        count
    })
}
