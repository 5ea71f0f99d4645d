//! The pipeline of a check.

use std::io;

use opentelemetry_sdk::trace::Sampler;

use super::builder::Telemetry;
use super::guard::TelemetryGuard;
use super::install::start_pipeline;
use crate::Error;

impl Telemetry {
    /// Starts the pipeline, installed nowhere. It samples every span, and its console
    /// prints nothing.
    pub(in crate::telemetry) fn start_for_check(mut self) -> Result<TelemetryGuard, Error> {
        self.settings.sampler = Some(Box::new(Sampler::AlwaysOn));
        self.settings.writer = Some(Box::new(io::sink()));
        Ok(start_pipeline(self.settings)?.1)
    }

    /// The names of the environment variables that are set, as far as they are known.
    pub(in crate::telemetry) fn variable_names(&self) -> Vec<String> {
        self.settings.env.names()
    }
}
