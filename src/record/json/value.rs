//! A JSON value that borrows from the bytes it was read from.
//!
//! Payloads are recognised by their structure, so every body becomes a value:
//! this is `serde_json::Value` without the copies of all texts and names, with
//! accessors that check the type.

use std::borrow::Cow;

use serde::ser::Serialize;

use crate::record::content::TruncatedText;
use crate::record::count_from_f64;

/// A JSON value. If a member appears twice, the last one counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl Json<'_> {
    /// Sorts the members of all objects by name.
    pub(crate) fn sort_members(&mut self) {
        match self {
            Self::Array(items) => items.iter_mut().for_each(Self::sort_members),
            Self::Object(members) => {
                members.sort_by(|(one, _), (other, _)| one.cmp(other));
                for (_, value) in members {
                    value.sort_members();
                }
            }
            _ => {}
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The member, if it is an object: not for `null`.
    pub(crate) fn get_object(&self, key: &str) -> Option<&Self> {
        self.get(key).filter(|value| value.is_object())
    }

    /// The member at the end of a path of names.
    pub(crate) fn get_path(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    pub(crate) fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    pub(crate) fn get_string(&self, key: &str) -> Option<String> {
        self.get_str(key).map(str::to_owned)
    }

    /// An identifier: a text that is not empty, or a number.
    pub(crate) fn get_id(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Self::Text(text) if !text.is_empty() => Some(text.to_string()),
            Self::Int(int) => Some(int.to_string()),
            _ => None,
        }
    }

    pub(crate) fn get_f64(&self, key: &str) -> Option<f64> {
        match *self.get(key)? {
            #[expect(clippy::cast_precision_loss, reason = "request parameters are small")]
            Self::Int(int) => Some(int as f64),
            Self::Float(float) => Some(float),
            _ => None,
        }
    }

    /// A whole number that may be negative.
    pub(crate) fn get_i64(&self, key: &str) -> Option<i64> {
        match *self.get(key)? {
            Self::Int(int) => Some(int),
            Self::Float(float) => count_from_f64(float),
            _ => None,
        }
    }

    /// A whole number from 0.
    pub(crate) fn get_count(&self, key: &str) -> Option<i64> {
        self.get_i64(key).filter(|count| *count >= 0)
    }

    pub(crate) fn get_bool(&self, key: &str) -> Option<bool> {
        match *self.get(key)? {
            Self::Bool(bool) => Some(bool),
            _ => None,
        }
    }

    pub(crate) fn as_slice(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn get_array(&self, key: &str) -> &[Self] {
        self.get(key).map_or(&[], Self::as_slice)
    }

    pub(crate) fn get_strings(&self, key: &str) -> Vec<String> {
        match self.get(key) {
            Some(Self::Text(text)) => vec![text.to_string()],
            Some(list) => list
                .as_slice()
                .iter()
                .filter_map(Self::as_str)
                .map(str::to_owned)
                .collect(),
            None => Vec::new(),
        }
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// The value as JSON text without media.
    pub(crate) fn to_truncated_text(&self, cap: usize) -> TruncatedText {
        serialize_truncated(self, cap)
    }
}

/// Any value as JSON text. Its `Json` values are written without media.
pub(crate) fn serialize_truncated(value: &impl Serialize, cap: usize) -> TruncatedText {
    let mut text = TruncatedText::new(cap);
    // The writer cannot fail. A value that JSON cannot represent is left out.
    drop(serde_json::to_writer(&mut text, value));
    text
}
