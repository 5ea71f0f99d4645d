//! [`Telemetry`]: the settings of the pipeline.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::trace::ShouldSample;
use tracing::level_filters::LevelFilter;

use super::environment::Env;

/// Builds the pipeline that takes spans, metrics and logs out of the process: to
/// New Relic, to any OTLP collector, or spans as a tree to standard error.
///
/// Start with [`from_env`](Self::from_env) and let the environment decide, or
/// name the destination. Then [`install`](Self::install) it for the whole
/// process, or take its [`layer`](Self::layer) into a registry of your own.
/// Setters never fail: a wrong value is reported by `install` and `layer`.
///
/// ```
/// use nr_bedrock_observability::Telemetry;
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// let telemetry = Telemetry::console().service_name("support-bot").install()?;
/// tracing::info_span!("answer").in_scope(|| { /* … */ });
/// telemetry.shutdown()?; // prints the tree
/// # Ok(())
/// # }
/// ```
///
/// # Environment
///
/// Code wins over the environment, a variable for one signal (`TRACES`,
/// `METRICS`, `LOGS` in place of `*`) over the one for all of them. A variable
/// that is empty counts as not set.
///
/// | setting | variables, first one wins | default |
/// |---|---|---|
/// | license key | `NEW_RELIC_LICENSE_KEY`, `NEW_RELIC_INSERT_KEY` | |
/// | service name | `OTEL_SERVICE_NAME`, `service.name` in `OTEL_RESOURCE_ATTRIBUTES`, `NEW_RELIC_APP_NAME` | `unknown_service:` and the program's name |
/// | New Relic host and port | `NEW_RELIC_OTLP_HOST`, `EVENT_CLIENT_HOST`; `NEW_RELIC_OTLP_PORT` | by the key's region; 443 |
/// | resource | `OTEL_RESOURCE_ATTRIBUTES` | |
/// | OTLP endpoint | `OTEL_EXPORTER_OTLP_*_ENDPOINT` (as it is), `OTEL_EXPORTER_OTLP_ENDPOINT` (`/v1/traces` and so on are added) | `http://localhost:4318`; a signal without endpoint is not sent where others have one |
/// | OTLP headers (not for New Relic) | `OTEL_EXPORTER_OTLP_*_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS` | |
/// | timeout, in milliseconds | `OTEL_EXPORTER_OTLP_*_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT` | 90,000 for New Relic, else 10,000 |
/// | OTLP protocol | `OTEL_EXPORTER_OTLP_*_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL`: `http/protobuf` is the only one | `http/protobuf` |
/// | compression, `gzip` or `none` | `OTEL_EXPORTER_OTLP_*_COMPRESSION`, `OTEL_EXPORTER_OTLP_COMPRESSION` | `gzip` |
/// | signals to send, each `otlp` or `none` | `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_LOGS_EXPORTER` | `otlp` |
/// | sampler | `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` | `parentbased_always_on` |
/// | batches of spans and of logs | `OTEL_BSP_SCHEDULE_DELAY` (milliseconds), `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` | 5,000; 2,048; 512 |
/// | time between two exports of metrics, in milliseconds | `OTEL_METRIC_EXPORT_INTERVAL` | 60,000 |
/// | sums of metrics: `delta`, `cumulative`, `lowmemory` | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `delta` for New Relic, else `cumulative` |
/// | histograms: `base2_exponential_bucket_histogram`, `explicit_bucket_histogram` | `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` | the former for New Relic, else the latter |
/// | longest attribute, in characters | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | 4,095 for New Relic, else none |
/// | everything off | `OTEL_SDK_DISABLED=true` | `false` |
/// | console | `COLUMNS`, `NO_COLOR`, `CLICOLOR_FORCE` | the terminal's width, else 80 |
///
/// # Delivery
///
/// What ends waits in a queue, is sent in batches by a thread of the pipeline's
/// own, and is sent again after a failure that may pass: no connection, no answer
/// within 10 s, HTTP 408, 429, 500, 502, 503, 504 or 530. Waits grow from a
/// quarter of a second to five, or are what `Retry-After` asks for, until the
/// [`timeout`](Self::timeout) is over. Meanwhile other batches go on. Spans, log
/// records and metrics are delivered independently of each other: a receiver that
/// fails for one signal neither delays nor loses the others. At most 64 MiB of
/// spans, 32 MiB of log records and 8 MiB of metrics wait (compressed); then the
/// signal's queue in front fills up, and what ends is dropped. A batch that is larger than the receiver takes is cut in halves, a
/// single span in it has its longest texts cut. After HTTP 401 or 403, which are
/// logged at once, nothing of the signal is sent for half of the timeout, a minute
/// at most.
/// Whatever is lost is counted, by reason, in
/// [`TelemetryGuard::stats`](crate::TelemetryGuard::stats) and in the metrics
/// `otel.sdk.exporter.span.exported` and `nr_bedrock.exporter.*`, and the first
/// loss is logged as a warning.
///
/// # New Relic
///
/// With New Relic as the destination, telemetry gets the form that it asks for:
/// the aliases `gen_ai.system`, `gen_ai.usage.cache_read_input_tokens`,
/// `gen_ai.usage.cache_write_input_tokens` and `llm.conversation_id` beside the
/// conventions' names, one word (`stop`, `length`, `tool_calls`) as
/// `gen_ai.response.finish_reasons`, JSON in place of nested values, at most
/// 1,000,000 bytes in a request, 128 attributes on a record (those of the
/// conventions first), 4,095 characters in a value (JSON stays JSON), 255 in a
/// name, 64 items in an array; delta sums and exponential histograms.
#[must_use = "nothing is exported until `install` or `layer` is called"]
pub struct Telemetry {
    pub(crate) goal: Goal,
    pub(crate) env: Env,
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
    pub(crate) level: LevelFilter,
    pub(crate) writer: Option<Box<dyn Write + Send>>,
}

