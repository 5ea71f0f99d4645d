//! How much of a value is exported.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue};

use super::json;
use crate::Error;
use crate::semconv::pipeline;
use crate::telemetry::config::environment as env;
use crate::telemetry::config::environment::Env;
use crate::telemetry::export::payload::attributes::{Attributes, Place};
use crate::telemetry::export::payload::otlp_payload::Payload;

/// What a receiver keeps, or what was asked for.
///
/// Content is shortened before, where its structure is known; this is the last
/// line, for what applications add and for limits that they raised.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Limits {
    /// Characters of a string.
    chars: usize,
    /// Characters of a name.
    key: usize,
    /// Items of an array.
    items: usize,
    /// Attributes of a record, of an event.
    attributes: usize,
    resource: usize,
    scope: usize,
    /// Whether values may have values inside.
    nested: bool,
}

/// `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT` > `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`,
/// which the SDK does not read > none. Never more than New Relic takes, where
/// it is the receiver.
pub(crate) fn resolve_limits(env: &Env, new_relic: bool) -> Result<Limits, Error> {
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
    /// Shortens what is too long and leaves out what has no place. Returns how
    /// many values it touched.
    pub(crate) fn apply(&self, payload: &mut Payload) -> u64 {
        if *self == NONE {
            return 0;
        }
        let mut touched = 0;
        payload.visit(|place, attributes| touched += self.cut(place, attributes));
        let unreal = if self.nested {
            0
        } else {
            payload.drop_unreal_points()
        };
        unreal.saturating_add(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    fn cut(&self, place: Place, attributes: &mut Attributes) -> usize {
        let before = attributes.len();
        if !self.nested {
            attributes.retain_mut(keeps);
        }
        let room = match place {
            Place::Record | Place::Event => self.attributes,
            Place::Resource => self.resource,
            Place::Scope => self.scope,
        };
        if attributes.len() > room {
            // Stable: what the conventions name comes first, the rest as it was.
            attributes.sort_by_key(|kv| !is_core(&kv.key));
            attributes.truncate(room);
        }
        let left_out = before - attributes.len();
        let shortened = attributes
            .iter_mut()
            .map(|kv| usize::from(self.shorten_pair(kv)));
        left_out + shortened.sum::<usize>()
    }

    fn shorten_pair(&self, kv: &mut KeyValue) -> bool {
        let key = cut_text(&mut kv.key, self.key);
        let value = kv.value.as_mut().and_then(|value| value.value.as_mut());
        // Both are visited: `|` and not `||`.
        value.is_some_and(|value| self.shorten(value)) | key
    }

    fn shorten(&self, value: &mut Value) -> bool {
        match value {
            Value::StringValue(text) => self.shorten_text(text),
            Value::ArrayValue(ArrayValue { values }) => {
                let long = values.len() > self.items;
                values.truncate(self.items);
                let items = values.iter_mut().filter_map(|item| item.value.as_mut());
                items.fold(long, |touched, item| self.shorten(item) | touched)
            }
            _ => false,
        }
    }

    fn shorten_text(&self, text: &mut String) -> bool {
        if fits(text, self.chars) {
            return false;
        }
        if let Some(json) = json::shorten(text, self.chars) {
            *text = json;
            return true;
        }
        cut_text(text, self.chars)
    }
}

/// Whether New Relic keeps such an attribute. A value with values inside becomes
/// JSON, which it does.
fn keeps(attribute: &mut KeyValue) -> bool {
    let Some(AnyValue { value: Some(value) }) = &mut attribute.value else {
        return false;
    };
    match value {
        Value::DoubleValue(number) => number.is_finite(),
        Value::ArrayValue(array) if !is_plain(array) => {
            *value = Value::StringValue(json::of(value).to_string());
            true
        }
        Value::KvlistValue(_) => {
            *value = Value::StringValue(json::of(value).to_string());
            true
        }
        _ => true,
    }
}

/// Whether all items are of one simple kind.
fn is_plain(array: &ArrayValue) -> bool {
    let mut kinds = array.values.iter().map(|item| match item.value {
        Some(
            Value::StringValue(_)
            | Value::BoolValue(_)
            | Value::IntValue(_)
            | Value::DoubleValue(_),
        ) => item.value.as_ref().map(std::mem::discriminant),
        _ => None,
    });
    match kinds.next() {
        Some(first) => first.is_some() && kinds.all(|kind| kind == first),
        None => true,
    }
}

fn is_core(key: &str) -> bool {
    pipeline::CORE.iter().any(|prefix| key.starts_with(prefix))
}

fn fits(text: &str, chars: usize) -> bool {
    // Characters are never more than bytes, so short text is not walked.
    text.len() <= chars || text.chars().nth(chars).is_none()
}

fn cut_text(text: &mut String, chars: usize) -> bool {
    if fits(text, chars) {
        return false;
    }
    let kept = text.chars().take(chars.saturating_sub(1));
    *text = kept.chain(['…']).take(chars).collect();
    true
}

const NONE: Limits = Limits {
    chars: usize::MAX,
    key: usize::MAX,
    items: usize::MAX,
    attributes: usize::MAX,
    resource: usize::MAX,
    scope: usize::MAX,
    nested: true,
};
/// New Relic cuts longer strings, and drops longer arrays, values with values
/// inside, and what is past the maximum of attributes.
const NEW_RELIC: Limits = Limits {
    chars: 4_095,
    key: 255,
    items: 64,
    attributes: 128,
    resource: 64,
    scope: 8,
    nested: false,
};

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
