//! What a client's instrumentation does.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use opentelemetry::global::BoxedTracer;
use opentelemetry::{KeyValue, Value};

use super::callback::FeedbackCallback;
use super::content_capture::ContentCapture;
use super::environment as env;
use super::profiles::Profiles;
use super::redaction::guard_redaction;
use crate::Error;
use crate::emit::completion::Completion;
use crate::emit::sinks::instruments::Instruments;
use crate::emit::sinks::loggers::{Events, Loggers};
use crate::emit::sinks::meters::{MeterOptions, Meters};
use crate::emit::sinks::tracers::Tracers;
use crate::feedback::Feedback;
use crate::record::content::{Capture, Content, Redactor};

/// What [`monitor_bedrock_with`](crate::monitor_bedrock_with) records of the
/// calls of one client.
///
/// The default records everything, with message content in attributes and in
/// events. Code wins over the environment:
///
/// ```
/// use nr_bedrock_observability::{ContentCapture, MonitorOptions};
///
/// # fn main() -> Result<(), nr_bedrock_observability::Error> {
/// let options = MonitorOptions::from_env()?
///     .capture(ContentCapture::SpanEvents)
///     .attribute("tenant.id", "acme")
///     .redact_with(|content| {
///         let hidden = content.text().replace("4111 1111 1111 1111", "[card]");
///         content.set_text(hidden);
///     });
/// # drop(options);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing until they are handed to `monitor_bedrock_with`"]
pub struct MonitorOptions {
    pub(super) capture: ContentCapture,
    pub(super) content_limit: usize,
    pub(super) redactor: Option<Redactor>,
    pub(super) track_token_usage: bool,
    pub(super) streaming_events: bool,
    pub(super) propagate_context: bool,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) profiles: Option<Profiles>,
    pub(super) tracers: Option<Tracers>,
    pub(super) meters: MeterOptions,
    pub(super) events: Events,
    pub(super) feedback: Option<FeedbackCallback>,
}

impl MonitorOptions {
    /// The defaults, whatever the environment says.
    pub fn new() -> Self {
        Self::default()
    }

    /// The defaults, with what the environment sets.
    ///
    /// | variable | sets |
    /// |---|---|
    /// | `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` | [`capture`](Self::capture): `NO_CONTENT`, `SPAN_ONLY`, `EVENT_ONLY`, `SPAN_AND_EVENT`; also `true` (both) and `false` (none); case does not matter |
    /// | `NEW_RELIC_AI_MONITORING_RECORD_CONTENT_ENABLED` | `false` turns content off, whatever the other variable says |
    /// | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | a lower [`content_limit`](Self::content_limit): a pipeline that cuts there would leave no JSON |
    /// | `NEW_RELIC_AI_MONITORING_STREAMING_ENABLED` | [`streaming_events`](Self::streaming_events) |
    /// | `NEW_RELIC_AI_MONITORING_ENABLED` | [`llm_events`](Self::llm_events) |
    /// | `OTEL_SEMCONV_STABILITY_OPT_IN` | [`latest_metrics`](Self::latest_metrics), where `gen_ai_latest_experimental` is in its list |
    ///
    /// # Errors
    /// A variable has a value that it cannot have: the error names both.
    pub fn from_env() -> Result<Self, Error> {
        env::from_env(&|name| {
            // What is no text has a wrong value, and is not absent.
            Some(std::env::var_os(name)?.to_string_lossy().into_owned())
        })
    }

    /// Where message content goes: prompts, answers, arguments and results of
    /// tools, definitions of tools. Default: [`ContentCapture::Both`].
    pub fn capture(self, capture: ContentCapture) -> Self {
        Self { capture, ..self }
    }

    /// How many characters of content one attribute or one event may hold. A
    /// conversation that is longer is shortened inside its longest texts and
    /// stays valid JSON. Default: 4,095, what New Relic takes: it cuts what is
    /// longer, and then it is no JSON any more.
    ///
    /// Limits under 256 are taken for 256.
    pub fn content_limit(self, characters: usize) -> Self {
        Self {
            content_limit: characters.max(MIN_LIMIT),
            ..self
        }
    }

