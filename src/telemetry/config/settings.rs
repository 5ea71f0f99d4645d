//! [`Settings`]: what the application has set in code.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_sdk::trace::ShouldSample;
use tracing::level_filters::LevelFilter;

use super::environment::Environment;
use super::processors::Processors;
use crate::telemetry::compression::Compression;

pub(crate) struct Settings {
    pub(crate) destination: DestinationChoice,
    pub(crate) env: Environment,
    pub(crate) service_name: Option<String>,
    pub(crate) license_key: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) endpoint: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) resource: Vec<KeyValue>,
    pub(crate) sampler: Option<Box<dyn ShouldSample>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) compression: Option<Compression>,
    /// PEM.
    pub(crate) root_certificates: Option<Vec<u8>>,
    /// Certificates and private key, PEM.
    pub(crate) client_identity: Option<(Vec<u8>, Vec<u8>)>,
    pub(crate) level: LevelFilter,
    pub(crate) writer: Option<Box<dyn Write + Send>>,
    pub(crate) processors: Processors,
    /// Patterns of attribute names.
    pub(crate) drop_attributes: Vec<String>,
}

/// The destination that the application has chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DestinationChoice {
    /// Depends on the settings.
    Auto,
    Console,
    NewRelic,
    Otlp,
}

impl Settings {
    pub(crate) fn new(destination: DestinationChoice, env: Environment) -> Self {
        Self {
            destination,
            env,
            service_name: None,
            license_key: None,
            region: None,
            host: None,
            port: None,
            endpoint: None,
            headers: Vec::new(),
            resource: Vec::new(),
            sampler: None,
            timeout: None,
            compression: None,
            root_certificates: None,
            client_identity: None,
            level: LevelFilter::INFO,
            writer: None,
            processors: Processors::default(),
            drop_attributes: Vec::new(),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header_names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Telemetry")
            .field("destination", &self.destination)
            .field("service_name", &self.service_name)
            .field("license_key", &self.license_key.as_ref().map(|_| "…"))
            .field("region", &self.region)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("header_names", &header_names)
            .field("resource", &self.resource)
            .field("sampler", &self.sampler)
            .field("timeout", &self.timeout)
            .field("compression", &self.compression)
            .field("root_certificates", &self.root_certificates.is_some())
            .field("client_identity", &self.client_identity.is_some())
            .field("level", &self.level)
            .field("processors", &self.processors)
            .field("drop_attributes", &self.drop_attributes)
            .finish_non_exhaustive()
    }
}
