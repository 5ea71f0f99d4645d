//! Truncates plain text.

/// Truncates to `max` characters, of which the last is the mark. Returns whether it
/// was longer.
pub(super) fn truncate_chars(text: &mut String, max: usize) -> bool {
    if fits_chars(text, max) {
        return false;
    }
    let kept = text.chars().take(max.saturating_sub(1));
    *text = kept.chain([MARK]).take(max).collect();
    true
}

/// Truncates to `max` bytes, including the mark.
pub(super) fn truncate_bytes(text: &mut String, max: usize) {
    if text.len() > max {
        let mark = MARK.len_utf8();
        let end = text.floor_char_boundary(max.saturating_sub(mark));
        text.truncate(end);
        text.extend((max > mark).then_some(MARK));
    }
}

pub(super) fn fits_chars(text: &str, max: usize) -> bool {
    // There are never more characters than bytes, so short text is not counted.
    text.len() <= max || text.chars().nth(max).is_none()
}

/// Ends a truncated text.
pub(super) const MARK: char = '…';
