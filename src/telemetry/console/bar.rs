//! The bar of a span on the time line of its trace.

use std::time::Duration;

/// A bar of at most `width` columns: blanks up to the start of the span, then blocks
/// in steps of an eighth of a column. Every span gets at least one eighth.
pub(super) fn draw_bar(start: Duration, length: Duration, total: Duration, width: usize) -> String {
    let eighths = u128::try_from(width).unwrap_or(0) * 8;
    let total = total.as_nanos().max(1);
    let scale = |time: Duration| {
        let eighth = (time.as_nanos() * eighths + total / 2) / total;
        usize::try_from(eighth.min(eighths)).unwrap_or(0)
    };
    // To the nearest column; a span that starts at the end gets the last one.
    let from = ((scale(start) + 4) / 8).min(width.saturating_sub(1));
    let room = (width * 8).saturating_sub(from * 8);
    let length = scale(length).max(1).min(room);
    let mut bar = " ".repeat(from);
    bar.push_str(&"█".repeat(length / 8));
    bar.extend(
        EIGHTHS
            .chars()
            .nth(length % 8)
            .filter(|eighth| *eighth != ' '),
    );
    if width == 0 { String::new() } else { bar }
}

const EIGHTHS: &str = " ▏▎▍▌▋▊▉";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_shows_start_and_duration() {
        let draw = |start, length, total, width| {
            let millis = Duration::from_millis;
            draw_bar(millis(start), millis(length), millis(total), width)
        };
        assert_eq!(draw(0, 100, 100, 8), "████████");
        assert_eq!(draw(50, 50, 100, 8), "    ████");
        assert_eq!(draw(25, 0, 100, 8), "  ▏");
        assert_eq!(draw(0, 19, 100, 8), "█▌");
        assert_eq!(draw(100, 0, 100, 8), "       ▏");
        assert_eq!(draw(113, 3, 1840, 13), " ▏");
        assert_eq!(draw(0, 0, 0, 8), "▏");
        assert_eq!(draw(0, 1, 1, 0), "");
    }
}
