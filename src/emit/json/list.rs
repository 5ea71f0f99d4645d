//! A JSON list truncated to a limit.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use crate::emit::truncate::{TextLengths, Truncation, truncate_json};

/// Which items of a list are omitted first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Omit {
    /// The oldest messages and parts.
    First,
    /// The lowest-ranked documents, the last tools and policies.
    Last,
}

/// Serialises a list in at most `limit` characters. `form` gives the serialised form
/// of one item. A marker gives the number of omitted items.
pub(super) fn list_to_json<I, T: Serialize>(
    items: &(impl Iterator<Item = I> + Clone),
    lengths: TextLengths<'_>,
    limit: usize,
    omit: Omit,
    form: impl Fn(I, Truncation) -> T,
) -> String {
    truncate_json(limit, lengths, |truncation| {
        let list = TruncatedList {
            items: items.clone().map(|item| form(item, truncation)),
            omitted: truncation.omitted_items,
            omit,
        };
        serde_json::to_string(&list).unwrap_or_default()
    })
}

pub(super) struct TruncatedList<I> {
    pub(super) items: I,
    pub(super) omitted: usize,
    pub(super) omit: Omit,
}

impl<I: Iterator<Item: Serialize> + Clone> Serialize for TruncatedList<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Marker {
            r#type: &'static str,
            omitted: usize,
        }
        let omitted = self.omitted;
        let marker = (omitted > 0).then_some(Marker {
            r#type: "truncated",
            omitted,
        });
        let (skip, take) = match self.omit {
            _ if omitted == 0 => (0, usize::MAX),
            Omit::First => (omitted, usize::MAX),
            Omit::Last => (0, self.items.clone().count().saturating_sub(omitted)),
        };
        let mut seq = serializer.serialize_seq(None)?;
        if let (Some(marker), Omit::First) = (&marker, self.omit) {
            seq.serialize_element(marker)?;
        }
        for item in self.items.clone().skip(skip).take(take) {
            seq.serialize_element(&item)?;
        }
        if let (Some(marker), Omit::Last) = (&marker, self.omit) {
            seq.serialize_element(marker)?;
        }
        seq.end()
    }
}
