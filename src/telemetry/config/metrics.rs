//! The metrics that leave the process, and their form.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, PeriodicReader, SdkMeterProvider, Stream, Temporality,
};

use super::environment as env;
use super::environment::Env;
use crate::Error;
use crate::telemetry::export::exporter::Doorway;
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::self_metrics::observe;

/// What the receiver makes the most of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct MetricForm {
    temporality: Temporality,
    exponential: bool,
    interval: Duration,
}

/// The variables that OpenTelemetry has for it > delta and exponential for New
/// Relic, which makes gauges of cumulative sums and guesses between explicit
/// buckets > OpenTelemetry's defaults.
pub(crate) fn resolve_metric_form(env: &Env, new_relic: bool) -> Result<MetricForm, Error> {
    let exponential = env.choice(
        &[env::HISTOGRAMS],
        &[
            ("base2_exponential_bucket_histogram", true),
            ("explicit_bucket_histogram", false),
        ],
    )?;
    let interval = match env.parse(env::METRIC_INTERVAL, "a number of milliseconds above 0")? {
        Some(0) => Err(Error::invalid_setting(
            env::METRIC_INTERVAL,
            "\"0\" is not a number of milliseconds above 0",
        )),
        Some(millis) => Ok(Duration::from_millis(millis)),
        None => Ok(INTERVAL),
    }?;
    let temporality = env.choice(
        &[env::TEMPORALITY],
        &[
            ("cumulative", Temporality::Cumulative),
            ("delta", Temporality::Delta),
            ("lowmemory", Temporality::LowMemory),
        ],
    )?;
    let liked = if new_relic {
        Temporality::Delta
    } else {
        Temporality::Cumulative
    };
    Ok(MetricForm {
        temporality: temporality.unwrap_or(liked),
        exponential: exponential.unwrap_or(new_relic),
        interval,
    })
}

pub(crate) fn start(
    doorway: Doorway,
    form: MetricForm,
    resource: Resource,
    counters: &Arc<Counters>,
) -> Result<SdkMeterProvider, Error> {
    let exporter = doorway.metrics(form.temporality)?;
    let reader = PeriodicReader::builder(exporter)
        .with_interval(form.interval)
        .build();
    let mut provider = SdkMeterProvider::builder()
        .with_reader(reader)
        .with_resource(resource);
    if form.exponential {
        provider = provider.with_view(exponential);
    }
    let provider = provider.build();
    observe(&provider, counters);
    Ok(provider)
}

/// The size and the scale are OpenTelemetry's defaults.
fn exponential(instrument: &Instrument) -> Option<Stream> {
    if instrument.kind() != InstrumentKind::Histogram {
        return None;
    }
    let aggregation = Aggregation::Base2ExponentialHistogram {
        max_size: 160,
        max_scale: 20,
        record_min_max: true,
    };
    Stream::builder().with_aggregation(aggregation).build().ok()
}

/// OpenTelemetry's default.
const INTERVAL: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_what_the_receiver_likes() {
        let form = |variable: &'static str, value: &'static str, new_relic| {
            let env = Env::new(move |name| (name == variable).then(|| value.to_owned()));
            resolve_metric_form(&env, new_relic)
        };
        let new_relic = form("", "", true).unwrap();
        assert_eq!(new_relic.temporality, Temporality::Delta);
        assert!(new_relic.exponential);
        let other = form("", "", false).unwrap();
        assert_eq!(other.temporality, Temporality::Cumulative);
        assert!(!other.exponential);
        assert_eq!(other.interval, Duration::from_mins(1));

        let set = form(env::TEMPORALITY, "Cumulative", true).unwrap();
        assert_eq!(set.temporality, Temporality::Cumulative);
        assert!(
            !form(env::HISTOGRAMS, "explicit_bucket_histogram", true)
                .unwrap()
                .exponential
        );
        let set = form(env::METRIC_INTERVAL, "250", true).unwrap();
        assert_eq!(set.interval, Duration::from_millis(250));
        for (variable, value) in [
            (env::TEMPORALITY, "sometimes"),
            (env::HISTOGRAMS, "linear"),
            (env::METRIC_INTERVAL, "0"),
            (env::METRIC_INTERVAL, "soon"),
        ] {
            let error = form(variable, value, true).unwrap_err().to_string();
            assert!(
                error.starts_with(variable) && error.contains(value),
                "{error}"
            );
        }
    }
}
