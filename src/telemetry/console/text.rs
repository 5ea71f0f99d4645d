//! Text measured in terminal columns.

use std::time::Duration;

/// Replaces control characters, which would move the cursor or change colours: names
/// and errors come from models and services.
pub(super) fn replace_controls(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

pub(super) fn count_columns(text: &str) -> usize {
    text.chars().map(count_char_columns).sum()
}

/// Truncates the middle to at most `width` columns: both ends of model and tool names
/// identify them best.
pub(super) fn truncate_middle(text: &str, width: usize) -> String {
    if count_columns(text) <= width {
        return text.to_owned();
    }
    let tail_width = width.saturating_sub(1) / 3;
    let head = take_columns(text.chars(), width.saturating_sub(1) - tail_width);
    let mut tail: Vec<char> = take_columns(text.chars().rev(), tail_width)
        .chars()
        .collect();
    tail.reverse();
    let ellipsis = if width == 0 { "" } else { "…" };
    format!("{head}{ellipsis}{}", tail.into_iter().collect::<String>())
}

/// Truncates the end to at most `width` columns.
pub(super) fn truncate_end(text: &str, width: usize) -> String {
    if count_columns(text) <= width {
        return text.to_owned();
    }
    let ellipsis = if width == 0 { "" } else { "…" };
    format!(
        "{}{ellipsis}",
        take_columns(text.chars(), width.saturating_sub(1))
    )
}

/// Drops fields at the end until the rest fits. A single field is truncated.
pub(super) fn truncate_fields(fields: &str, width: usize) -> String {
    let mut kept = fields;
    while count_columns(kept) > width {
        match kept.rsplit_once(SEPARATOR) {
            Some((rest, _)) => kept = rest,
            None => return truncate_end(kept, width),
        }
    }
    kept.to_owned()
}

/// Between two fields.
pub(super) const SEPARATOR: &str = " · ";

/// Blanks that fill the text up to `width` columns.
pub(super) fn build_padding(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(count_columns(text)))
}

/// A duration in at most three digits and a unit.
pub(super) fn format_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    let seconds = duration.as_secs_f64();
    match millis {
        0 => format!("{} µs", duration.as_micros()),
        1..=999 => format!("{millis} ms"),
        1_000..=9_994 => format!("{seconds:.2} s"),
        9_995..=59_949 => format!("{seconds:.1} s"),
        _ => {
            let total = duration.as_secs();
            let (hours, minutes, seconds) = (total / 3_600, total / 60 % 60, total % 60);
            if hours > 0 {
                format!("{hours} h {minutes:02} m")
            } else {
                format!("{minutes} m {seconds:02} s")
            }
        }
    }
}

/// Seconds of an attribute, which may not be a valid duration.
pub(super) fn format_seconds(seconds: f64) -> String {
    Duration::try_from_secs_f64(seconds).map_or_else(|_| format!("{seconds} s"), format_duration)
}

fn take_columns(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut left = width;
    chars
        .take_while(|c| {
            let fits = count_char_columns(*c) <= left;
            left = left.saturating_sub(count_char_columns(*c));
            fits
        })
        .collect()
}

/// Covers the common wide and combining ranges, not the whole Unicode table.
fn count_char_columns(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_at_most_three_digits() {
        for (micros, text) in [
            (0, "0 µs"),
            (420, "420 µs"),
            (3_400, "3 ms"),
            (999_999, "999 ms"),
            (1_840_000, "1.84 s"),
            (9_999_000, "10.0 s"),
            (59_990_000, "0 m 59 s"),
            (75_000_000, "1 m 15 s"),
            (7_500_000_000, "2 h 05 m"),
        ] {
            assert_eq!(format_duration(Duration::from_micros(micros)), text);
        }
        assert_eq!(format_seconds(-1.0), "-1 s");
    }

    #[test]
    fn text_is_truncated_by_columns() {
        assert_eq!(
            truncate_middle("anthropic.claude-sonnet-4-v1:0", 16),
            "anthropic.…-v1:0"
        );
        assert_eq!(truncate_end("日本語の名前", 6), "日本…");
        for width in 0..12 {
            for text in [
                "日本語の名前と語",
                "abcdefghijklmnop",
                "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            ] {
                assert!(
                    count_columns(&truncate_middle(text, width)) <= width,
                    "{text} {width}"
                );
                assert!(
                    count_columns(&truncate_end(text, width)) <= width,
                    "{text} {width}"
                );
            }
        }
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(replace_controls("a\nb\u{1b}[31mc"), "a b [31mc");
    }
}