/// Where spans are meant to go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Goal {
    /// Whatever the settings speak for.
    Auto,
    Console,
    NewRelic,
    Otlp,
}

impl Telemetry {
    /// Lets the settings decide: with a license key spans go to New Relic,
    /// else with an endpoint to that OTLP receiver, else as a tree to standard
    /// error.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// let telemetry = Telemetry::from_env().service_name("support-bot");
    /// ```
    pub fn from_env() -> Self {
        Self::new(Goal::Auto)
    }

    /// Sends spans to New Relic. Needs a license key, from
    /// [`license_key`](Self::license_key) or the environment.
    pub fn new_relic() -> Self {
        Self::new(Goal::NewRelic)
    }

    /// Sends spans to an OpenTelemetry collector, or any other receiver of
    /// OTLP over HTTP. Default: one on this machine, port 4318.
    pub fn otlp() -> Self {
        Self::new(Goal::Otlp)
    }

    /// Prints each finished trace as a tree: durations on a common time line,
    /// models, tokens, errors. Nothing leaves the process.
    pub fn console() -> Self {
        Self::new(Goal::Console)
    }

    fn new(goal: Goal) -> Self {
        Self {
            goal,
            env: Env::process(),
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
            level: LevelFilter::INFO,
            writer: None,
        }
    }

    /// The name under which the spans appear (`service.name`). Default: see
    /// [Environment](Self#environment).
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = Some(name.into());
        self
    }

    /// The New Relic license key ("Ingest - License"). A user key (`NRAK-…`)
    /// cannot send data. Default: from the environment.
    ///
    /// The key goes into one header of the requests; it is never logged, and
    /// appears in no `Debug` output and no error.
    pub fn license_key(mut self, key: impl Into<String>) -> Self {
        self.license_key = Some(key.into());
        self
    }

    /// The New Relic region: `us`, `eu`, `jp` or `gov` (US `FedRAMP`). Default:
    /// the region that the license key names, which is nearly always right.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The New Relic host to send to, without scheme and path, in place of the
    /// region's: `otlp.eu01.nr-data.net`. Default: the region's.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// The port on the New Relic host. Default: 443.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The URL to send to: `https://collector:4318`. `/v1/traces` is added
    /// unless it ends so. With a license key it replaces New Relic's own
    /// address, for a gateway that forwards. Default: see
    /// [Environment](Self#environment).
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// One more header of each request, in place of one of the same name from
    /// the environment. The value is taken for a secret. Default: none.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// One more attribute of the resource, which describes the process that
    /// the spans come from: `deployment.environment.name`. It wins over
    /// `OTEL_RESOURCE_ATTRIBUTES`. Default: none.
    pub fn resource_attribute(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.resource.push(KeyValue::new(key, value));
        self
    }

    /// Which traces are kept. Default: all, or as the caller decided in a
    /// trace that began elsewhere.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    /// use opentelemetry_sdk::trace::Sampler;
    ///
    /// let telemetry = Telemetry::from_env().sampler(Sampler::TraceIdRatioBased(0.1));
    /// ```
    pub fn sampler(mut self, sampler: impl ShouldSample + 'static) -> Self {
        self.sampler = Some(Box::new(sampler));
        self
    }

    /// How long the delivery of one batch may take, with all its retries; see
    /// [Delivery](Self#delivery). Default: 90 s for New Relic, whose rate limit
    /// holds for the rest of a minute; else 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The least severe level of `tracing` spans and events that are exported.
    /// Default: `INFO`. The AWS SDK's own spans are left out below `INFO`
    /// whatever is set.
    pub fn level(mut self, level: impl Into<LevelFilter>) -> Self {
        self.level = level.into();
        self
    }

    /// Where the console tree is printed, without colours unless
    /// `CLICOLOR_FORCE` asks for them. Default: standard error.
    pub fn writer(mut self, writer: impl Write + Send + 'static) -> Self {
        self.writer = Some(Box::new(writer));
        self
    }

    /// Where the variables named under [Environment](Self#environment) are
    /// looked up. Default: the process's environment.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// // A test that no variable of the machine it runs on can change.
    /// let telemetry = Telemetry::from_env().environment(|_| None);
    /// ```
    pub fn environment(
        mut self,
        lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.env = Env::new(lookup);
        self
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header_names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Telemetry")
            .field("goal", &self.goal)
            .field("service_name", &self.service_name)
            .field("license_key", &self.license_key.as_ref().map(|_| "…"))
            .field("region", &self.region)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("header_names", &header_names)
            .field("resource", &self.resource)
            .field("sampler", &self.sampler)
            .field("timeout", &self.timeout)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
