//! Where settings that were not given in code are looked up.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::Error;

/// A lookup of environment variables, the process's own unless replaced.
#[derive(Clone)]
pub(super) struct Env(Arc<Lookup>);

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Env {
    pub(super) fn process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    pub(super) fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// A variable that is set to blanks counts as not set, as OpenTelemetry
    /// asks.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// The first of several variables that is set, and its name.
    pub(super) fn first(&self, names: &[&'static str]) -> Option<(&'static str, String)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// A value of another type; `expected` tells the reader what it should be.
    pub(super) fn parse<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Error> {
        self.get(name)
            .map(|value| {
                value.trim().parse().map_err(|_| {
                    Error::invalid_setting(name, format_args!("{value:?} is not {expected}"))
                })
            })
            .transpose()
    }

    /// One of two words, in any case, as the first of several variables that is
    /// set has it.
    pub(super) fn choice<T: Copy>(
        &self,
        names: &[&'static str],
        words: &[(&str, T); 2],
    ) -> Result<Option<T>, Error> {
        let Some((name, value)) = self.first(names) else {
            return Ok(None);
        };
        let said = |(word, _): &&(&str, T)| value.trim().eq_ignore_ascii_case(word);
        let [(first, _), (second, _)] = words;
        match words.iter().find(said) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => Err(Error::invalid_setting(
                name,
                format_args!("{value:?} is neither {first} nor {second}"),
            )),
        }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

/// Undoes percent-encoding; an incomplete escape is left as it is.
pub(super) fn percent_decode(text: &str) -> Result<String, std::string::FromUtf8Error> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = match (byte, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            bytes.push(high << 4 | low);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

pub(super) const LICENSE_KEY: &str = "NEW_RELIC_LICENSE_KEY";
pub(super) const INSERT_KEY: &str = "NEW_RELIC_INSERT_KEY";
pub(super) const APP_NAME: &str = "NEW_RELIC_APP_NAME";
pub(super) const NEW_RELIC_HOST: &str = "NEW_RELIC_OTLP_HOST";
pub(super) const NEW_RELIC_PORT: &str = "NEW_RELIC_OTLP_PORT";
pub(super) const EVENT_HOST: &str = "EVENT_CLIENT_HOST";

pub(super) const SDK_DISABLED: &str = "OTEL_SDK_DISABLED";
pub(super) const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
pub(super) const RESOURCE_ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
pub(super) const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
pub(super) const SAMPLER_ARG: &str = "OTEL_TRACES_SAMPLER_ARG";
pub(super) const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
pub(super) const VALUE_LIMIT: &str = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";
pub(super) const SPAN_VALUE_LIMIT: &str = "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT";
pub(super) const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
pub(super) const HISTOGRAMS: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
pub(super) const METRIC_INTERVAL: &str = "OTEL_METRIC_EXPORT_INTERVAL";
pub(super) const SCHEDULE_DELAY: &str = "OTEL_BSP_SCHEDULE_DELAY";
pub(super) const QUEUE_SIZE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
pub(super) const BATCH_SIZE: &str = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";

pub(super) const COLUMNS: &str = "COLUMNS";
pub(super) const NO_COLOR: &str = "NO_COLOR";
pub(super) const FORCE_COLOR: &str = "CLICOLOR_FORCE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_decoding_keeps_what_is_no_escape() {
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
    fn a_blank_variable_is_not_set() {
        let env = Env::new(|name| (name == "A").then(|| "  ".to_owned()));
        assert_eq!(env.get("A"), None);
        assert_eq!(env.get("B"), None);
    }
}
