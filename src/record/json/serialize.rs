//! JSON values as JSON text, without media.
//!
//! This is the only way in which a [`Json`] becomes text, so no caller can copy
//! media with it. What counts as media:
//!
//! * a `data:` URL, in any member;
//! * the base64 or byte array of a payload member (`bytes`, `data`, `blob`, …)
//!   in an object that declares media: by `type` (`image`, `base64`, …), by a
//!   MIME type or by a `format` of images, sounds, videos or binary documents;
//! * base64 in `bytes`, `blob` and their like, of 16 characters and more or
//!   below `source`;
//! * base64 in or directly below a member that is called after a medium
//!   (`image`, `video`, `data`, …), where it starts as media do or has 64
//!   characters;
//! * base64 that starts as media do, and base64 of 128 characters, anywhere;
//! * an array of 256 bytes and more.
//!
//! A text with a space is never base64, so ordinary texts stay. URLs lose credentials, and those of media their query.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::parse::MAX_ITEMS;
use super::position::Position;
use super::value::Json;
use crate::record::content::media::Marker;

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let position = Position::default();
        Positioned(self, position).serialize(serializer)
    }
}

impl Json<'_> {
    /// Whether media or credentials would be left out of the value's text.
    pub(super) fn holds_media(&self) -> bool {
        Positioned(self, Position::default()).holds_media()
    }
}

/// A value, and where it stands.
struct Positioned<'a, 'b>(&'a Json<'b>, Position<'a, 'b>);

impl Positioned<'_, '_> {
    /// The serialized value differs from what was parsed.
    fn holds_media(&self) -> bool {
        let Self(value, position) = *self;
        match value {
            Json::Text(text) => {
                position.find_media(text).is_some() || *position.clean_url(text) != **text
            }
            Json::Array(items) => {
                let mut values = items.iter().map(|item| Positioned(item, position));
                position.is_byte_array(items) || values.any(|value| value.holds_media())
            }
            Json::Object(members) => members.iter().any(|(name, value)| {
                let position = position.descend(name, members);
                Positioned(value, position).holds_media()
            }),
            _ => false,
        }
    }
}

impl Serialize for Positioned<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, position) = *self;
        match value {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(bool) => serializer.serialize_bool(*bool),
            Json::Int(int) => serializer.serialize_i64(*int),
            Json::Float(float) => serializer.serialize_f64(*float),
            Json::Text(text) => match position.find_media(text) {
                Some(marker) => serializer.collect_str(&marker),
                None => serializer.serialize_str(&position.clean_url(text)),
            },
            Json::Array(items) if position.is_byte_array(items) => {
                // A longer array is not kept whole.
                let bytes = Some(items.len()).filter(|length| *length < MAX_ITEMS);
                let kind = Marker::BINARY;
                serializer.collect_str(&Marker { kind, bytes })
            }
            Json::Array(items) => {
                serializer.collect_seq(items.iter().map(|item| Positioned(item, position)))
            }
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    let position = position.descend(name, members);
                    map.serialize_entry(name, &Positioned(value, position))?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
#[path = "serialize_tests.rs"]
mod tests;
