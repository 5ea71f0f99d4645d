//! Payment card numbers.

use std::ops::Range;

use super::replace::{is_separate, replace_ranges};
use crate::record::content::Content;

/// Replaces payment card numbers with `[card]`: 13 to 19 digits, in groups separated by
/// single spaces, hyphens or dots or without separators, that start like a number of a
/// card network and have a valid check digit (Luhn).
///
/// ```
/// use nr_bedrock_observability::{MonitorOptions, redact};
///
/// // "paid with 4111 1111 1111 1111" is recorded as "paid with [card]".
/// let options = MonitorOptions::from_env().redact_with(redact::card_numbers());
/// # drop(options);
/// ```
pub fn card_numbers() -> impl Fn(&mut Content<'_>) + Clone + Send + Sync + 'static {
    |content| {
        let found = find_cards(content.text());
        replace_ranges(content.text_mut(), found, "[card]");
    }
}

fn find_cards(text: &str) -> Vec<Range<usize>> {
    let groups = digit_groups(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = groups.get(at..).filter(|rest| !rest.is_empty()) {
        let card = (1..=MAX_GROUPS.min(rest.len())).rev().find_map(|count| {
            let groups = rest.get(..count)?;
            Some((count, find_card(text, groups)?))
        });
        at += card.as_ref().map_or(1, |(count, _)| *count);
        found.extend(card.map(|(_, range)| range));
    }
    found
}

/// The range of groups that are one card number.
fn find_card(text: &str, groups: &[Range<usize>]) -> Option<Range<usize>> {
    let (first, last) = (groups.first()?, groups.last()?);
    let is_joined = |pair: &[Range<usize>]| match pair {
        [left, right] => matches!(text.get(left.end..right.start), Some(" " | "-" | ".")),
        _ => false,
    };
    if groups.len() > 1 && (first.len() != 4 || !groups.windows(2).all(is_joined)) {
        return None;
    }
    let range = first.start..last.end;
    let digits = text.get(range.clone())?.chars();
    let digits: Vec<u32> = digits.filter_map(|char| char.to_digit(10)).collect();
    let is_card = has_network(&digits) && is_luhn_valid(&digits) && is_separate(text, &range);
    is_card.then_some(range)
}

/// The runs of ASCII digits.
fn digit_groups(text: &str) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        if !byte.is_ascii_digit() {
            continue;
        }
        match groups.last_mut() {
            Some(group) if group.end == at => group.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

fn has_network(digits: &[u32]) -> bool {
    let prefix = digits.iter().take(4).fold(0, |sum, digit| sum * 10 + digit);
    NETWORKS.iter().any(|(low, high, lengths)| {
        (*low..=*high).contains(&prefix) && lengths.contains(&digits.len())
    })
}

/// Doubles every second digit from the right; the sum of all digits ends with 0.
fn is_luhn_valid(digits: &[u32]) -> bool {
    let doubled = |(place, digit): (usize, &u32)| match place % 2 {
        0 => *digit,
        _ if *digit > 4 => digit * 2 - 9,
        _ => digit * 2,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    sum.is_multiple_of(10)
}

/// The first four digits of the networks' numbers, and the numbers' lengths.
const NETWORKS: &[(u32, u32, &[usize])] = &[
    (2221, 2720, &[16]),
    (3000, 3059, &[14, 15, 16, 17, 18, 19]),
    (3400, 3499, &[15]),
    (3528, 3589, &[16, 17, 18, 19]),
    (3600, 3699, &[14, 15, 16, 17, 18, 19]),
    (3700, 3799, &[15]),
    (3800, 3999, &[14, 15, 16, 17, 18, 19]),
    (4000, 4999, &[13, 16, 19]),
    (5000, 5099, &[13, 14, 15, 16, 17, 18, 19]),
    (5100, 5599, &[16]),
    (5600, 5899, &[13, 14, 15, 16, 17, 18, 19]),
    (6000, 6999, &[13, 14, 15, 16, 17, 18, 19]),
];

/// Groups of one number: 4-4-4-4-3.
const MAX_GROUPS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let mut text = text.to_owned();
        let found = find_cards(&text);
        replace_ranges(&mut text, found, "[card]");
        text
    }

    #[test]
    fn card_numbers_are_replaced() {
        for (text, expected) in [
            ("4111 1111 1111 1111", "[card]"),
            ("card 4111-1111-1111-1111, 12/29", "card [card], 12/29"),
            ("4111111111111111.", "[card]."),
            ("378282246310005 and 3782 822463 10005", "[card] and [card]"),
            ("5555 5555 5555 4444 2024", "[card] 2024"),
            ("12 6011 1111 1111 1117", "12 [card]"),
            ("2223003122003222", "[card]"),
            ("30569309025904", "[card]"),
            (r#"{"card":4242424242424242}"#, r#"{"card":[card]}"#),
            ("Ä4é 4222222222222 ß", "Ä4é [card] ß"),
        ] {
            assert_eq!(redacted(text), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "4111 1111 1111 1112",
            "1700000000000",
            "0000 0000 0000 0000",
            "2021 2022 2023 2024",
            "order 123456789012",
            "arn:aws:bedrock:us-east-1:123456789012:x",
            "id4111111111111111",
            "41111111111111110000000",
            "4111\n1111\n1111\n1111",
            "",
        ] {
            assert_eq!(redacted(text), text);
        }
    }
}