    /// Changes each piece of content before it goes anywhere. Runs once for
    /// each piece, when the call has ended: in the task that made it, or that
    /// read or dropped its stream. Of a piece it sees the first 65,536
    /// characters (more where the limit is higher); what it leaves is then
    /// shortened to the limit. Where the closure panics, the piece is withheld.
    /// Default: none.
    pub fn redact_with(self, redact: impl Fn(&mut Content<'_>) + Send + Sync + 'static) -> Self {
        Self {
            redactor: Some(guard_redaction(redact)),
            ..self
        }
    }

    /// Whether token counts are recorded. Default: `true`.
    pub fn track_token_usage(self, track: bool) -> Self {
        Self {
            track_token_usage: track,
            ..self
        }
    }

    /// Whether the events of streamed answers are read. Where they are not, a
    /// stream's span still lasts until its end, and says how it ended, but has
    /// no answer, no finish reason and no tokens. Default: `true`.
    pub fn streaming_events(self, read: bool) -> Self {
        Self {
            streaming_events: read,
            ..self
        }
    }

    /// Whether requests tell the service which trace they belong to, where it
    /// hands that on to what it runs: an agent on AgentCore Runtime or in a
    /// harness, a code interpreter, a browser. Such a request gets the W3C
    /// headers `traceparent` and, where there is one, `tracestate`, of its own
    /// span; headers that the caller set stay. Nothing else of a request is
    /// ever changed. Default: `true`.
    pub fn propagate_context(self, propagate: bool) -> Self {
        Self {
            propagate_context: propagate,
            ..self
        }
    }

    /// Adds an attribute to every span of the client. The last value of a key
    /// counts, and what the call itself tells under that name counts more.
    /// Default: none.
    pub fn attribute(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        let key = key.into();
        self.attributes.retain(|known| known.key.as_str() != key);
        self.attributes.push(KeyValue::new(key, value));
        self
    }

    /// Tells which model is behind an identifier that does not: the ARN of an
    /// application inference profile, of a provisioned or imported model, of an
    /// endpoint. The closure gets the identifier as the request has it and
    /// answers with a model id such as `anthropic.claude-3-haiku-20240307-v1:0`,
    /// from which the span's `aws.bedrock.model.name` and
    /// `aws.bedrock.model.vendor` are read; `gen_ai.request.model` stays what
    /// was sent. It runs at the beginning of each such call, in the task that
    /// makes it: it should look up, not ask the network. Where it panics, the
    /// call goes on without. Default: none; the crate makes no calls of its own
    /// to find out.
    ///
    /// ```
    /// use std::collections::HashMap;
    ///
    /// use nr_bedrock_observability::MonitorOptions;
    ///
    /// let profiles = HashMap::from([(
    ///     "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    ///     "amazon.nova-lite-v1:0",
    /// )]);
    /// let options = MonitorOptions::new()
    ///     .resolve_inference_profiles(move |arn| profiles.get(arn).map(ToString::to_string));
    /// # drop(options);
    /// ```
    pub fn resolve_inference_profiles(
        self,
        resolve: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            profiles: Some(Profiles::new(resolve)),
            ..self
        }
    }

    /// The provider of the spans that tell what the service did for a call: the
    /// steps of an agent, the retrieval and the generation of an answer from a
    /// knowledge base. They happened in the service and have its times, so
    /// `tracing` cannot make them. Default: the global provider
    /// (`opentelemetry::global::set_tracer_provider`), which
    /// [`Telemetry::install`](crate::Telemetry::install) sets. Where there is
    /// neither, the call's own span is all there is.
    pub fn tracer_provider<P, T, S>(self, provider: P) -> Self
    where
        S: opentelemetry::trace::Span + Send + Sync + 'static,
        T: opentelemetry::trace::Tracer<Span = S> + Send + Sync + 'static,
        P: opentelemetry::trace::TracerProvider<Tracer = T> + Send + Sync + 'static,
    {
        Self {
            tracers: Some(Tracers::new(provider)),
            ..self
        }
    }

