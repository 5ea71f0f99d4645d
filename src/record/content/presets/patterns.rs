//! Redactions by a pattern.

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::Regex;

use super::replace::{is_separate, replace_ranges};
use crate::Error;
use crate::record::content::Content;

/// Replaces everything that matches a regular expression. The syntax is that of the
/// crate [`regex-lite`](https://docs.rs/regex-lite/0.1/regex_lite/#syntax); `\d`, `\w`,
/// `\s` and `(?i)` know ASCII alone. The time is linear in the length of the text. In
/// the replacement, `$1` and `${name}` are capture groups, and `$$` is a dollar sign.
///
/// ```
/// use nr_bedrock_observability::{MonitorOptions, redact};
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// let customers = redact::pattern(r"\bC-\d{6}\b", "[customer]")?;
/// let options = MonitorOptions::from_env().redact_with(customers);
/// # drop(options);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The pattern is not a regular expression.
pub fn pattern(
    pattern: &str,
    replacement: impl Into<String>,
) -> Result<impl Fn(&mut Content<'_>) + Clone + Send + Sync + 'static, Error> {
    let regex =
        Regex::new(pattern).map_err(|error| Error::invalid_setting("redact::pattern", error))?;
    let replacement = replacement.into();
    Ok(move |content: &mut Content<'_>| {
        if regex.is_match(content.text()) {
            let replaced = regex
                .replace_all(content.text(), &*replacement)
                .into_owned();
            content.set_text(replaced);
        }
    })
}

/// Replaces e-mail addresses with `[email]`.
///
/// ```
/// use nr_bedrock_observability::{MonitorOptions, redact};
///
/// let options = MonitorOptions::from_env().redact_with(redact::emails());
/// # drop(options);
/// ```
pub fn emails() -> impl Fn(&mut Content<'_>) + Clone + Send + Sync + 'static {
    |content| {
        let found = find_emails(content.text());
        replace_ranges(content.text_mut(), found, "[email]");
    }
}

/// Replaces phone numbers with `[phone]`: international ones (`+49 30 1234567`,
/// `0049…`), North American ones with separators (`(415) 555-0132`) and national ones
/// with a leading zero and a separator (`030 1234567`). Other digits right after a
/// number are replaced with it. A number without any of these signs is not recognised,
/// because every other number would be too.
///
/// ```
/// use nr_bedrock_observability::{MonitorOptions, redact};
///
/// let options = MonitorOptions::from_env().redact_with(redact::phone_numbers());
/// # drop(options);
/// ```
pub fn phone_numbers() -> impl Fn(&mut Content<'_>) + Clone + Send + Sync + 'static {
    |content| {
        let found = find_phones(content.text());
        replace_ranges(content.text_mut(), found, "[phone]");
    }
}

/// Only the surroundings of an `@` are read.
fn find_emails(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let from = found.last().map_or(0, |last| last.end);
        let before = text.get(from..at).unwrap_or_default();
        let after = text.get(at + 1..).unwrap_or_default();
        let local = before.len() - before.trim_end_matches(is_local).len();
        let local = before.get(before.len() - local..).unwrap_or_default();
        let local = local.trim_start_matches(['.', '\'']);
        let domain = after.find(|char| !is_domain(char)).unwrap_or(after.len());
        let domain = after.get(..domain).unwrap_or_default();
        let domain = domain.trim_end_matches(['.', '-']);
        let (name, top) = domain.rsplit_once('.').unwrap_or_default();
        let is_top_level = top.chars().count() > 1 && !top.chars().all(|it| it.is_ascii_digit());
        if !local.is_empty() && !name.is_empty() && !name.starts_with('.') && is_top_level {
            found.push(at - local.len()..at + 1 + domain.len());
        }
    }
    found
}

fn is_local(char: char) -> bool {
    char.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(char)
}

fn is_domain(char: char) -> bool {
    char.is_alphanumeric() || char == '-' || char == '.'
}

fn find_phones(text: &str) -> Vec<Range<usize>> {
    static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PHONE_PATTERN).ok());
    let mut found = Vec::new();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let Some(regex) = PHONE.as_ref().filter(|_| digits >= MIN_DIGITS) else {
        return found;
    };
    let mut at = 0;
    while let Some(matched) = regex.find_at(text, at) {
        let number = shorten_to_phone(matched.as_str());
        let range = matched.start()..matched.start() + number.len();
        at = range.end.max(matched.start() + 1);
        let before = text.get(..range.start).unwrap_or_default();
        let continues = before.ends_with(['+', '-', '.', '/']);
        if count_digits(number) >= MIN_DIGITS && !continues && is_separate(text, &range) {
            found.push(range);
        }
    }
    found
}

