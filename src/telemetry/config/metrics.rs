//! Aggregation and export interval of metrics.

use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::environment::{self as env, Environment};
use crate::telemetry::export::metrics::MetricOptions;

/// OpenTelemetry's variables > delta temporality and exponential histograms for New
/// Relic, which converts cumulative sums to gauges and interpolates between explicit
/// buckets > OpenTelemetry's defaults.
pub(super) fn resolve_metric_options(env: &Environment, new_relic: bool) -> MetricOptions {
    const CUMULATIVE: (&str, Temporality) = ("cumulative", Temporality::Cumulative);
    const DELTA: (&str, Temporality) = ("delta", Temporality::Delta);
    const EXPLICIT: (&str, bool) = ("explicit_bucket_histogram", false);
    const EXPONENTIAL: (&str, bool) = ("base2_exponential_bucket_histogram", true);
    let (temporality, histograms) = if new_relic {
        (DELTA, EXPONENTIAL)
    } else {
        (CUMULATIVE, EXPLICIT)
    };
    let low_memory = ("lowmemory", Temporality::LowMemory);
    let interval = env.parse_number(
        &[env::METRIC_INTERVAL],
        "a number of milliseconds above 0",
        1,
        INTERVAL_MILLIS,
    );
    MetricOptions {
        temporality: env.parse_choice(
            &[env::TEMPORALITY],
            &[CUMULATIVE, DELTA, low_memory],
            temporality,
        ),
        exponential_histograms: env.parse_choice(
            &[env::HISTOGRAMS],
            &[EXPLICIT, EXPONENTIAL],
            histograms,
        ),
        interval: Duration::from_millis(interval),
    }
}

/// OpenTelemetry's default.
const INTERVAL_MILLIS: u64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_receivers_defaults() {
        let resolve = |variable: &'static str, value: &'static str, new_relic| {
            let lookup = move |name: &str| (name == variable).then(|| value.to_owned());
            resolve_metric_options(&Environment::new(lookup), new_relic)
        };
        let new_relic = resolve("", "", true);
        assert_eq!(new_relic.temporality, Temporality::Delta);
        assert!(new_relic.exponential_histograms);
        let other = resolve("", "", false);
        assert_eq!(other.temporality, Temporality::Cumulative);
        assert!(!other.exponential_histograms);
        assert_eq!(other.interval, Duration::from_mins(1));

        let set = resolve(env::TEMPORALITY, "Cumulative", true);
        assert_eq!(set.temporality, Temporality::Cumulative);
        let set = resolve(env::HISTOGRAMS, "explicit_bucket_histogram", true);
        assert!(!set.exponential_histograms);
        let set = resolve(env::METRIC_INTERVAL, "250", true);
        assert_eq!(set.interval, Duration::from_millis(250));
        for (variable, value) in [
            (env::TEMPORALITY, "sometimes"),
            (env::HISTOGRAMS, "linear"),
            (env::METRIC_INTERVAL, "0"),
            (env::METRIC_INTERVAL, "soon"),
        ] {
            assert_eq!(resolve(variable, value, true), new_relic, "{value}");
        }
    }
}
