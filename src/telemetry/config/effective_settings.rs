//! [`EffectiveSettings`]: what the pipeline would do.

use std::time::Duration;

use super::builder::Telemetry;
use super::destination::Destination;
use super::resolved::{Resolved, resolve_settings};
use super::sampler::find_sampler_source;
use super::settings::Settings;
use super::signal_off::SignalOff;
use super::sources::{SignalSources, find_sources};
use crate::Error;
use crate::telemetry::signal::{PerSignal, Signal};
use crate::telemetry::signal_config::SignalConfig;

/// The settings that apply, and where they came from: code, environment or default.
///
/// Returned by [`Telemetry::effective_settings`]. Holds no keys and no values of
/// headers, so it may be logged.
#[derive(Clone, Debug)]
pub struct EffectiveSettings {
    destination: EffectiveDestination,
    signals: PerSignal<EffectiveSignal>,
    service_name: String,
    service_name_source: &'static str,
    resource: Vec<(String, String)>,
    sampler: String,
    sampler_source: &'static str,
    warnings: Vec<String>,
}

/// Where telemetry goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EffectiveDestination {
    /// A tree of spans on standard error.
    Console,
    /// Nothing is recorded.
    Disabled,
    /// New Relic, by a license key or by the host of an endpoint.
    NewRelic,
    /// Another OTLP receiver.
    Otlp,
}

/// The settings that apply to one signal.
#[derive(Clone, Debug)]
pub struct EffectiveSignal {
    state: Result<Exported, SignalOff>,
}

#[derive(Clone, Debug)]
struct Exported {
    endpoint: String,
    source: &'static str,
    header_names: Vec<String>,
    compression: &'static str,
    timeout: Duration,
    sources: SignalSources,
}

impl Telemetry {
    /// Resolves the settings as [`install`](Self::install) and [`layer`](Self::layer)
    /// do, and starts nothing: for a line in the log at startup, for tests of a
    /// deployment, and for troubleshooting.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// let variables = |name: &str| match name {
    ///     "OTEL_EXPORTER_OTLP_ENDPOINT" => Some("http://collector:4318".to_owned()),
    ///     "OTEL_TRACES_SAMPLER" => Some("xray".to_owned()),
    ///     _ => None,
    /// };
    /// let telemetry = Telemetry::from_env().environment(variables);
    /// let settings = telemetry.effective_settings()?;
    /// let spans = settings.spans();
    /// assert_eq!(spans.endpoint(), Some("http://collector:4318/v1/traces"));
    /// assert_eq!(spans.source(), Some("OTEL_EXPORTER_OTLP_ENDPOINT"));
    /// // "xray" is not supported: the warning says what is used instead.
    /// assert_eq!(settings.warnings().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_setting`], [`Error::is_missing_setting`]: as
    /// [`layer`](Self::layer).
    pub fn effective_settings(&self) -> Result<EffectiveSettings, Error> {
        let resolved = resolve_settings(&self.settings)?;
        let warnings = self.settings.env.warnings().to_vec();
        Ok(EffectiveSettings::new(&self.settings, &resolved, warnings))
    }
}

impl EffectiveSettings {
    fn new(settings: &Settings, resolved: &Resolved, warnings: Vec<String>) -> Self {
        let off = |off: &SignalOff| {
            PerSignal::from_fn(|_| EffectiveSignal {
                state: Err(off.clone()),
            })
        };
        let (destination, signals) = match &resolved.destination {
            Destination::Console => (
                EffectiveDestination::Console,
                off(&SignalOff::intended("console")),
            ),
            Destination::Disabled(reason) | Destination::Off(reason) => {
                (EffectiveDestination::Disabled, off(reason))
            }
            Destination::Otlp(otlp) => {
                let destination = if otlp.is_new_relic() {
                    EffectiveDestination::NewRelic
                } else {
                    EffectiveDestination::Otlp
                };
                let signal = |signal| EffectiveSignal::new(settings, otlp.signals.get(signal));
                (destination, PerSignal::from_fn(signal))
            }
        };
        let resource = resolved.resource.iter();
        let mut resource: Vec<_> = resource
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        resource.sort();
        Self {
            destination,
            signals,
            service_name: resolved.service.name.clone(),
            service_name_source: resolved.service.source,
            resource,
            sampler: format!("{:?}", resolved.sampler),
            sampler_source: find_sampler_source(settings),
            warnings,
        }
    }

    /// Where telemetry goes.
    #[must_use]
    pub fn destination(&self) -> EffectiveDestination {
        self.destination
    }

    /// The export of spans.
    #[must_use]
    pub fn spans(&self) -> &EffectiveSignal {
        self.signals.get(Signal::Traces)
    }

    /// The export of metrics.
    #[must_use]
    pub fn metrics(&self) -> &EffectiveSignal {
        self.signals.get(Signal::Metrics)
    }

