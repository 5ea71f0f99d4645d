//! The sampler of traces.

use opentelemetry_sdk::trace::{Sampler, ShouldSample};

use super::environment::{self as env, Environment};
use super::settings::Settings;

/// Code > `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG` > the decision of the
/// remote parent, else all traces.
pub(super) fn resolve_sampler(settings: &Settings) -> Box<dyn ShouldSample> {
    match &settings.sampler {
        Some(sampler) => sampler.clone(),
        None => Box::new(resolve_env_sampler(&settings.env)),
    }
}

/// The setting that chose the sampler, for messages.
pub(super) fn find_sampler_source(settings: &Settings) -> &'static str {
    let named = settings.env.get(env::SAMPLER);
    let is_known = |name: String| NAMES.iter().any(|(it, _)| it.eq_ignore_ascii_case(&name));
    if settings.sampler.is_some() {
        "sampler"
    } else if named.is_some_and(is_known) {
        env::SAMPLER
    } else {
        "default"
    }
}

fn resolve_env_sampler(env: &Environment) -> Sampler {
    let (root, parent) = env.parse_choice(&[env::SAMPLER], NAMES, DEFAULT);
    let root = match root {
        Root::AlwaysOff => Sampler::AlwaysOff,
        Root::AlwaysOn => Sampler::AlwaysOn,
        Root::Ratio => Sampler::TraceIdRatioBased(resolve_ratio(env)),
    };
    if parent { parent_based(root) } else { root }
}

fn resolve_ratio(env: &Environment) -> f64 {
    let ratio = env.first_valid(&[env::SAMPLER_ARG], "a number from 0 to 1", "1", |value| {
        let ratio = value.parse().ok();
        ratio.filter(|ratio| (0.0..=1.0).contains(ratio))
    });
    ratio.unwrap_or(1.0)
}

/// What decides without a parent.
#[derive(Clone, Copy)]
enum Root {
    AlwaysOff,
    AlwaysOn,
    Ratio,
}

/// OpenTelemetry's names, with whether a parent decides first.
const NAMES: &[(&str, (Root, bool))] = &[
    ("always_on", (Root::AlwaysOn, false)),
    ("always_off", (Root::AlwaysOff, false)),
    ("traceidratio", (Root::Ratio, false)),
    DEFAULT,
    ("parentbased_always_off", (Root::AlwaysOff, true)),
    ("parentbased_traceidratio", (Root::Ratio, true)),
];
const DEFAULT: (&str, (Root, bool)) = ("parentbased_always_on", (Root::AlwaysOn, true));

fn parent_based(root: Sampler) -> Sampler {
    Sampler::ParentBased(Box::new(root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::settings::DestinationChoice;

    fn resolve(name: &'static str, arg: &'static str) -> (String, Vec<String>) {
        let lookup = move |variable: &str| match variable {
            env::SAMPLER => Some(name.to_owned()),
            env::SAMPLER_ARG => Some(arg.to_owned()),
            _ => None,
        };
        let settings = Settings::new(DestinationChoice::Otlp, Environment::new(lookup));
        let sampler = format!("{:?}", resolve_sampler(&settings));
        (sampler, settings.env.warnings().to_vec())
    }

    #[test]
    fn the_environment_selects_the_sampler() {
        for (name, arg, expected) in [
            ("", "", "ParentBased(AlwaysOn)"),
            ("always_off", "", "AlwaysOff"),
            ("ALWAYS_ON", "", "AlwaysOn"),
            ("traceidratio", "0.25", "TraceIdRatioBased(0.25)"),
            ("traceidratio", "", "TraceIdRatioBased(1.0)"),
            (
                "parentbased_traceidratio",
                "0.5",
                "ParentBased(TraceIdRatioBased(0.5))",
            ),
        ] {
            assert_eq!(resolve(name, arg), (expected.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn an_invalid_sampler_is_a_warning() {
        let (sampler, warnings) = resolve("xray", "");
        assert_eq!(sampler, "ParentBased(AlwaysOn)");
        let expected = "OTEL_TRACES_SAMPLER: \"xray\" is not one of always_on, always_off, \
                        traceidratio, parentbased_always_on, parentbased_always_off, \
                        parentbased_traceidratio; using parentbased_always_on";
        assert_eq!(warnings, [expected]);
        for arg in ["1.5", "-1", "NaN", "half"] {
            let (sampler, warnings) = resolve("traceidratio", arg);
            assert_eq!(sampler, "TraceIdRatioBased(1.0)");
            let expected =
                format!("OTEL_TRACES_SAMPLER_ARG: {arg:?} is not a number from 0 to 1; using 1");
            assert_eq!(warnings, [expected]);
        }
    }
}
