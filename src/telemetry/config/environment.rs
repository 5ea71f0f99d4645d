//! [`Environment`]: the environment variables of the pipeline.
//!
//! Reading a variable never fails: an invalid value is a warning, and the next
//! variable or the default applies.

use std::borrow::Cow;
use std::fmt;
use std::str::{FromStr, Utf8Error};
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::warning::PendingWarnings;

/// Reads environment variables: the process's, unless replaced.
#[derive(Clone)]
pub(crate) struct Environment {
    lookup: Arc<Lookup>,
    warnings: Arc<PendingWarnings>,
    /// Whether the lookup is that of the process.
    is_process: bool,
}

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    pub(crate) fn process() -> Self {
        // A value that is not UTF-8 is read with replacement characters: it then
        // fails the check of its setting, with a warning.
        let lookup = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        Self {
            is_process: true,
            ..Self::new(lookup)
        }
    }

    pub(crate) fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self {
            lookup: Arc::new(lookup),
            warnings: Arc::default(),
            is_process: false,
        }
    }

    /// A blank variable counts as unset, as OpenTelemetry requires. Quotes around the
    /// value are removed: Docker's `--env-file` and Compose lists keep them.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        let value = strip_quotes(value.trim());
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The names of the variables that are set. None if the lookup is replaced: it
    /// cannot be asked for them.
    pub(crate) fn names(&self) -> Vec<String> {
        if !self.is_process {
            return Vec::new();
        }
        let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        names.collect()
    }

    /// The first variable that is set, and its name.
    pub(crate) fn get_first(&self, names: &[&'static str]) -> Option<(&'static str, String)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// Keeps a warning until somebody listens. It names the variable.
    pub(crate) fn warn(&self, text: impl Into<String>) {
        self.warnings.push(text);
    }

    pub(crate) fn warnings(&self) -> &Arc<PendingWarnings> {
        &self.warnings
    }

    /// The first valid value. An invalid one is a warning, which says what is
    /// `expected` and what is used instead: the next valid one or `default`.
    pub(crate) fn first_valid<T>(
        &self,
        names: &[&'static str],
        expected: &str,
        default: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let found = self.first_valid_variable(names, expected, default, parse);
        found.map(|(_, parsed)| parsed)
    }

    /// As [`first_valid`](Self::first_valid), with the name of the variable.
    pub(crate) fn first_valid_variable<T>(
        &self,
        names: &[&'static str],
        expected: &str,
        default: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<(&'static str, T)> {
        let mut rejected = Vec::new();
        let mut values = names
            .iter()
            .filter_map(|name| Some((*name, self.get(name)?)));
        let found = values.find_map(|(name, value)| {
            let parsed = parse(&value);
            if parsed.is_none() {
                rejected.push((name, value.clone()));
            }
            Some((value, (name, parsed?)))
        });
        let used = found.as_ref().map_or(default, |(value, _)| value);
        for (name, value) in rejected {
            self.warn(format!("{name}: {value:?} is not {expected}; using {used}"));
        }
        found.map(|(_, parsed)| parsed)
    }

    /// A number that is at least `min`.
    pub(crate) fn parse_number<T: FromStr + PartialOrd + Copy + fmt::Display>(
        &self,
        names: &[&'static str],
        expected: &str,
        min: T,
        default: T,
    ) -> T {
        let text = default.to_string();
        let number = self.first_valid(names, expected, &text, |value| {
            value.parse().ok().filter(|number| *number >= min)
        });
        number.unwrap_or(default)
    }

    /// One of a few words, in any case.
    pub(crate) fn parse_choice<T: Copy>(
        &self,
        names: &[&'static str],
        words: &[(&str, T)],
        default: (&str, T),
    ) -> T {
        let expected: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let expected = match expected.as_slice() {
            [only] => (*only).to_owned(),
            words => format!("one of {}", words.join(", ")),
        };
        let choice = self.first_valid(names, &expected, default.0, |value| {
            let known = |(word, _): &&(&str, T)| value.eq_ignore_ascii_case(word);
            words.iter().find(known).map(|(_, meaning)| *meaning)
        });
        choice.unwrap_or(default.1)
    }

    /// Only `true`, in any case, is true: OpenTelemetry's rule.
    pub(crate) fn is_true(&self, name: &'static str) -> bool {
        self.parse_choice(
            &[name],
            &[("true", true), ("false", false)],
            ("false", false),
        )
    }
}

pub(crate) fn strip_quotes(value: &str) -> &str {
    let inner = ['"', '\''].into_iter().find_map(|quote| {
        let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(inner.trim())
    });
    inner.unwrap_or(value)
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}

/// The entries of a comma-separated list.
pub(crate) fn split_list(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}

/// Decodes percent-encoding. An incomplete escape is kept.
pub(crate) fn percent_decode(text: &str) -> Result<Cow<'_, str>, Utf8Error> {
    percent_decode_str(text).decode_utf8()
}

pub(crate) const LICENSE_KEY: &str = "NEW_RELIC_LICENSE_KEY";
pub(crate) const INSERT_KEY: &str = "NEW_RELIC_INSERT_KEY";
/// The first one wins.
pub(crate) const LICENSE_KEYS: [&str; 2] = [LICENSE_KEY, INSERT_KEY];
pub(crate) const APP_NAME: &str = "NEW_RELIC_APP_NAME";
pub(crate) const NEW_RELIC_HOST: &str = "NEW_RELIC_OTLP_HOST";
pub(crate) const NEW_RELIC_PORT: &str = "NEW_RELIC_OTLP_PORT";
pub(crate) const EVENT_HOST: &str = "EVENT_CLIENT_HOST";

pub(crate) const SDK_DISABLED: &str = "OTEL_SDK_DISABLED";
pub(crate) const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
pub(crate) const RESOURCE_ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
pub(crate) const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
pub(crate) const SAMPLER_ARG: &str = "OTEL_TRACES_SAMPLER_ARG";
pub(crate) const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
pub(crate) const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
pub(crate) const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
pub(crate) const COMPRESSION: &str = "OTEL_EXPORTER_OTLP_COMPRESSION";
pub(crate) const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
pub(crate) const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";
pub(crate) const CLIENT_CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
pub(crate) const CLIENT_KEY: &str = "OTEL_EXPORTER_OTLP_CLIENT_KEY";
pub(crate) const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
pub(crate) const HISTOGRAMS: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
pub(crate) const METRIC_INTERVAL: &str = "OTEL_METRIC_EXPORT_INTERVAL";
pub(crate) const LAMBDA_FUNCTION: &str = "AWS_LAMBDA_FUNCTION_NAME";

pub(crate) const COLUMNS: &str = "COLUMNS";
pub(crate) const NO_COLOR: &str = "NO_COLOR";
pub(crate) const FORCE_COLOR: &str = "CLICOLOR_FORCE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_decode_keeps_incomplete_escapes() {
        for (encoded, plain) in [
            ("a%20b", "a b"),
            ("100%", "100%"),
            ("%zz", "%zz"),
            ("%C3%A9", "é"),
        ] {
            assert_eq!(percent_decode(encoded).as_deref(), Ok(plain), "{encoded}");
        }
        assert!(percent_decode("%FF").is_err());
    }

    #[test]
    fn a_blank_variable_counts_as_unset() {
        let env = Environment::new(|name| (name == "A").then(|| "  ".to_owned()));
        assert_eq!(env.get("A"), None);
        assert_eq!(env.get("B"), None);
    }

    #[test]
    fn quotes_around_a_value_are_removed() {
        for (set, expected) in [
            ("\"key\"", Some("key")),
            (" 'key' ", Some("key")),
            ("\" key \"", Some("key")),
            ("it's", Some("it's")),
            ("\"", Some("\"")),
            ("\"\"", None),
        ] {
            let env = Environment::new(move |_| Some(set.to_owned()));
            assert_eq!(env.get("A").as_deref(), expected, "{set}");
        }
    }

    #[test]
    fn an_invalid_value_is_a_warning_and_the_next_one_applies() {
        let env = Environment::new(|name| match name {
            "A" => Some("10s".to_owned()),
            "B" => Some("20".to_owned()),
            _ => None,
        });
        let number = |names: &[&'static str]| env.parse_number(names, "a number", 1_u64, 5);
        assert_eq!(number(&["A", "B"]), 20);
        assert_eq!(number(&["A", "C"]), 5);
        assert_eq!(
            env.warnings().to_vec(),
            [
                "A: \"10s\" is not a number; using 20",
                "A: \"10s\" is not a number; using 5",
            ]
        );
    }

    #[test]
    fn only_true_is_true() {
        for (set, expected, warnings) in [
            ("TRUE", true, 0),
            ("false", false, 0),
            ("1", false, 1),
            ("yes", false, 1),
        ] {
            let env = Environment::new(move |_| Some(set.to_owned()));
            assert_eq!(env.is_true("A"), expected, "{set}");
            assert_eq!(env.warnings().to_vec().len(), warnings, "{set}");
        }
    }
}