/// Without the last groups, such as a date that follows the number, if there are more
/// digits than a phone number has.
fn shorten_to_phone(mut number: &str) -> &str {
    while count_digits(number) > MAX_DIGITS
        && let Some((shorter, _)) = number.rsplit_once(|it: char| !it.is_ascii_digit())
    {
        number = shorter.trim_end_matches(|it: char| !it.is_ascii_digit());
    }
    number
}

fn count_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

const MIN_DIGITS: usize = 8;
/// 15 of E.164, and two zeros in place of the plus sign.
const MAX_DIGITS: usize = 17;

/// International with `+` or `00`, North American, national with a leading zero.
const PHONE_PATTERN: &str = concat!(
    r"(?:\+|\b00)[1-9]\d{0,2}[ ./-]{0,2}(?:\(\d{1,5}\)[ ./-]{0,2})?\d{1,12}(?:[ ./-]{1,2}\d{1,12}){0,6}",
    r"|\(\d{3}\)[ -]?\d{3}[ .-]\d{4}",
    r"|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b",
    r"|\b0\d{2,4}(?:[ /-]\d{2,8}){1,3}\b",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str, find: fn(&str) -> Vec<Range<usize>>) -> String {
        let mut text = text.to_owned();
        let found = find(&text);
        replace_ranges(&mut text, found, "[x]");
        text
    }

    #[test]
    fn emails_are_replaced() {
        for (text, expected) in [
            ("ann@example.com", "[x]"),
            ("Mail <ann.b+shop@mail.example.co.uk>.", "Mail <[x]>."),
            ("a@b.de,c@d.de; e@f.de.", "[x],[x]; [x]."),
            ("jürgen@exämple.de", "[x]"),
            (r#"{"to":"ann@example.com"}"#, r#"{"to":"[x]"}"#),
            ("(o'neil@example.ie)", "([x])"),
        ] {
            assert_eq!(redacted(text, find_emails), expected, "{text}");
        }
    }

    #[test]
    fn other_uses_of_the_at_sign_stay() {
        for text in [
            "@ann",
            "ann@",
            "ann@home",
            "a @ b.c",
            "x@1.2",
            "numpy@1.26.4",
            "@@@",
            "a@.de",
            "",
        ] {
            assert_eq!(redacted(text, find_emails), text);
        }
    }

    #[test]
    fn phone_numbers_are_replaced() {
        for (text, expected) in [
            ("+49 30 1234567", "[x]"),
            ("call +1 (415) 555-0132.", "call [x]."),
            ("+4915123456789", "[x]"),
            ("0049 30 1234567", "[x]"),
            ("(415) 555-0132 or 415-555-0132", "[x] or [x]"),
            ("415.555.0132", "[x]"),
            ("030 1234567, 0151-23456789", "[x], [x]"),
            ("tel:+44-20-7946-0958;", "tel:[x];"),
            ("+44 20 7946 0958 (555) 123-4567 x", "[x] [x] x"),
            ("020 7946 0958", "[x]"),
            ("030 123 45 67", "[x]"),
            // Rather more than a part of the number.
            ("+81 3-1234-5678 2026-11-27", "[x]-27"),
        ] {
            assert_eq!(redacted(text, find_phones), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "2024-05-12T10:00:00Z",
            "192.168.100.10",
            "version 1.2.3456",
            "1+1=2",
            "total 1234567890",
            "+3 °C",
            "05-12-2024",
            "x-123-456-7890",
            "arn:aws:iam::123456789012:role/x",
            "",
        ] {
            assert_eq!(redacted(text, find_phones), text);
        }
    }
}
