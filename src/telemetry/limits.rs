//! How much of a value is exported.

use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::env::{self, Env};
use crate::Error;

/// What a receiver keeps, or what was asked for.
///
/// Content is shortened before, where its structure is known; this is the last
/// line, for what applications add.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Limits {
    /// Characters of a string.
    chars: usize,
    /// Items of an array.
    items: usize,
    /// Attributes of a span or an event.
    attributes: usize,
}

/// `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT` > `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`,
/// which the SDK does not read > none. Never more than New Relic takes, where
/// it is the receiver.
pub(super) fn resolve_limits(env: &Env, new_relic: bool) -> Result<Limits, Error> {
    let limits = if new_relic { NEW_RELIC } else { NONE };
    let Some((name, _)) = env.first(&[env::SPAN_VALUE_LIMIT, env::VALUE_LIMIT]) else {
        return Ok(limits);
    };
    let chars = env
        .parse(name, "a number of characters")?
        .unwrap_or(limits.chars);
    Ok(Limits {
        chars: chars.min(limits.chars),
        ..limits
    })
}

impl Limits {
    /// Shortens long strings and arrays, and leaves out attributes past the
    /// maximum. Returns how many values it touched.
    pub(super) fn apply(&self, span: &mut SpanData) -> u64 {
        if *self == NONE {
            return 0;
        }
        let events = span
            .events
            .events
            .iter_mut()
            .map(|event| self.cut(&mut event.attributes));
        let touched = events.sum::<usize>() + self.cut(&mut span.attributes);
        u64::try_from(touched).unwrap_or(u64::MAX)
    }

    fn cut(&self, attributes: &mut Vec<KeyValue>) -> usize {
        let extra = attributes.len().saturating_sub(self.attributes);
        attributes.truncate(self.attributes);
        let shortened = attributes
            .iter_mut()
            .map(|kv| usize::from(self.shorten(&mut kv.value)));
        extra + shortened.sum::<usize>()
    }

    fn shorten(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => self.shorten_text(text),
            Value::Array(Array::String(items)) => {
                let long = self.shorten_array(items);
                // All are visited: `|` and not `||`.
                items
                    .iter_mut()
                    .fold(long, |touched, item| self.shorten_text(item) | touched)
            }
            Value::Array(Array::I64(items)) => self.shorten_array(items),
            Value::Array(Array::F64(items)) => self.shorten_array(items),
            Value::Array(Array::Bool(items)) => self.shorten_array(items),
            _ => false,
        }
    }

    fn shorten_text(&self, text: &mut StringValue) -> bool {
        let full = text.as_str();
        // Characters are never more than bytes, so short text is not walked.
        if full.len() <= self.chars || full.chars().nth(self.chars).is_none() {
            return false;
        }
        let kept = full.chars().take(self.chars.saturating_sub(1));
        let marked: String = kept.chain(['…']).take(self.chars).collect();
        *text = marked.into();
        true
    }

    fn shorten_array<T>(&self, items: &mut Vec<T>) -> bool {
        let long = items.len() > self.items;
        items.truncate(self.items);
        long
    }
}

const NONE: Limits = Limits {
    chars: usize::MAX,
    items: usize::MAX,
    attributes: usize::MAX,
};
/// New Relic cuts longer strings, and drops longer arrays and what is past the
/// maximum of attributes.
const NEW_RELIC: Limits = Limits {
    chars: 4_095,
    items: 64,
    attributes: NEW_RELIC_ATTRIBUTES,
};
pub(super) const NEW_RELIC_ATTRIBUTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_at_a_character() {
        let mut attributes = vec![
            KeyValue::new("long", "é".repeat(5_000)),
            KeyValue::new("fits", "é".repeat(4_095)),
            KeyValue::new("many", Value::Array(Array::I64(vec![1; 65]))),
            KeyValue::new("number", 1),
        ];
        assert_eq!(NEW_RELIC.cut(&mut attributes), 2);
        let text = attributes[0].value.to_string();
        assert_eq!(text.chars().count(), 4_095);
        assert!(text.ends_with("é…"));
        assert!(
            matches!(&attributes[2].value, Value::Array(Array::I64(items)) if items.len() == 64)
        );
    }

    #[test]
    fn attributes_past_the_maximum_are_left_out_and_counted() {
        let mut attributes = vec![KeyValue::new("x", 0); 130];
        assert_eq!(NEW_RELIC.cut(&mut attributes), 2);
        assert_eq!(attributes.len(), 128);
    }

    #[test]
    fn the_environment_lowers_the_limit() {
        let resolve = |value: &'static str, new_relic| {
            let env = Env::new(move |name| (name == env::VALUE_LIMIT).then(|| value.to_owned()));
            resolve_limits(&env, new_relic).map(|limits| limits.chars)
        };
        assert_eq!(resolve("", false).unwrap(), usize::MAX);
        assert_eq!(resolve("100", false).unwrap(), 100);
        assert_eq!(resolve("10000", true).unwrap(), 4_095);
        let error = resolve("-1", true).unwrap_err().to_string();
        assert_eq!(
            error,
            "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: \"-1\" is not a number of characters"
        );

        let mut attributes = vec![KeyValue::new("x", "abc")];
        for (chars, expected) in [(3, "abc"), (2, "a…"), (1, "…"), (0, "")] {
            Limits { chars, ..NONE }.cut(&mut attributes);
            assert_eq!(attributes[0].value.to_string(), expected);
        }
    }
}
