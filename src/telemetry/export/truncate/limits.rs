//! [`AttributeLimits`]: how much of the attributes is exported.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue};

use super::json::{convert_to_json, truncate_json};
use super::record_limits::{RecordLimits, to_u32};
use super::text::{fits_chars, truncate_chars};
use crate::semconv::pipeline;
use crate::telemetry::export::payload::attributes::{
    AttributeOwner, Attributes, visit_counted_attributes,
};
use crate::telemetry::export::payload::metric_points::drop_non_finite_points;
use crate::telemetry::export::payload::otlp_payload::OtlpPayload;

/// The receiver's limits, and those of the settings.
///
/// The instrumentation truncates content earlier, where its structure is known.
/// These limits cover the application's own attributes and raised content limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct AttributeLimits {
    /// Characters of a string.
    pub(crate) value_chars: usize,
    /// Characters of a name.
    key_chars: usize,
    array_items: usize,
    /// Attributes of a record, an event or a link.
    record_attributes: usize,
    resource_attributes: usize,
    scope_attributes: usize,
    /// Whether nested values and non-finite numbers are accepted.
    nested: bool,
    pub(crate) record: RecordLimits,
}

impl AttributeLimits {
    pub(crate) const NONE: Self = Self {
        value_chars: usize::MAX,
        key_chars: usize::MAX,
        array_items: usize::MAX,
        record_attributes: usize::MAX,
        resource_attributes: usize::MAX,
        scope_attributes: usize::MAX,
        nested: true,
        record: RecordLimits::NONE,
    };
    /// New Relic truncates longer strings, and drops longer arrays, nested values
    /// and attributes beyond the maximum.
    pub(crate) const NEW_RELIC: Self = Self {
        value_chars: 4_095,
        key_chars: 255,
        array_items: 64,
        record_attributes: 128,
        resource_attributes: 64,
        scope_attributes: 8,
        nested: false,
        record: RecordLimits::NONE,
    };

    pub(crate) fn with_record_limits(self, record: &RecordLimits) -> Self {
        Self {
            record: *record,
            ..self
        }
    }

    /// Truncates values and removes attributes that the receiver would drop. Returns
    /// how many values it changed.
    pub(crate) fn apply(&self, payload: &mut OtlpPayload) -> usize {
        if *self == Self::NONE {
            return 0;
        }
        let mut changed = self.record.limit_spans(payload);
        visit_counted_attributes(payload, |owner, attributes, dropped| {
            let before = attributes.len();
            changed += self.limit_attributes(owner, attributes);
            *dropped += to_u32(before.saturating_sub(attributes.len()));
        });
        if !self.nested {
            changed += drop_non_finite_points(payload);
        }
        changed
    }

    fn limit_attributes(&self, owner: AttributeOwner, attributes: &mut Attributes) -> usize {
        let before = attributes.len();
        if !self.nested {
            attributes.retain_mut(flatten_value);
        }
        let (max, max_chars) = self.of_owner(owner);
        if attributes.len() > max {
            // A stable sort: core attributes first, all in their previous order.
            attributes.sort_by_key(|kv| !is_core(&kv.key));
            attributes.truncate(max);
        }
        let removed = before - attributes.len();
        let truncated = attributes
            .iter_mut()
            .map(|kv| usize::from(self.truncate_pair(kv, max_chars)));
        removed + truncated.sum::<usize>()
    }

    /// The most attributes, and the most characters of a value.
    fn of_owner(&self, owner: AttributeOwner) -> (usize, usize) {
        let chars = self.value_chars.min(self.record.value_chars);
        let attributes = |limit: usize| self.record_attributes.min(limit);
        match owner {
            AttributeOwner::Record => (attributes(self.record.attributes), chars),
            AttributeOwner::Event => (attributes(self.record.event_attributes), chars),
            AttributeOwner::Link => (attributes(self.record.link_attributes), chars),
            AttributeOwner::Resource => (self.resource_attributes, self.value_chars),
            AttributeOwner::Scope => (self.scope_attributes, self.value_chars),
        }
    }

    fn truncate_pair(&self, kv: &mut KeyValue, max_chars: usize) -> bool {
        let key = truncate_chars(&mut kv.key, self.key_chars);
        let value = kv.value.as_mut().and_then(|value| value.value.as_mut());
        // Both must run: `|`, not `||`.
        value.is_some_and(|value| self.truncate_value(value, max_chars)) | key
    }

    fn truncate_value(&self, value: &mut Value, max_chars: usize) -> bool {
        match value {
            Value::StringValue(text) => truncate_text(text, max_chars),
            Value::ArrayValue(ArrayValue { values }) => {
                let long = values.len() > self.array_items;
                values.truncate(self.array_items);
                let items = values.iter_mut().filter_map(|item| item.value.as_mut());
                items.fold(long, |changed, item| {
                    self.truncate_value(item, max_chars) | changed
                })
            }
            _ => false,
        }
    }
}

fn truncate_text(text: &mut String, max_chars: usize) -> bool {
    if fits_chars(text, max_chars) {
        return false;
    }
    if let Some(json) = truncate_json(text, max_chars) {
        *text = json;
        return true;
    }
    truncate_chars(text, max_chars)
}

/// Converts a nested value to JSON text. False for a value that New Relic drops.
fn flatten_value(attribute: &mut KeyValue) -> bool {
    let Some(AnyValue { value: Some(value) }) = &mut attribute.value else {
        return false;
    };
    let nested = match value {
        Value::DoubleValue(number) => return number.is_finite(),
        Value::ArrayValue(array) => !is_homogeneous(array),
        Value::KvlistValue(_) => true,
        _ => false,
    };
    if nested {
        *value = Value::StringValue(convert_to_json(value).to_string());
    }
    true
}

/// Whether all items have the same primitive type.
fn is_homogeneous(array: &ArrayValue) -> bool {
    let mut types = array.values.iter().map(|item| match item.value {
        Some(
            Value::StringValue(_)
            | Value::BoolValue(_)
            | Value::IntValue(_)
            | Value::DoubleValue(_),
        ) => item.value.as_ref().map(std::mem::discriminant),
        _ => None,
    });
    match types.next() {
        Some(first) => first.is_some() && types.all(|next| next == first),
        None => true,
    }
}

fn is_core(key: &str) -> bool {
    pipeline::CORE.iter().any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
