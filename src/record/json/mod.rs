//! A JSON value that borrows from the bytes it was read from.
//!
//! Payloads are recognised by their structure, so every body becomes a value:
//! this is `serde_json::Value` without the copies of all texts and names, with
//! accessors that check the type.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;

use super::content::TruncatedText;
use super::count_from_f64;

mod media;

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

impl<'a> Json<'a> {
    /// Parses a body. `None` if it is not JSON.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Reads the members of an object that are wanted, and skips the others
    /// without building values. `None` for what is not a JSON object.
    pub(crate) fn parse_members(bytes: &'a [u8], wanted: impl Fn(&str) -> bool) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let value = deserializer.deserialize_map(WantedMembers(wanted)).ok()?;
        deserializer.end().ok()?;
        Some(value)
    }

    /// Sorts the members of all objects by name.
    pub(crate) fn sort_members(&mut self) {
        match self {
            Self::Array(items) => items.iter_mut().for_each(Self::sort_members),
            Self::Object(members) => {
                members.sort_by(|(one, _), (other, _)| one.cmp(other));
                members
                    .iter_mut()
                    .for_each(|(_, value)| value.sort_members());
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

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "as JSON parsers without big integers do"
        )]
        Ok(i64::try_from(value).map_or(Json::Float(value as f64), Json::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while items.len() < MAX_ITEMS {
            let Some(item) = seq.next_element()? else {
                return Ok(Json::Array(items));
            };
            items.push(item);
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while members.len() < MAX_ITEMS {
            let Some((Str(key), value)) = map.next_entry()? else {
                return Ok(Json::Object(members));
            };
            members.push((key, value));
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Json::Object(members))
    }
}

struct WantedMembers<F>(F);

impl<'de, F: Fn(&str) -> bool> Visitor<'de> for WantedMembers<F> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(Str(key)) = map.next_key()? {
            if members.len() < MAX_ITEMS && (self.0)(&key) {
                members.push((key, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Json::Object(members))
    }
}

/// Items of one list, or members of one object, that are kept: more than the
/// dimensions of any vector, and less than a body that is all numbers has.
const MAX_ITEMS: usize = 16_384;

/// A string that borrows where it can: `Cow` by itself would always allocate.
struct Str<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Str<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(StrReader)
    }
}

struct StrReader;

impl<'de> Visitor<'de> for StrReader {
    type Value = Str<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Str(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Str(Cow::Owned(value.to_owned())))
    }
}
