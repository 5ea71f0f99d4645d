//! [`Resolved`]: all settings, from code and environment.

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{ShouldSample, SpanLimits};

use super::destination::{Destination, resolve_destination};
use super::limits::resolve_sdk_limits;
use super::resource::{ServiceName, resolve_resource, resolve_service_name};
use super::sampler::resolve_sampler;
use super::settings::Settings;
use super::terminal::resolve_terminal;
use super::unsupported::warn_of_unsupported;
use crate::Error;
use crate::telemetry::console::terminal::Terminal;
use crate::telemetry::export::attribute_filter::AttributeFilter;

/// What the pipeline is built from, and what
/// [`effective_settings`](super::builder::Telemetry::effective_settings) describes.
pub(super) struct Resolved {
    pub(super) destination: Destination,
    /// The console's, if spans are printed.
    pub(super) terminal: Option<Terminal>,
    pub(super) service: ServiceName,
    pub(super) resource: Resource,
    pub(super) sampler: Box<dyn ShouldSample>,
    pub(super) sdk_limits: SpanLimits,
    pub(super) filter: AttributeFilter,
}

/// Starts nothing. Warnings about the environment wait in `settings.env`.
///
/// # Errors
///
/// For invalid values of code, and for a license key that is missing or cannot work.
pub(super) fn resolve_settings(settings: &Settings) -> Result<Resolved, Error> {
    let env = &settings.env;
    let destination = resolve_destination(settings)?;
    let (console, new_relic) = match &destination {
        Destination::Console => (true, false),
        Destination::Disabled(_) | Destination::Off(_) => (false, false),
        Destination::Otlp(otlp) => (otlp.console, otlp.is_new_relic()),
    };
    if !matches!(destination, Destination::Disabled(_)) {
        warn_of_unsupported(env);
    }
    let service = resolve_service_name(settings);
    Ok(Resolved {
        terminal: console.then(|| resolve_terminal(env, settings.writer.is_none())),
        resource: resolve_resource(settings, &service, new_relic),
        sampler: resolve_sampler(settings),
        sdk_limits: resolve_sdk_limits(env),
        filter: resolve_attribute_filter(settings)?,
        destination,
        service,
    })
}

fn resolve_attribute_filter(settings: &Settings) -> Result<AttributeFilter, Error> {
    let patterns = &settings.drop_attributes;
    if patterns.iter().any(|pattern| pattern.trim().is_empty()) {
        return Err(Error::invalid_setting(
            "drop_attributes",
            "a pattern is empty; it must be a name such as \"prompt\" or \"customer.*\"",
        ));
    }
    Ok(AttributeFilter::new(patterns.iter().cloned()))
}
