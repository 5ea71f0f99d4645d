//! Token counts, as reported; never estimated.

/// What a call used. `None`: the service did not say; 0 is a count.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    /// All tokens of the input, cached ones included, where the model counts
    /// so (the `choices[]` dialect).
    pub(crate) input_with_cache: Option<i64>,
    /// Tokens of the input without the cached ones, as Bedrock counts.
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
    /// All tokens of the input, cached ones included, as the conventions ask.
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

    /// Takes over what a source tells, over what was known.
    pub(crate) fn update(&mut self, newer: &Self) {
        self.merge(newer, |known, newer| newer.or(known));
    }

    /// Takes over what a source of less standing tells where nothing is known.
    pub(crate) fn fill_missing(&mut self, other: &Self) {
        let mut other = other.clone();
        if self.input_tokens().is_some() {
            // Counts of the cache belong to the count of the input that they
            // came with: added to another's they could be counted twice.
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

    /// Adds what a part of the call used. What no part tells stays unknown.
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

/// A count in whichever form JSON has it: replies that a guardrail blocked say
/// `3.0`. A number that cannot be a count is none.
pub(crate) fn count_from_f64(number: f64) -> Option<i64> {
    let whole = number.is_finite() && number.fract() == 0.0;
    // Beyond this, a float no longer tells whole numbers apart.
    (whole && (0.0..=9_007_199_254_740_992.0).contains(&number)).then(|| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range was checked above"
        )]
        let count = number as i64;
        count
    })
}
