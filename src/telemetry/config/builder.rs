//! [`Telemetry`]: the builder of the pipeline.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use opentelemetry::trace::noop::NoopTracer;
use opentelemetry::{Context, Key, KeyValue, Value, global};
use opentelemetry_sdk::trace::ShouldSample;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::environment::Environment;
use super::guard::TelemetryGuard;
use super::install::start_pipeline;
#[cfg(feature = "logs")]
use super::layer::build_log_layer;
use super::layer::build_span_layer;
use super::settings::{DestinationChoice, Settings};
use crate::Error;
use crate::telemetry::report::stderr_layer::build_stderr_layer;
use crate::trace::{HeaderPropagator, inherited_attributes, read_propagators};

/// Builds the export pipeline for spans, metrics and logs: to New Relic, to any OTLP
/// receiver, or to standard error as a tree of spans.
///
/// Start with [`from_env`](Self::from_env), which reads the environment, or choose a
/// destination. Then [`install`](Self::install) the pipeline for the whole process,
/// or add its [`layer`](Self::layer) to your own subscriber. Setters do not fail:
/// `install` and `layer` report invalid values, and
/// [`check`](Self::check) tells whether telemetry arrives.
///
/// ```
/// use nr_bedrock_observability::Telemetry;
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// let telemetry = Telemetry::console().service_name("support-bot").install()?;
/// tracing::info_span!("answer").in_scope(|| { /* … */ });
/// if let Err(error) = telemetry.shutdown() { // prints the tree
///     eprintln!("telemetry: {error}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Environment
///
/// Code takes precedence over the environment, and a variable for one signal
/// (`TRACES`, `METRICS`, `LOGS` in place of `*`) over the one for all signals. An
/// empty variable counts as unset; quotes around a value are removed.
///
/// | setting | variables, the first one wins | default |
/// |---|---|---|
/// | license key | `NEW_RELIC_LICENSE_KEY`, `NEW_RELIC_INSERT_KEY` | |
/// | service name | `OTEL_SERVICE_NAME`, `service.name` in `OTEL_RESOURCE_ATTRIBUTES`, `NEW_RELIC_APP_NAME`, `AWS_LAMBDA_FUNCTION_NAME` | `unknown_service:` and the program's name |
/// | New Relic host and port | `NEW_RELIC_OTLP_HOST`, `EVENT_CLIENT_HOST`; `NEW_RELIC_OTLP_PORT` | the region of the key; 443 |
/// | resource | `OTEL_RESOURCE_ATTRIBUTES`; on Lambda and ECS `cloud.*`, `faas.*`, `aws.log.*` and `aws.ecs.*` from the variables that AWS sets | |
/// | OTLP endpoint | `OTEL_EXPORTER_OTLP_*_ENDPOINT` (used unchanged), `OTEL_EXPORTER_OTLP_ENDPOINT` (`/v1/traces` and so on are appended) | for [`otlp`](Self::otlp) `http://localhost:4318`, for [`from_env`](Self::from_env) the console; a signal without an endpoint is not exported if another signal has one |
/// | OTLP headers (not with a license key) | `OTEL_EXPORTER_OTLP_*_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS` | |
/// | timeout, in milliseconds | `OTEL_EXPORTER_OTLP_*_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT` | 90,000 for New Relic, else 10,000 |
/// | OTLP protocol | `OTEL_EXPORTER_OTLP_*_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL`: only `http/protobuf` is supported; `http/json` says the same in more bytes | `http/protobuf` |
/// | compression: `gzip`, `none`, or `zstd` with the feature `zstd` | `OTEL_EXPORTER_OTLP_*_COMPRESSION`, `OTEL_EXPORTER_OTLP_COMPRESSION` | `gzip` |
/// | root certificates (PEM file) | `OTEL_EXPORTER_OTLP_*_CERTIFICATE`, `OTEL_EXPORTER_OTLP_CERTIFICATE`; `SSL_CERT_FILE` and `SSL_CERT_DIR` (of the process) replace the system's | the system's |
/// | client certificate and key (PEM files) | `OTEL_EXPORTER_OTLP_*_CLIENT_CERTIFICATE`, `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`; `…_CLIENT_KEY` | none |
/// | proxy | for New Relic `NEW_RELIC_PROXY_HOST` with `_PORT`, `_SCHEME`, `_USER`, `_PASS`; `HTTPS_PROXY` or `HTTP_PROXY` by the endpoint's scheme, `ALL_PROXY`, unless `NO_PROXY` matches (each also in lower case) | none |
/// | signals to export, each `otlp` or `none`; spans also `console` | `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_LOGS_EXPORTER` | `otlp` if there is a license key or an endpoint |
/// | sampler | `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | `parentbased_always_on` |
/// | queue and batches of spans | `OTEL_BSP_SCHEDULE_DELAY` (milliseconds), `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` | 5,000; 2,048; 512 |
/// | queue and batches of log records | `OTEL_BLRP_SCHEDULE_DELAY`, `OTEL_BLRP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`, then those of spans | 1,000; 2,048; 512 |
/// | export interval of metrics, in milliseconds | `OTEL_METRIC_EXPORT_INTERVAL` | 60,000 |
/// | temporality of metrics: `delta`, `cumulative`, `lowmemory` | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `delta` for New Relic, else `cumulative` |
/// | histograms: `base2_exponential_bucket_histogram`, `explicit_bucket_histogram` | `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` | the first for New Relic, else the second |
/// | maximum attribute length of spans, in characters | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | 4,095 for New Relic, else none |
/// | maximum attribute length of log records | `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | 4,095 for New Relic, else none |
/// | maximum attributes of a span | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` | 128 |
/// | maximum attributes of a log record | `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` | 128 |
/// | maximum events and links of a span, attributes of an event and of a link | `OTEL_SPAN_EVENT_COUNT_LIMIT`, `OTEL_SPAN_LINK_COUNT_LIMIT`, `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT` | 128 each |
/// | propagation headers, a list of `tracecontext`, `baggage`, `b3`, `b3multi`, `xray` (or `xray-lambda`), or `none` | `OTEL_PROPAGATORS` | `tracecontext,baggage` |
/// | record and export nothing; [`propagation`](crate::propagation) still works | `OTEL_SDK_DISABLED=true` | `false` |
/// | console | `COLUMNS`, `NO_COLOR`, `CLICOLOR_FORCE` | the terminal's width, else 80 |
///
/// An invalid value never stops the program: it is a warning, logged once at WARN,
/// and the next variable of the row or the default applies. An invalid endpoint or
/// host, and an exporter that is not supported, turn their signal off, because the
/// default would send the data elsewhere. Only a license key that cannot send data,
/// such as a user key, is an error. Variables of OpenTelemetry that are not supported
/// are named in one warning.
/// [`effective_settings`](Self::effective_settings) shows the result.
///
/// A license key takes precedence over an endpoint of another host in the
/// environment, with a warning; call [`otlp`](Self::otlp) to prefer the endpoint.
///
/// Limits keep the attributes and events of the GenAI conventions first. Resources and
/// metrics are exempt from OpenTelemetry's limits.
///
/// # Delivery
///
/// Finished spans and log records wait in a queue, are exported in batches by a
/// background thread, and are retried after a failure that may be temporary: no
/// connection, no response within 10 s, HTTP 408, 429, 500, 502, 503, 504 or 530. The
/// backoff grows from 250 ms to 5 s, or follows `Retry-After`, until the
/// [`timeout`](Self::timeout). Other batches are sent meanwhile.
///
/// Spans, log records and metrics are delivered independently: a receiver that fails
/// for one signal neither delays nor loses the others. At most 64 MiB of spans,
/// 32 MiB of log records and 8 MiB of metrics wait for delivery (compressed); then the
/// queue of the signal fills up, and further items are dropped.
///
/// A batch that exceeds the receiver's size limit is split in halves; a single span
/// that exceeds it is sent with its longest texts truncated. After HTTP 401 or 403,
/// which are logged at once, the signal pauses for half of the timeout, at most one
/// minute.
///
/// Losses are counted by reason in
/// [`TelemetryGuard::stats`](crate::TelemetryGuard::stats) and in the metrics
/// `otel.sdk.exporter.span.exported` and `nr_bedrock.exporter.*`. They are logged as a
/// warning, once for each signal and cause, and again after the signal has recovered.
///
/// A receiver may take spans alone, as Jaeger, Phoenix and Tempo do: if it answers
/// HTTP 404, 405, 415 or 501 to the first metrics or log records, that signal is turned
/// off with one line at `INFO`, and is no loss
/// ([`SignalStats::unsupported`](crate::SignalStats::unsupported)). It is tried again
/// after 15 s, then ever more seldom, down to every 5 minutes. This does not apply to
/// New Relic, to a signal that was accepted before, to a signal whose own variable names
/// its endpoint, or to an endpoint on another host than that of the spans. HTTP 415 to a
/// compressed request is a loss that names the compression.
///
/// # Proxies and TLS
///
/// Requests to https receivers go through a `CONNECT` tunnel of the proxy, those to http
/// receivers in absolute form. The user and password of the proxy's URL are sent as
/// `Proxy-Authorization` (Basic) and are never logged. Receivers on this host
/// (`localhost`, `127.0.0.1`, `::1`) are reached without a proxy. SOCKS proxies are not
/// supported.
///
/// The root certificates are the system's, unless
/// [`root_certificates`](Self::root_certificates) or a variable replaces them. An image
/// without any (`scratch`) needs the package `ca-certificates`, or a PEM file in
/// `SSL_CERT_FILE` or `OTEL_EXPORTER_OTLP_CERTIFICATE`.
///
/// An invalid proxy, certificate or key of the environment does not stop the
/// application. Nothing is sent then, and the losses are counted and logged with that
/// reason.
///
/// # New Relic
///
/// For New Relic, by a license key or by an endpoint under `nr-data.net` with the
/// header `api-key`, telemetry is adapted to its views and limits: the aliases
/// `gen_ai.system`, `gen_ai.usage.cache_read_input_tokens`,
/// `gen_ai.usage.cache_write_input_tokens` and `llm.conversation_id` beside the
/// conventions' names, one string (`stop`, `length`, `tool_calls`) as
/// `gen_ai.response.finish_reasons`, JSON text in place of nested values, at most
/// 1,000,000 bytes per request, 128 attributes per record (those of the conventions
/// first), 4,095 characters per value (JSON stays valid), 255 per name, 64 items per
/// array; delta temporality and exponential histograms.
#[must_use = "nothing is exported until `install` or `layer` is called"]
pub struct Telemetry {
    pub(super) settings: Settings,
}