    /// Whether metrics are recorded: the client metrics of the GenAI conventions,
    /// and counters for guardrail interventions, throttles and retries.
    /// Default: `true`.
    ///
    /// | metric | unit | what |
    /// |---|---|---|
    /// | `gen_ai.client.operation.duration` | s | each call with a model, an agent, a tool, a memory or a knowledge base |
    /// | `gen_ai.client.token.usage` | token | what the service counted, by `gen_ai.token.type`: `input` (cached ones included), `output`; of an agent, those of all its models |
    /// | `gen_ai.client.operation.time_to_first_chunk` | s | streams of models: from the request to the first event |
    /// | `gen_ai.client.operation.time_per_output_chunk` | s | streams of models: from each event to the next, for the first 2,048 |
    /// | `aws.bedrock.guardrail.interventions` | intervention | calls in which a guardrail intervened, by `aws.bedrock.guardrail.id` |
    /// | `aws.bedrock.throttles` | attempt | attempts turned away because of their rate, by `error.type` |
    /// | `aws.bedrock.retries` | attempt | attempts beyond the first |
    ///
    /// Their attributes are the operation, the provider, the model as the request
    /// names it and as the answer does, the server's address and port, and of
    /// failed calls `error.type`: nothing that differs from call to call. A model
    /// may be named by an ARN: where an application has an inference profile or a
    /// version of a prompt for each of its customers, it has a series for each of
    /// them too. A view of the provider can leave `gen_ai.request.model` out.
    ///
    /// Not measured are calls without a meaning in the conventions (tags,
    /// sessions, lists), calls of which no subscriber wants a span, and the chunks
    /// of a conversation by voice, which wait for the user. Calls that a sampler
    /// leaves out are measured. A count of tokens that the service did not give is
    /// not recorded as 0.
    ///
    /// ```
    /// use nr_bedrock_observability::MonitorOptions;
    ///
    /// // Spans alone.
    /// let options = MonitorOptions::new().metrics(false);
    /// # drop(options);
    /// ```
    pub fn metrics(mut self, record: bool) -> Self {
        self.meters.record = record;
        self
    }

    /// Whether metrics have the newest names of the conventions:
    /// `gen_ai.client.inference.*` for what models are asked, with counters of
    /// tokens (`gen_ai.client.inference.usage.*`) beside the histograms. Other
    /// operations keep `gen_ai.client.operation.duration`, and of them only
    /// embeddings have tokens (`gen_ai.client.embeddings.operation.input_tokens`,
    /// a histogram). Default: `false`, the names up to v1.41, which dashboards
    /// know.
    pub fn latest_metrics(mut self, latest: bool) -> Self {
        self.meters.latest = latest;
        self
    }

    /// The provider of the instruments. Default: the global provider
    /// (`opentelemetry::global::set_meter_provider`), which
    /// [`Telemetry::install`](crate::Telemetry::install) sets, as it is when a
    /// call ends: a client may be monitored, and used, before it is set.
    ///
    /// ```
    /// use nr_bedrock_observability::MonitorOptions;
    /// use opentelemetry::metrics::noop::NoopMeterProvider;
    ///
    /// let options = MonitorOptions::new().meter_provider(NoopMeterProvider::new());
    /// # drop(options);
    /// ```
    pub fn meter_provider(
        mut self,
        provider: impl opentelemetry::metrics::MeterProvider + Send + Sync + 'static,
    ) -> Self {
        self.meters.provider = Some(Arc::new(provider));
        self
    }

    /// Whether calls also become New Relic's own events: `LlmCompletion`,
    /// `LlmChatCompletionSummary` and an `LlmChatCompletionMessage` for each
    /// message of calls of models, `LlmEmbedding`, `LlmVectorSearch` and
    /// `LlmVectorSearchResult`, `LlmTool`, `LlmAgent`; of an agent's run also
    /// for each of its steps. They are log records with the attribute
    /// `newrelic.event.type`, of which New Relic's ingest makes events.
    /// Default: `false`, because New Relic makes its AI views from the spans
    /// too.
    ///
    /// Content is in them where [`capture`](Self::capture) lets it be anywhere,
    /// in at most [`content_limit`](Self::content_limit) characters; a message
    /// that is longer is also sent whole, up to 128,000 characters, as the
    /// message of a log record with the event's `id`. Attributes of the client
    /// whose names begin with `llm.` are on all of them. Calls in traces that a
    /// sampler leaves out have events too.
    pub fn llm_events(mut self, emit: bool) -> Self {
        self.events.wanted = emit;
        self
    }

