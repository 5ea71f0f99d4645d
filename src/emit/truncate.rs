//! Truncates a structure of texts to a number of characters and keeps it valid.
//!
//! The longest texts are shortened first. If every text would become too short to
//! be useful, whole items are omitted.

/// How much of a structure to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truncation {
    /// Characters of each text.
    pub(super) text_limit: usize,
    pub(super) omitted_items: usize,
    /// Parts omitted from the only remaining item.
    pub(super) omitted_parts: usize,
}

/// The lengths of the texts of a structure: a list of items with one or more
/// parts, each with at most one text.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextLengths<'a> {
    /// Characters of each part's text; 0 for a part without text.
    pub(super) texts: &'a [usize],
    /// The number of parts of each item; empty if each item has one part.
    pub(super) parts: &'a [usize],
}

impl<'a> TextLengths<'a> {
    /// Items of one part each.
    pub(super) fn per_item(texts: &'a [usize]) -> Self {
        Self { texts, parts: &[] }
    }

    fn item_count(&self) -> usize {
        if self.parts.is_empty() {
            self.texts.len()
        } else {
            self.parts.len()
        }
    }

    fn part_count(&self, item: usize) -> usize {
        self.parts.get(item).copied().unwrap_or(1)
    }

    /// The texts that remain after omission.
    fn remaining(&self, truncation: Truncation) -> &'a [usize] {
        let before: usize = (0..truncation.omitted_items)
            .map(|item| self.part_count(item))
            .sum();
        self.texts
            .get(before + truncation.omitted_parts..)
            .unwrap_or(&[])
    }

    /// The number of items to omit so that each other keeps a useful length. One
    /// item always remains.
    fn count_excess_items(&self, limit: usize) -> usize {
        let mut end = self.texts.len();
        let mut room = limit;
        let fits = |item: &usize| {
            let start = end.saturating_sub(self.part_count(*item));
            let texts = self.texts.get(start..end).unwrap_or(&[]);
            let needed = texts
                .iter()
                .map(|text| PART_OVERHEAD + text.min(&USEFUL_CHARS));
            end = start;
            let left = room.checked_sub(needed.sum());
            room = left.unwrap_or(0);
            left.is_some()
        };
        let items = self.item_count();
        let fitting = (0..items).rev().take_while(fits).count();
        items.saturating_sub(fitting.max(1))
    }
}

/// Writes a JSON list in at most `limit` characters. `write` is called with smaller
/// and smaller truncations until its result fits.
pub(super) fn truncate_json(
    limit: usize,
    lengths: TextLengths<'_>,
    write: impl Fn(Truncation) -> String,
) -> String {
    let total: usize = lengths.texts.iter().sum();
    let mut truncation = Truncation {
        text_limit: usize::MAX,
        omitted_items: 0,
        omitted_parts: 0,
    };
    let mut budget = total;
    if total > limit {
        truncation.omitted_items = lengths.count_excess_items(limit);
        budget = share(limit, lengths, &mut truncation);
    }
    let mut json = write(truncation);
    let mut scaled = 0;
    for _ in 0..MAX_TRIES {
        let length = json.len().min(json.chars().count());
        let excess = length.saturating_sub(limit);
        if excess == 0 {
            return json;
        }
        let texts = lengths.remaining(truncation);
        let is_last_item = truncation.omitted_items + 1 >= lengths.item_count();
        if budget > 0
            && scaled < SCALED_TRIES
            && (truncation.text_limit >= MIN_USEFUL_CHARS || is_last_item)
        {
            // Escaping makes texts longer than counted: reduce the budget by the
            // excess in proportion to that growth, and slightly more.
            scaled += 1;
            let overhead = texts.len().saturating_mul(PART_OVERHEAD);
            let escaped = length.saturating_sub(overhead);
            let reduction = excess
                .saturating_mul(budget)
                .checked_div(escaped.max(budget));
            let reduction = reduction.unwrap_or(excess);
            budget = budget.saturating_sub(reduction + reduction / 8 + 1);
            truncation.text_limit = shared_limit(texts, budget);
        } else if !is_last_item {
            truncation.omitted_items += lengths
                .item_count()
                .saturating_sub(truncation.omitted_items)
                .div_ceil(4)
                .max(1);
            truncation.omitted_items = truncation
                .omitted_items
                .min(lengths.item_count().saturating_sub(1));
            budget = share(limit, lengths, &mut truncation);
            scaled = 0;
        } else if texts.len() > 1 {
            truncation.omitted_parts += texts.len().div_ceil(2);
            budget = share(limit, lengths, &mut truncation);
            scaled = 0;
        } else {
            budget /= 2;
            truncation.text_limit = shared_limit(texts, budget);
        }
        json = write(truncation);
    }
    if json.chars().count() <= limit {
        json
    } else {
        "[]".to_owned()
    }
}

/// Sets the text limit for the remaining texts; returns their common budget.
fn share(limit: usize, lengths: TextLengths<'_>, truncation: &mut Truncation) -> usize {
    let texts = lengths.remaining(*truncation);
    let budget = limit.saturating_sub(texts.len().saturating_mul(PART_OVERHEAD));
    truncation.text_limit = shared_limit(texts, budget);
    budget
}

/// The text limit under which texts of these lengths fit into `budget` together.
fn shared_limit(lengths: &[usize], budget: usize) -> usize {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    let mut left = budget;
    let mut remaining = sorted.len();
    for length in sorted {
        let share = left.checked_div(remaining).unwrap_or(0);
        if length > share {
            return share;
        }
        left -= length;
        remaining -= 1;
    }
    usize::MAX
}

/// Approximate characters of a part besides its text.
const PART_OVERHEAD: usize = 64;

/// Characters that show what a text is about.
const USEFUL_CHARS: usize = 120;

/// Below this text limit, items are omitted instead.
const MIN_USEFUL_CHARS: usize = 40;

/// Attempts to find how much escaping adds.
const SCALED_TRIES: usize = 4;

/// Attempts to omit items; enough for any number of items.
const MAX_TRIES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_without_text_are_omitted_until_the_rest_fits() {
        let lengths = TextLengths::per_item(&[0; 8]);
        let json = truncate_json(12, lengths, |truncation| {
            "x".repeat(3 * (8 - truncation.omitted_items))
        });
        assert_eq!(json.len(), 12);
    }

    #[test]
    fn many_items_keep_texts_of_useful_length() {
        for (items, length) in [(40, 200), (60, 100), (64, 100), (100, 200), (1000, 50)] {
            let lengths = vec![length; items];
            let write = |truncation: Truncation| {
                let kept = length.min(truncation.text_limit);
                let marker = if kept < length { 30 } else { 0 };
                "x".repeat((items - truncation.omitted_items) * (56 + kept + marker))
            };
            let last = std::cell::Cell::new(None);
            let json = truncate_json(4095, TextLengths::per_item(&lengths), |truncation| {
                last.set(Some(truncation));
                write(truncation)
            });
            let last = last.get().unwrap();
            assert!(json.len() <= 4095 && json.len() > 2500, "{items}");
            assert!(
                last.text_limit >= MIN_USEFUL_CHARS,
                "{items} of {length}: {last:?}"
            );
        }
    }
}