impl Telemetry {
    /// Chooses the destination by the settings: New Relic with a license key, else
    /// the OTLP receiver of an endpoint, else a tree on standard error. See
    /// [Environment](Self#environment).
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// let telemetry = Telemetry::from_env().service_name("support-bot");
    /// ```
    pub fn from_env() -> Self {
        Self::new(DestinationChoice::Auto)
    }

    /// Exports to New Relic. Requires a license key, from
    /// [`license_key`](Self::license_key) or the environment.
    pub fn new_relic() -> Self {
        Self::new(DestinationChoice::NewRelic)
    }

    /// Exports to an OpenTelemetry collector or any other OTLP/HTTP receiver.
    /// Default: `http://localhost:4318`.
    pub fn otlp() -> Self {
        Self::new(DestinationChoice::Otlp)
    }

    /// Prints each finished trace as a tree: durations on a common time line,
    /// models, tokens, errors. Nothing leaves the process.
    pub fn console() -> Self {
        Self::new(DestinationChoice::Console)
    }

    fn new(destination: DestinationChoice) -> Self {
        Self {
            settings: Settings::new(destination, Environment::process()),
        }
    }

    /// The service name of the telemetry (`service.name`). It takes precedence over
    /// [`resource_attribute`](Self::resource_attribute). Default: see
    /// [Environment](Self#environment).
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.settings.service_name = Some(name.into());
        self
    }

    /// The New Relic license key ("Ingest - License"). A user key (`NRAK-…`)
    /// cannot send data. Default: from the environment.
    ///
    /// The key is sent in a request header. It is never logged and appears in no
    /// `Debug` output and no error.
    pub fn license_key(mut self, key: impl Into<String>) -> Self {
        self.settings.license_key = Some(key.into());
        self
    }

    /// The New Relic region: `us`, `eu`, `jp` or `gov` (US `FedRAMP`). Default:
    /// the region of the license key.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.region = Some(region.into());
        self
    }

    /// The New Relic host, without scheme and path: `otlp.eu01.nr-data.net`.
    /// Default: the host of the region.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.settings.host = Some(host.into());
        self
    }

    /// The port of the New Relic host. Default: 443.
    pub fn port(mut self, port: u16) -> Self {
        self.settings.port = Some(port);
        self
    }

    /// The base URL of the receiver: `https://collector:4318`. `/v1/traces` and so on
    /// are appended. With a license key it replaces New Relic's address, for a
    /// forwarding gateway. Default: see
    /// [Environment](Self#environment).
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.settings.endpoint = Some(url.into());
        self
    }

    /// Adds a header to each request. It replaces a header of the same name from the
    /// environment. The value is treated as a secret. Default: none.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Adds an attribute to the resource, which describes the process:
    /// `deployment.environment.name`. It takes precedence over
    /// `OTEL_RESOURCE_ATTRIBUTES`. Default: none.
    pub fn resource_attribute(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.settings.resource.push(KeyValue::new(key, value));
        self
    }

    /// The sampler. Default: the decision of a remote parent, else all traces.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    /// use opentelemetry_sdk::trace::Sampler;
    ///
    /// let telemetry = Telemetry::from_env().sampler(Sampler::TraceIdRatioBased(0.1));
    /// ```
    pub fn sampler(mut self, sampler: impl ShouldSample + 'static) -> Self {
        self.settings.sampler = Some(Box::new(sampler));
        self
    }

    /// How long the delivery of one batch may take, including retries; see
    /// [Delivery](Self#delivery). Default: 90 s for New Relic, whose rate limit
    /// applies for the rest of a minute; else 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// The maximum verbosity of exported `tracing` spans and events. Default: `INFO`.
    /// Spans of the AWS SDK below `INFO` and log lines of this crate are never exported.
    pub fn level(mut self, level: impl Into<LevelFilter>) -> Self {
        self.settings.level = level.into();
        self
    }

    /// The writer of the console tree, without colours unless `CLICOLOR_FORCE` is
    /// set. Default: standard error.
    pub fn writer(mut self, writer: impl Write + Send + 'static) -> Self {
        self.settings.writer = Some(Box::new(writer));
        self
    }

    /// Replaces the lookup of the variables under
    /// [Environment](Self#environment). Default: the process's environment.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// // A test that does not depend on the machine's variables.
    /// let telemetry = Telemetry::from_env().environment(|_| None);
    /// ```
    pub fn environment(
        mut self,
        lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.settings.env = Environment::new(lookup);
        self
    }

    /// Starts the pipeline for the whole process. It sets
    ///
    /// * the global `tracing` subscriber: a registry with the pipeline's layer, and
    ///   a layer that prints this crate's warnings to standard error;
    /// * the global OpenTelemetry tracer provider and meter provider, for spans and
    ///   metrics of the application's own;
    /// * the global propagator: W3C trace context and baggage, or what
    ///   `OTEL_PROPAGATORS` or
    ///   [`propagation::set_propagators`](crate::propagation::set_propagators) names.
    ///
    /// An application with other layers, for example for logging, owns its
    /// subscriber and adds [`layer`](Self::layer) to it.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// # let no_variables = |_: &str| None;
    /// let telemetry = Telemetry::from_env()
    ///     .service_name("support-bot")
    /// #   .environment(no_variables)
    ///     .install()?;
    /// // … the application …
    /// if let Err(error) = telemetry.shutdown() {
    ///     eprintln!("telemetry: {error}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// * [`Error::is_invalid_setting`]: a value set in code, or a license key that
    ///   cannot send data.
    /// * [`Error::is_missing_setting`]: [`new_relic`](Self::new_relic) without a key.
    /// * [`Error::is_already_installed`]: a global subscriber is already set. The
    ///   pipeline is stopped again, and nothing global is changed.
    /// * [`Error::is_export`]: the delivery thread could not be started.
    pub fn install(self) -> Result<TelemetryGuard, Error> {
        let env = self.settings.env.clone();
        let (layer, guard, is_enabled) = self.build::<Registry>()?;
        let subscriber = Registry::default().with(layer).with(build_stderr_layer());
        if let Err(error) = tracing::subscriber::set_global_default(subscriber) {
            guard.discard();
            let problem = "a global tracing subscriber is already set; add the layer of \
                           Telemetry::layer to it instead";
            return Err(Error::already_installed(problem).with_source(error));
        }
        {
            // The SDK logs these calls.
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            // OpenTelemetry's default provider hands contexts on, as a disabled SDK should.
            if is_enabled {
                global::set_tracer_provider(guard.tracer_provider().clone());
            }
            global::set_meter_provider(guard.meter_provider().clone());
        }
        read_propagators(|name| env.get(name));
        global::set_text_map_propagator(HeaderPropagator::new());
        guard.log_warnings();
        Ok(guard)
    }

    /// Starts the pipeline and returns its layer, for your own subscriber. The layer
    /// is as complete as [`install`](Self::install): it carries the pipeline's
    /// providers, which instrumented clients, searches, tools and feedback find
    /// through the subscriber. Providers of
    /// [`MonitorOptions`](crate::MonitorOptions) take precedence.
    ///
    /// It sets nothing global. For metrics and OpenTelemetry spans of the
    /// application's own, use the providers of the guard; to propagate traces,
    /// [`propagation`](crate::propagation) or a propagator.
    ///
    /// The layer includes its filter, and may be filtered further or boxed. Do not
    /// wrap it in a `reload::Layer`, which gives access neither to the spans nor to
    /// the providers; a warning says so.
    ///
    /// # One OpenTelemetry layer
    ///
    /// A registry must not have a second layer of `tracing-opentelemetry`: both store
    /// their data in the same place, and the first span panics
    /// ([tokio-rs/tracing#2207](https://github.com/tokio-rs/tracing/issues/2207)).
    /// For a second destination, add a
    /// [`span_processor`](Self::span_processor), [`metric_reader`](Self::metric_reader)
    /// or [`log_processor`](Self::log_processor) to the pipeline.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    /// use tracing_subscriber::prelude::*;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (layer, telemetry) = Telemetry::console().layer()?;
    /// tracing_subscriber::registry().with(layer).try_init()?;
    /// # telemetry.shutdown()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`install`](Self::install), except [`Error::is_already_installed`].
    pub fn layer<S>(self) -> Result<(impl Layer<S> + Send + Sync + use<S>, TelemetryGuard), Error>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let (layer, guard, _) = self.build()?;
        Ok((layer, guard))
    }

    /// The layer, and whether it records spans.
    fn build<S>(self) -> Result<(impl Layer<S> + Send + Sync + use<S>, TelemetryGuard, bool), Error>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let level = self.settings.level;
        let with_target = !self.settings.drop_attributes.is_empty();
        let (tracer, guard) = start_pipeline(self.settings)?;
        let providers = guard.providers_layer();
        let is_enabled = tracer.is_some();
        let spans = match tracer {
            Some(tracer) => build_span_layer(tracer, providers, level, with_target).boxed(),
            // Records nothing, and hands the context of a request on unchanged.
            None => build_span_layer(NoopTracer::new(), providers, level, false).boxed(),
        };
        let inherited = inherited_attributes::layer(level);
        let layers = Layer::<S>::and_then(spans, inherited);
        // Present even if logs are not exported: a filtered layer that is absent
        // or lets nothing through disables the layer beside it.
        #[cfg(feature = "logs")]
        let layers = Layer::<S>::and_then(layers, build_log_layer(guard.logger_provider(), level));
        Ok((layers, guard, is_enabled))
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}
