//! Aggregation and export interval of metrics.

use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::environment::{self as env, Environment};
use crate::Error;
use crate::telemetry::export::metrics::MetricOptions;

/// OpenTelemetry's variables > delta temporality and exponential histograms for New
/// Relic, which converts cumulative sums to gauges and interpolates between explicit
/// buckets > OpenTelemetry's defaults.
pub(super) fn resolve_metric_options(
    env: &Environment,
    new_relic: bool,
) -> Result<MetricOptions, Error> {
    let exponential_histograms = env.parse_choice(
        &[env::HISTOGRAMS],
        &[
            ("base2_exponential_bucket_histogram", true),
            ("explicit_bucket_histogram", false),
        ],
    )?;
    let interval = env.parse_positive(env::METRIC_INTERVAL, "a number of milliseconds above 0")?;
    let temporality = env.parse_choice(
        &[env::TEMPORALITY],
        &[
            ("cumulative", Temporality::Cumulative),
            ("delta", Temporality::Delta),
            ("lowmemory", Temporality::LowMemory),
        ],
    )?;
    let default_temporality = if new_relic {
        Temporality::Delta
    } else {
        Temporality::Cumulative
    };
    Ok(MetricOptions {
        temporality: temporality.unwrap_or(default_temporality),
        exponential_histograms: exponential_histograms.unwrap_or(new_relic),
        interval: interval.map_or(INTERVAL, Duration::from_millis),
    })
}

/// OpenTelemetry's default.
const INTERVAL: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_receivers_defaults() {
        let resolve = |variable: &'static str, value: &'static str, new_relic| {
            let lookup = move |name: &str| (name == variable).then(|| value.to_owned());
            resolve_metric_options(&Environment::new(lookup), new_relic)
        };
        let new_relic = resolve("", "", true).unwrap();
        assert_eq!(new_relic.temporality, Temporality::Delta);
        assert!(new_relic.exponential_histograms);
        let other = resolve("", "", false).unwrap();
        assert_eq!(other.temporality, Temporality::Cumulative);
        assert!(!other.exponential_histograms);
        assert_eq!(other.interval, Duration::from_mins(1));

        let set = resolve(env::TEMPORALITY, "Cumulative", true).unwrap();
        assert_eq!(set.temporality, Temporality::Cumulative);
        let set = resolve(env::HISTOGRAMS, "explicit_bucket_histogram", true).unwrap();
        assert!(!set.exponential_histograms);
        let set = resolve(env::METRIC_INTERVAL, "250", true).unwrap();
        assert_eq!(set.interval, Duration::from_millis(250));
        for (variable, value) in [
            (env::TEMPORALITY, "sometimes"),
            (env::HISTOGRAMS, "linear"),
            (env::METRIC_INTERVAL, "0"),
            (env::METRIC_INTERVAL, "soon"),
        ] {
            let error = resolve(variable, value, true).unwrap_err().to_string();
            assert!(
                error.starts_with(variable) && error.contains(value),
                "{error}"
            );
        }
    }
}
