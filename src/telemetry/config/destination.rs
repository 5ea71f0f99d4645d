//! [`Destination`]: where telemetry is sent.

use super::environment::{self as env, Environment};
use super::new_relic::resolve_new_relic;
use super::otlp::{OtlpDestination, resolve_otlp};
use super::settings::{DestinationChoice, Settings};
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::signal::Signal;

#[derive(Debug)]
pub(super) enum Destination {
    Console,
    Disabled,
    Otlp(Box<OtlpDestination>),
}

/// `OTEL_SDK_DISABLED` > the destination chosen in code > license key (code,
/// environment) > endpoint (code, environment) > console.
pub(super) fn resolve_destination(settings: &Settings) -> Result<Destination, Error> {
    let env = &settings.env;
    if resolve_disabled(env)? {
        return Ok(Destination::Disabled);
    }
    let destination = match settings.destination {
        DestinationChoice::NewRelic => resolve_new_relic(settings)?,
        DestinationChoice::Otlp => resolve_otlp(settings)?,
        DestinationChoice::Auto if has_license_key(settings) => resolve_new_relic(settings)?,
        DestinationChoice::Auto if has_endpoint(settings) => resolve_otlp(settings)?,
        DestinationChoice::Auto | DestinationChoice::Console => return Ok(Destination::Console),
    };
    Ok(Destination::Otlp(Box::new(destination)))
}

fn resolve_disabled(env: &Environment) -> Result<bool, Error> {
    let disabled = env.parse_choice(&[env::SDK_DISABLED], &[("true", true), ("false", false)])?;
    Ok(disabled.unwrap_or(false))
}

fn has_license_key(settings: &Settings) -> bool {
    settings.license_key.is_some() || settings.env.get_first(&env::LICENSE_KEYS).is_some()
}

fn has_endpoint(settings: &Settings) -> bool {
    let names = [signal_variables(Signal::Traces).endpoint, env::ENDPOINT];
    settings.endpoint.is_some() || settings.env.get_first(&names).is_some()
}