    /// The export of log records.
    #[must_use]
    pub fn logs(&self) -> &EffectiveSignal {
        self.signals.get(Signal::Logs)
    }

    /// The service name.
    #[must_use]
    pub fn service_name(&self) -> &str {
        &self.service_name
    }

    /// The setting that named the service: a variable such as `OTEL_SERVICE_NAME`, the
    /// setter `service_name` or `resource_attribute`, or `program name`.
    #[must_use]
    pub fn service_name_source(&self) -> &str {
        self.service_name_source
    }

    /// The attributes of the resource, by name. `service.instance.id` is a new one for
    /// each pipeline.
    pub fn resource_attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let attributes = self.resource.iter();
        attributes.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The sampler, in the notation of `opentelemetry_sdk`: `ParentBased(AlwaysOn)`.
    #[must_use]
    pub fn sampler(&self) -> &str {
        &self.sampler
    }

    /// The setting that chose the sampler: `OTEL_TRACES_SAMPLER`, the setter `sampler`,
    /// or `default`.
    #[must_use]
    pub fn sampler_source(&self) -> &str {
        self.sampler_source
    }

    /// What is wrong with the environment, and what is used instead. Each text names
    /// its variable. The pipeline logs them once, at WARN.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl EffectiveSignal {
    fn new(settings: &Settings, state: &Result<SignalConfig, SignalOff>) -> Self {
        let state = match state {
            Ok(config) => Ok(Exported {
                endpoint: config.display_url(),
                source: config.source,
                header_names: sorted_names(config),
                compression: config.compression.content_encoding().unwrap_or("none"),
                timeout: config.timeout,
                sources: find_sources(settings, config),
            }),
            Err(off) => Err(off.clone()),
        };
        Self { state }
    }

    fn exported(&self) -> Option<&Exported> {
        self.state.as_ref().ok()
    }

    /// The URL, without its query. `None` if the signal is not exported.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.exported().map(|it| it.endpoint.as_str())
    }

    /// The setting that chose the endpoint: a variable such as
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, a setter such as `endpoint` or `region`, or
    /// `default`. `None` if the signal is not exported.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.exported().map(|it| it.source)
    }

    /// The names of the headers that the settings add. Their values are secrets.
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        let exported = self.exported().into_iter();
        exported.flat_map(|it| it.header_names.iter().map(String::as_str))
    }

    /// The compression of request bodies: `gzip`, `zstd` or `none`. `None` if the signal is
    /// not exported.
    #[must_use]
    pub fn compression(&self) -> Option<&str> {
        self.exported().map(|it| it.compression)
    }

    /// How long the delivery of one batch may take, including retries. `None` if the
    /// signal is not exported.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.exported().map(|it| it.timeout)
    }

    /// Why the signal is not exported: `OTEL_METRICS_EXPORTER=none`. `None` if it is
    /// exported.
    #[must_use]
    pub fn off_reason(&self) -> Option<&str> {
        self.state.as_ref().err().map(|off| off.reason.as_str())
    }

    /// Whether an invalid value turns the signal off.
    pub(crate) fn is_invalid(&self) -> bool {
        self.state.as_ref().is_err_and(|off| off.invalid)
    }

    fn sources(&self) -> Option<&SignalSources> {
        self.exported().map(|it| &it.sources)
    }

    /// The settings that the headers came from, such as `OTEL_EXPORTER_OTLP_HEADERS`
    /// or the setter `header`. `None` without headers.
    #[must_use]
    pub fn headers_source(&self) -> Option<&str> {
        self.sources()?.headers.as_deref()
    }

    /// The setting that chose the compression: a variable, the setter `compression`,
    /// or `default`. `None` if the signal is not exported.
    #[must_use]
    pub fn compression_source(&self) -> Option<&str> {
        self.sources().map(|it| it.compression)
    }

    /// The setting that chose the timeout: a variable, the setter `timeout`, or
    /// `default`. `None` if the signal is not exported.
    #[must_use]
    pub fn timeout_source(&self) -> Option<&str> {
        self.sources().map(|it| it.timeout)
    }

    /// The URL of the proxy, without credentials. `None` without a proxy.
    #[must_use]
    pub fn proxy(&self) -> Option<&str> {
        let (url, _) = self.sources()?.proxy.as_ref()?;
        Some(url)
    }

    /// The variable that named the proxy. `None` without a proxy.
    #[must_use]
    pub fn proxy_source(&self) -> Option<&str> {
        self.sources()?.proxy.as_ref().map(|(_, setting)| *setting)
    }

    /// The certificates that the receiver is verified with: `system`, the path and
    /// its variable, or the setter `root_certificates`. `None` without TLS.
    #[must_use]
    pub fn tls_roots(&self) -> Option<&str> {
        self.sources()?.tls_roots.as_deref()
    }
}

fn sorted_names(config: &SignalConfig) -> Vec<String> {
    let mut names: Vec<_> = config.headers.keys().map(ToString::to_string).collect();
    names.sort();
    names
}