    /// Where those events go. Default: the pipeline that
    /// [`Telemetry::install`](crate::Telemetry::install) started; OpenTelemetry
    /// has no global logger provider.
    pub fn logger_provider<P>(mut self, provider: &P) -> Self
    where
        P: opentelemetry::logs::LoggerProvider,
        P::Logger: Send + Sync + 'static,
    {
        self.events.provider = Some(Loggers::new(provider));
        self
    }

    /// Judges each answer of a model that has come to its end: the feedback is
    /// recorded on the span of the call, before that ends. Failed calls are not
    /// asked about. It runs in the task that made the call, or that read or
    /// dropped its stream: it should look, not wait. Where it panics, there is
    /// no feedback. Default: none.
    ///
    /// ```
    /// use nr_bedrock_observability::{Feedback, MonitorOptions};
    ///
    /// let options = MonitorOptions::new().feedback_callback(|completion| {
    ///     let cut = completion.finish_reason().as_deref() == Some("length");
    ///     cut.then(|| Feedback::negative().category("completeness").message("cut short"))
    /// });
    /// # drop(options);
    /// ```
    pub fn feedback_callback(
        self,
        judge: impl Fn(&Completion<'_>) -> Option<Feedback> + Send + Sync + 'static,
    ) -> Self {
        Self {
            feedback: Some(FeedbackCallback::new(judge)),
            ..self
        }
    }

    pub(crate) fn into_settings(self) -> Arc<Settings> {
        self.events.announce();
        let (attributes, events) = self.capture.places();
        let capture = Capture {
            attributes,
            events,
            limit: self.content_limit,
            min_kept: if self.events.wanted { MAX_WHOLE } else { 0 },
            redact: self.redactor,
        };
        Arc::new(Settings {
            capture,
            track_token_usage: self.track_token_usage,
            streaming_events: self.streaming_events,
            propagate_context: self.propagate_context,
            attributes: self.attributes,
            profiles: self.profiles,
            tracers: self.tracers,
            meters: Meters::new(self.meters),
            events: self.events,
            feedback: self.feedback,
        })
    }
}

impl Default for MonitorOptions {
    fn default() -> Self {
        Self {
            capture: ContentCapture::default(),
            content_limit: DEFAULT_LIMIT,
            redactor: None,
            track_token_usage: true,
            streaming_events: true,
            propagate_context: true,
            attributes: Vec::new(),
            profiles: None,
            tracers: None,
            meters: MeterOptions::default(),
            events: Events::default(),
            feedback: None,
        }
    }
}

/// The options of a client, as its calls read them.
pub(crate) struct Settings {
    pub(crate) capture: Capture,
    pub(crate) track_token_usage: bool,
    pub(crate) streaming_events: bool,
    pub(crate) propagate_context: bool,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) profiles: Option<Profiles>,
    tracers: Option<Tracers>,
    pub(crate) feedback: Option<FeedbackCallback>,
    meters: Option<Meters>,
    events: Events,
}

impl Settings {
    /// Whether calls become New Relic's events.
    pub(crate) fn wants_events(&self) -> bool {
        self.events.wanted
    }

    /// Where those events go; `None` where there are none.
    pub(crate) fn loggers(&self) -> Option<Loggers> {
        self.events.loggers()
    }

    pub(crate) fn wants_metrics(&self) -> bool {
        self.meters.is_some()
    }

    /// `None` where no metrics are wanted.
    pub(crate) fn instruments(&self) -> Option<Arc<Instruments>> {
        self.meters.as_ref().map(Meters::instruments)
    }

    pub(crate) fn tracer(&self) -> BoxedTracer {
        Tracers::tracer(self.tracers.as_ref())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("capture", &self.capture)
            .finish_non_exhaustive()
    }
}

/// New Relic cuts a string at so many characters.
pub(crate) const DEFAULT_LIMIT: usize = 4095;

/// What New Relic keeps of a log's message.
const MAX_WHOLE: usize = 128_000;

/// Room for the shortest text, its marker and the JSON around it.
const MIN_LIMIT: usize = 256;
