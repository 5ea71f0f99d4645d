//! Builds a list of attributes.

use opentelemetry::{Array, KeyValue, StringValue, Value};

/// A list of attributes in the order in which they were added. Absent values are
/// left out; 0 is a value.
#[derive(Clone, Debug)]
pub(super) struct Attributes(Vec<KeyValue>);

impl Attributes {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(super) fn into_inner(self) -> Vec<KeyValue> {
        self.0
    }

    pub(super) fn push(&mut self, key: &'static str, value: impl Into<Value>) {
        self.0.push(KeyValue::new(key, value));
    }

    pub(super) fn push_if_some(&mut self, key: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.push(key, value);
        }
    }

    pub(super) fn push_text(&mut self, key: &'static str, value: Option<&str>) {
        self.push_if_some(key, value.map(str::to_owned));
    }

    /// Adds a string array, unless it is empty.
    pub(super) fn push_list<T: Into<StringValue>>(
        &mut self,
        key: &'static str,
        values: impl IntoIterator<Item = T>,
    ) {
        let values: Vec<StringValue> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.push(key, Value::Array(Array::String(values)));
        }
    }

    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = KeyValue>) {
        self.0.extend(more);
    }

    /// Adds the attributes whose names are neither present nor `reserved`. The
    /// SDK would keep both values of a name, which backends handle differently.
    pub(super) fn extend_missing<'a>(
        &mut self,
        more: impl IntoIterator<Item = &'a KeyValue>,
        reserved: &[&str],
    ) {
        for attribute in more {
            let key = attribute.key.as_str();
            if !reserved.contains(&key) && !self.contains(key) {
                self.0.push(attribute.clone());
            }
        }
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.iter().any(|known| known.key.as_str() == key)
    }

    pub(super) fn remove(&mut self, keys: &[&str]) {
        self.0.retain(|known| !keys.contains(&known.key.as_str()));
    }
}
