//! The sampler of traces.

use opentelemetry_sdk::trace::{Sampler, ShouldSample};

use super::environment::{self as env, Environment};
use super::settings::Settings;
use crate::Error;

/// Code > `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG` > the decision of the
/// remote parent, else all traces.
pub(super) fn resolve_sampler(settings: &Settings) -> Result<Box<dyn ShouldSample>, Error> {
    match &settings.sampler {
        Some(sampler) => Ok(sampler.clone()),
        None => resolve_env_sampler(&settings.env)
            .map(|sampler| Box::new(sampler) as Box<dyn ShouldSample>),
    }
}

fn resolve_env_sampler(env: &Environment) -> Result<Sampler, Error> {
    let Some(name) = env.get(env::SAMPLER) else {
        return Ok(parent_based(Sampler::AlwaysOn));
    };
    match name.trim() {
        "always_on" => Ok(Sampler::AlwaysOn),
        "always_off" => Ok(Sampler::AlwaysOff),
        "traceidratio" => resolve_ratio(env).map(Sampler::TraceIdRatioBased),
        "parentbased_always_on" => Ok(parent_based(Sampler::AlwaysOn)),
        "parentbased_always_off" => Ok(parent_based(Sampler::AlwaysOff)),
        "parentbased_traceidratio" => resolve_ratio(env)
            .map(Sampler::TraceIdRatioBased)
            .map(parent_based),
        _ => Err(Error::invalid_setting(
            env::SAMPLER,
            format_args!(
                "{name:?} is not one of always_on, always_off, traceidratio, parentbased_always_on, \
                 parentbased_always_off, parentbased_traceidratio"
            ),
        )),
    }
}

fn resolve_ratio(env: &Environment) -> Result<f64, Error> {
    const EXPECTED: &str = "a number from 0 to 1";
    let ratio = env.parse::<f64>(env::SAMPLER_ARG, EXPECTED)?.unwrap_or(1.0);
    if (0.0..=1.0).contains(&ratio) {
        Ok(ratio)
    } else {
        Err(Error::invalid_setting(
            env::SAMPLER_ARG,
            format_args!("\"{ratio}\" is not {EXPECTED}"),
        ))
    }
}

fn parent_based(root: Sampler) -> Sampler {
    Sampler::ParentBased(Box::new(root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::settings::DestinationChoice;

    fn resolve(name: &'static str, arg: &'static str) -> Result<String, Error> {
        let lookup = move |variable: &str| match variable {
            env::SAMPLER => Some(name.to_owned()),
            env::SAMPLER_ARG => Some(arg.to_owned()),
            _ => None,
        };
        let settings = Settings::new(DestinationChoice::Otlp, Environment::new(lookup));
        resolve_sampler(&settings).map(|sampler| format!("{sampler:?}"))
    }

    #[test]
    fn the_environment_selects_the_sampler() {
        assert_eq!(resolve("", "").unwrap(), "ParentBased(AlwaysOn)");
        assert_eq!(resolve("always_off", "").unwrap(), "AlwaysOff");
        assert_eq!(
            resolve("traceidratio", "0.25").unwrap(),
            "TraceIdRatioBased(0.25)"
        );
        assert_eq!(
            resolve("traceidratio", "").unwrap(),
            "TraceIdRatioBased(1.0)"
        );
    }

    #[test]
    fn an_invalid_sampler_is_named() {
        let unknown = resolve("xray", "").unwrap_err().to_string();
        assert!(
            unknown.starts_with("OTEL_TRACES_SAMPLER: \"xray\" is not one of"),
            "{unknown}"
        );
        for arg in ["1.5", "-1", "NaN", "half"] {
            let error = resolve("traceidratio", arg).unwrap_err().to_string();
            assert!(
                error.starts_with("OTEL_TRACES_SAMPLER_ARG: ") && error.contains(arg),
                "{error}"
            );
        }
    }
}
