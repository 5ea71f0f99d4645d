//! The numbers of bodies, to check that a call has no others.

use std::collections::BTreeSet;

use crate::record::json::Json;
use crate::record::{Call, Part, count_from_f64};

/// The numbers in bodies.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    ints: BTreeSet<i64>,
    /// Bits of all numbers.
    floats: BTreeSet<u64>,
    /// Lengths of lists.
    lengths: BTreeSet<i64>,
    /// Of all counts: the candidates of a response may each have their own.
    sum: i64,
}

impl Numbers {
    pub(super) fn insert_numbers(&mut self, body: &Json<'_>) {
        match body {
            Json::Int(int) => {
                self.ints.insert(*int);
                self.insert_float(int_as_float(*int));
                self.sum = self.sum.saturating_add((*int).max(0));
            }
            Json::Float(float) => {
                self.insert_float(*float);
                if let Some(int) = count_from_f64(*float) {
                    self.ints.insert(int);
                    self.sum = self.sum.saturating_add(int);
                }
            }
            Json::Array(items) => {
                let length = i64::try_from(items.len()).unwrap();
                self.lengths.insert(length);
                self.sum = self.sum.saturating_add(length);
                for item in items {
                    self.insert_numbers(item);
                }
            }
            Json::Object(members) => {
                for (_, value) in members {
                    self.insert_numbers(value);
                }
            }
            Json::Null | Json::Bool(_) | Json::Text(_) => {}
        }
    }

    fn insert_float(&mut self, float: f64) {
        self.floats.insert(float.to_bits());
    }

    /// Panics if the call has any other number.
    pub(super) fn assert_all_in(&self, call: &Call) {
        let request = &call.request;
        for int in [
            request.max_tokens,
            request.top_k,
            request.seed,
            request.choice_count,
        ] {
            assert!(
                int.is_none_or(|int| self.ints.contains(&int)),
                "{request:?}"
            );
        }
        for float in [
            request.temperature,
            request.top_p,
            request.frequency_penalty,
            request.presence_penalty,
        ] {
            let known = |float: f64| self.floats.contains(&float.to_bits());
            assert!(float.is_none_or(known), "{request:?}");
        }
        self.assert_tokens_in(call);
        let dimensions = call.response.dimensions;
        let known = |length: i64| {
            let of_lists = [length, length / 8];
            self.ints.contains(&length) || of_lists.iter().any(|it| self.lengths.contains(it))
        };
        assert!(dimensions.is_none_or(known), "{dimensions:?}");
        assert_bounded(call);
    }

    fn assert_tokens_in(&self, call: &Call) {
        for usage in [&call.usage, &call.service_usage] {
            for tokens in [
                usage.input_with_cache,
                usage.input,
                usage.cache_read,
                usage.cache_write,
                usage.cache_write_5m,
                usage.cache_write_1h,
                usage.reasoning,
            ]
            .into_iter()
            .flatten()
            {
                let known = self.ints.contains(&tokens) || self.lengths.contains(&tokens);
                assert!(tokens >= 0 && known, "{usage:?}");
            }
            // Several candidates may each have a count of their own.
            if let Some(tokens) = usage.output {
                let known = self.ints.contains(&tokens) || tokens <= self.sum;
                assert!(tokens >= 0 && known, "{usage:?}");
            }
        }
    }
}

/// Lists and texts stay within their limits.
fn assert_bounded(call: &Call) {
    assert!(call.response.choices.len() <= 64);
    for choice in &call.response.choices {
        for part in &choice.message.parts {
            let kept = part.content().map_or(0, |(text, _)| text.stored_chars());
            assert!(kept <= call.cap().unwrap_or(0), "{part:?}");
        }
    }
    if call.cap().is_none() {
        let mut parts = call.input.iter().flat_map(|message| &message.parts);
        assert!(parts.all(|part| matches!(part, Part::Media(_))));
        assert!(call.system.is_empty() && call.tools.is_empty());
    }
    let media = &call.response.media;
    assert!(media.count >= 0 && media.bytes >= 0);
}

#[expect(clippy::cast_precision_loss, reason = "as the parser does it")]
fn int_as_float(int: i64) -> f64 {
    int as f64
}
