//! [`Destination`]: where telemetry is sent.

use super::endpoint::find_endpoint_setting;
use super::environment as env;
use super::exporter_choice::{ExporterChoice, resolve_exporter};
use super::license_key::find_license_key;
use super::new_relic::resolve_new_relic;
use super::otlp::{OtlpDestination, resolve_otlp};
use super::settings::{DestinationChoice, Settings};
use super::signal_off::{SignalOff, warn_signals_off};
use crate::Error;
use crate::telemetry::signal::{PerSignal, Signal};

#[derive(Debug)]
pub(super) enum Destination {
    Console,
    /// Nothing is recorded: the SDK is disabled.
    Disabled(SignalOff),
    /// Spans are not exported, and nothing else has a receiver.
    Off(SignalOff),
    Otlp(Box<OtlpDestination>),
}

/// `OTEL_SDK_DISABLED` > the destination chosen in code > license key (code,
/// environment) > endpoint (code, environment) > `OTEL_*_EXPORTER` > console.
pub(super) fn resolve_destination(settings: &Settings) -> Result<Destination, Error> {
    if settings.env.is_true(env::SDK_DISABLED) {
        let off = SignalOff::intended(format!("{}=true", env::SDK_DISABLED));
        return Ok(Destination::Disabled(off));
    }
    let otlp = match settings.destination {
        DestinationChoice::Console => return Ok(Destination::Console),
        DestinationChoice::NewRelic => resolve_new_relic(settings)?,
        DestinationChoice::Otlp => resolve_otlp(settings)?,
        DestinationChoice::Auto if find_license_key(settings).is_some() => {
            resolve_new_relic(settings)?
        }
        DestinationChoice::Auto if find_endpoint_setting(settings).is_some() => {
            resolve_otlp(settings)?
        }
        // OTLP by name has the default endpoint.
        DestinationChoice::Auto if is_otlp_named(settings) => resolve_otlp(settings)?,
        DestinationChoice::Auto => return Ok(resolve_without_receiver(settings)),
    };
    Ok(Destination::Otlp(Box::new(otlp)))
}

/// The console, unless the variable of the spans' exporter turns it off.
fn resolve_without_receiver(settings: &Settings) -> Destination {
    let choose = |signal| match resolve_exporter(&settings.env, signal) {
        ExporterChoice::Otlp | ExporterChoice::Default | ExporterChoice::Console => Ok(()),
        ExporterChoice::Off(off) => Err(off),
    };
    let traces = choose(Signal::Traces);
    let signals = PerSignal::from_fn(|signal| choose(signal).and_then(|()| traces.clone()));
    warn_signals_off(&settings.env, &signals);
    match traces {
        Ok(()) => Destination::Console,
        Err(off) => Destination::Off(off),
    }
}

fn is_otlp_named(settings: &Settings) -> bool {
    let exporters = Signal::ALL.map(|signal| resolve_exporter(&settings.env, signal));
    let mut exporters = exporters.iter();
    exporters.any(|exporter| matches!(exporter, ExporterChoice::Otlp))
}
