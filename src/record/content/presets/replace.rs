//! Replaces parts of a text.

use std::ops::Range;

/// Replaces ranges of a text, which are in order and do not overlap.
pub(super) fn replace_ranges(
    text: &mut String,
    ranges: impl IntoIterator<Item = Range<usize>>,
    replacement: &str,
) {
    let mut replaced = String::new();
    let mut end = 0;
    for range in ranges {
        let before = text.get(end..range.start).unwrap_or_default();
        replaced.push_str(before);
        replaced.push_str(replacement);
        end = range.end;
    }
    if end > 0 {
        replaced.push_str(text.get(end..).unwrap_or_default());
        *text = replaced;
    }
}

/// Whether a range is no part of a longer word or number.
pub(super) fn is_separate(text: &str, range: &Range<usize>) -> bool {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    let before = text.get(..range.start).unwrap_or_default().chars();
    let after = text.get(range.end..).unwrap_or_default().chars();
    !before.rev().take(1).any(is_word) && !after.take(1).any(is_word)
}
