//! [`Environment`]: the environment variables of the pipeline.

use std::borrow::Cow;
use std::fmt;
use std::str::{FromStr, Utf8Error};
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::Error;

/// Reads environment variables: the process's, unless replaced.
#[derive(Clone)]
pub(crate) struct Environment(Arc<Lookup>);

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    pub(crate) fn process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    pub(crate) fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// A blank variable counts as unset, as OpenTelemetry requires.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// The first variable that is set, and its name.
    pub(crate) fn get_first(&self, names: &[&'static str]) -> Option<(&'static str, String)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// Parses a value. `expected` describes a valid one in the error.
    pub(crate) fn parse<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Error> {
        self.get(name)
            .map(|value| {
                value.trim().parse().map_err(|_| {
                    Error::invalid_setting(name, format_args!("{value:?} is not {expected}"))
                })
            })
            .transpose()
    }

    pub(crate) fn parse_positive(&self, name: &str, expected: &str) -> Result<Option<u64>, Error> {
        match self.parse(name, expected)? {
            Some(0) => Err(Error::invalid_setting(
                name,
                format_args!("\"0\" is not {expected}"),
            )),
            value => Ok(value),
        }
    }

    /// Parses the first variable that is set as one of a few words, in any case.
    pub(crate) fn parse_choice<T: Copy>(
        &self,
        names: &[&'static str],
        words: &[(&str, T)],
    ) -> Result<Option<T>, Error> {
        let Some((name, value)) = self.get_first(names) else {
            return Ok(None);
        };
        let matches = |(word, _): &&(&str, T)| value.trim().eq_ignore_ascii_case(word);
        if let Some((_, meaning)) = words.iter().find(matches) {
            return Ok(Some(*meaning));
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let problem = match words.as_slice() {
            [first, second] => format!("{value:?} is neither {first} nor {second}"),
            words => format!("{value:?} is not one of {}", words.join(", ")),
        };
        Err(Error::invalid_setting(name, problem))
    }
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
pub(crate) const VALUE_LIMIT: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";
pub(crate) const SPAN_VALUE_LIMIT: &str = "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT";
pub(crate) const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
pub(crate) const HISTOGRAMS: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
pub(crate) const METRIC_INTERVAL: &str = "OTEL_METRIC_EXPORT_INTERVAL";
pub(crate) const SCHEDULE_DELAY: &str = "OTEL_BSP_SCHEDULE_DELAY";
pub(crate) const QUEUE_SIZE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
pub(crate) const BATCH_SIZE: &str = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";

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
}
