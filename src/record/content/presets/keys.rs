//! Credentials of AWS.

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::Regex;

use super::replace::{is_separate, replace_ranges};
use crate::record::content::Content;

/// Replaces credentials of AWS with `[aws key]`: ids of access keys (`AKIA…`, `ASIA…`),
/// API keys of Bedrock (`ABSK…`, `bedrock-api-key-…`), and secret access keys and
/// session tokens after their name or after the id.
///
/// A secret key without such a sign is not recognised: it is 40 letters and digits.
///
/// ```
/// use nr_bedrock_observability::{MonitorOptions, redact};
///
/// let options = MonitorOptions::from_env().redact_with(redact::aws_keys());
/// # drop(options);
/// ```
pub fn aws_keys() -> impl Fn(&mut Content<'_>) + Clone + Send + Sync + 'static {
    |content| {
        for find in [find_secrets, find_ids] {
            let found = find(content.text());
            replace_ranges(content.text_mut(), found, "[aws key]");
        }
    }
}

/// The secrets that follow a name or an id.
fn find_secrets(text: &str) -> Vec<Range<usize>> {
    static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SECRET_PATTERN).ok());
    // Most texts have nothing that is long enough; searching for it is fast.
    let mut runs = text.split(|char: char| !(char.is_ascii_alphanumeric() || "+/=".contains(char)));
    let regex = SECRET.as_ref().filter(|_| runs.any(|run| run.len() >= 40));
    let found = regex
        .into_iter()
        .flat_map(|regex| regex.captures_iter(text));
    let secrets = found.filter_map(|found| found.get(1).or_else(|| found.get(2)));
    secrets.map(|secret| secret.range()).collect()
}

fn find_ids(text: &str) -> Vec<Range<usize>> {
    static ID: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ID_PATTERN).ok());
    let mut prefixes = ID_PREFIXES.iter().map(|prefix| prefix.as_bytes());
    let has_prefix = prefixes.any(|it| memchr::memmem::find(text.as_bytes(), it).is_some());
    let regex = ID.as_ref().filter(|_| has_prefix);
    let found = regex.into_iter().flat_map(|regex| regex.find_iter(text));
    let ranges = found.map(|found| found.range());
    ranges.filter(|range| is_separate(text, range)).collect()
}

const SECRET_PATTERN: &str = concat!(
    r"(?i:secret[_ -]?access[_ -]?key|session[_ -]?token|security[_ -]?token|aws[_ -]?secret[_ -]?key)",
    r#"["'\\]{0,4}\s{0,4}(?:=>|[:=>]|is)\s{0,4}["'\\]{0,4}([A-Za-z0-9/+=]{40,})"#,
    r"|\bA[KS]IA[A-Z0-9]{16}[^A-Za-z0-9]{1,8}([A-Za-z0-9/+]{40})\b",
);

const ID_PREFIXES: [&str; 6] = ["AKIA", "ASIA", "ABIA", "ACCA", "ABSK", "bedrock-api-key-"];

const ID_PATTERN: &str = concat!(
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
    r"|ABSK[A-Za-z0-9+/]{40,}={0,2}",
    r"|bedrock-api-key-[A-Za-z0-9+/_=-]{20,}",
);

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn redacted(text: &str) -> String {
        let mut text = text.to_owned();
        for find in [find_secrets, find_ids] {
            let found = find(&text);
            replace_ranges(&mut text, found, "[aws key]");
        }
        text
    }

    #[test]
    fn keys_are_replaced() {
        let api_key = format!("ABSK{}=", "QmVkcm9ja0FQSUtleS0".repeat(5));
        let short_term = format!("bedrock-api-key-{}", "YmVkcm9jaw".repeat(5));
        for (text, expected) in [
            (ID.to_owned(), "[aws key]"),
            (format!("use {ID}."), "use [aws key]."),
            (ID.replace("AKIA", "ASIA"), "[aws key]"),
            (
                format!("aws_secret_access_key = {SECRET}\n"),
                "aws_secret_access_key = [aws key]\n",
            ),
            (
                format!(r#"{{"SecretAccessKey":"{SECRET}"}}"#),
                r#"{"SecretAccessKey":"[aws key]"}"#,
            ),
            (
                format!(r#"{{\"SecretAccessKey\": \"{SECRET}\"}}"#),
                r#"{\"SecretAccessKey\": \"[aws key]\"}"#,
            ),
            (
                format!("<SecretAccessKey>{SECRET}</SecretAccessKey>"),
                "<SecretAccessKey>[aws key]</SecretAccessKey>",
            ),
            (
                format!("AWS_SESSION_TOKEN={}", SECRET.repeat(4)),
                "AWS_SESSION_TOKEN=[aws key]",
            ),
            (
                format!("the secret access key is {SECRET}"),
                "the secret access key is [aws key]",
            ),
            (format!("{ID},{SECRET}"), "[aws key],[aws key]"),
            (api_key, "[aws key]"),
            (short_term, "[aws key]"),
        ] {
            assert_eq!(redacted(&text), expected, "{text}");
        }
    }

    #[test]
    fn other_text_stays() {
        for text in [
            "AKIA",
            "AKIAIOSFODNN7EXAMPL",
            "XAKIAIOSFODNN7EXAMPLEX",
            "the secret access key is rotated every ninety days",
            "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
            "aws_secret_access_key = $SECRET",
            "bedrock-api-key-rotation",
            "",
        ] {
            assert_eq!(redacted(text), text);
        }
    }
}
