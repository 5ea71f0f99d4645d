//! The options of one client.

use std::borrow::Cow;
use std::sync::Arc;

use opentelemetry::{KeyValue, Value};

use super::content_capture::ContentCapture;
use super::environment::{Ceiling, Environment, HIGH_SECURITY};
use super::warnings::warn_once;
use crate::emit::sinks::{EventOptions, Loggers, MeterOptions, Sinks, Tracers};
use crate::emit::{Completion, DEFAULT_CONTENT_LIMIT, FeedbackClosure, ProfileResolver, Settings};
use crate::feedback::Feedback;
use crate::record::UserClosure;
use crate::record::content::{Capture, Content, Places, Redactor};

/// What [`monitor_bedrock_with`](crate::monitor_bedrock_with) records of the calls
/// of one client.
///
/// By default everything is recorded, with message content in attributes and
/// events. Settings in code take precedence over the environment:
///
/// ```
/// use nr_bedrock_observability::{ContentCapture, MonitorOptions};
///
/// let options = MonitorOptions::from_env()
///     .capture(ContentCapture::Events)
///     .attribute("tenant.id", "acme")
///     .redact_with(|content| {
///         let hidden = content.text().replace("4111 1111 1111 1111", "[card]");
///         content.set_text(hidden);
///     });
/// # drop(options);
/// ```
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
#[derive(Clone, Debug)]
#[must_use = "options do nothing until they are passed to `monitor_bedrock_with`"]
pub struct MonitorOptions {
    /// `None` if code has not decided.
    capture: Option<ContentCapture>,
    content_limit: usize,
    redactor: Option<Redactor>,
    feedback_text: bool,
    track_token_usage: bool,
    streaming_events: bool,
    propagate_context: bool,
    attributes: Vec<KeyValue>,
    resolve_profiles: Option<ProfileResolver>,
    tracers: Option<Tracers>,
    meters: MeterOptions,
    events: EventOptions,
    feedback: Option<FeedbackClosure>,
}

impl MonitorOptions {
    /// The defaults, independent of the environment, except for content: unless
    /// [`capture`](Self::capture) is called, the environment decides.
    pub fn new() -> Self {
        Self::default()
    }

    /// The defaults, changed by the environment.
    ///
    /// | variable | sets |
    /// |---|---|
    /// | `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` | [`capture`](Self::capture): `NO_CONTENT`, `SPAN_ONLY`, `EVENT_ONLY`, `SPAN_AND_EVENT`; also `true` (attributes and events) and `false` (off); case does not matter |
    /// | `NEW_RELIC_AI_MONITORING_RECORD_CONTENT_ENABLED` | `false` turns content off, regardless of the other variable |
    /// | `NEW_RELIC_HIGH_SECURITY` | `true` turns content, [`feedback_text`](Self::feedback_text) and the messages of errors off in the whole process, whatever the code sets; types, codes and statuses of errors stay |
    /// | `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT` | a lower [`content_limit`](Self::content_limit): truncation by the pipeline would leave invalid JSON |
    /// | `NEW_RELIC_AI_MONITORING_STREAMING_ENABLED` | [`streaming_events`](Self::streaming_events) |
    /// | `NEW_RELIC_AI_MONITORING_ENABLED` | [`llm_events`](Self::llm_events) |
    /// | `OTEL_SEMCONV_STABILITY_OPT_IN` | [`latest_metrics`](Self::latest_metrics), if its list contains `gen_ai_latest_experimental` |
    ///
    /// An invalid value never stops the application. It is logged once, at level WARN,
    /// as soon as a subscriber listens. If the variable decides about content (the
    /// first three), content is off; otherwise the default is used.
    pub fn from_env() -> Self {
        Self::default().apply_environment(&Environment::read())
    }

    /// Sets where message content is recorded: prompts, responses, tool arguments,
    /// tool results and tool definitions, queries and documents of searches. Default:
    /// [`ContentCapture::AttributesAndEvents`]. [`ContentCapture::scope`] decides for
    /// single calls.
    pub fn capture(self, capture: ContentCapture) -> Self {
        Self {
            capture: Some(capture),
            ..self
        }
    }

    /// Sets the maximum number of characters of content in one attribute or event. A
    /// longer conversation is truncated inside its longest texts and stays valid
    /// JSON. Default: 4,095, the limit at which New Relic truncates attributes.
    ///
    /// The minimum is 256; lower values are raised to it.
    pub fn content_limit(self, characters: usize) -> Self {
        Self {
            content_limit: characters.max(MIN_CONTENT_LIMIT),
            ..self
        }
    }

    /// Redacts each piece of content before it is exported. The closure is called
    /// once per piece when the call has ended, on the task that made the call or that
    /// read or dropped its stream. It sees the first 65,536 characters of a piece
    /// (more if the content limit is higher); the result is truncated to the limit.
    /// If the closure panics, the piece is withheld. Unset by default.
    ///
    /// Closures add up: each runs on the result of those before it. [`redact`] has
    /// closures for common cases:
    ///
    /// ```
    /// use nr_bedrock_observability::{MonitorOptions, redact};
    ///
    /// let options = MonitorOptions::from_env()
    ///     .redact_with(redact::emails())
    ///     .redact_with(redact::card_numbers());
    /// # drop(options);
    /// ```
    ///
    /// The free text of feedback and evaluations passes here too, when it is recorded.
    ///
    /// [`redact`]: crate::redact
    pub fn redact_with(self, redact: impl Fn(&mut Content<'_>) + Send + Sync + 'static) -> Self {
        let redact = Redactor::new(redact);
        Self {
            redactor: Some(match self.redactor {
                Some(redactor) => redactor.and(&redact),
                None => redact,
            }),
            ..self
        }
    }

    /// Sets whether the free text of feedback and evaluations is recorded: the message
    /// of [`Feedback`] and the explanation of
    /// [`Score`](crate::Score). [`capture`](Self::capture) does not change it. Default:
    /// `true`.
    pub fn feedback_text(self, record: bool) -> Self {
        Self {
            feedback_text: record,
            ..self
        }
    }

    /// Sets whether token counts are recorded. Default: `true`.
    pub fn track_token_usage(self, track: bool) -> Self {
        Self {
            track_token_usage: track,
            ..self
        }
    }

    /// Sets whether the events of streamed responses are read. If not, a stream's
    /// span still ends with the stream and records errors and whether the response was
    /// completed, but has no text, no finish reason and no tokens of the model. The
    /// trace events of agents and flows are read all the same: their steps are spans.
    /// Default: `true`.
    pub fn streaming_events(self, read: bool) -> Self {
        Self {
            streaming_events: read,
            ..self
        }
    }

    /// Sets whether requests carry trace context to services that forward it: to
    /// agents on AgentCore Runtime or in a harness, to code interpreters and
    /// browsers. Such requests get the W3C headers `traceparent` and, if not empty,
    /// `tracestate` of their span. Headers set by the caller are kept. Nothing else
    /// of a request is ever changed. Default: `true`.
    pub fn propagate_context(self, propagate: bool) -> Self {
        Self {
            propagate_context: propagate,
            ..self
        }
    }

    /// Adds an attribute to every span of the client. The last value of a key wins;
    /// attributes set by the instrumentation take precedence. None by default.
    pub fn attribute(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        let key = key.into();
        self.attributes.retain(|known| known.key.as_str() != key);
        self.attributes.push(KeyValue::new(key, value));
        self
    }

    /// Resolves model identifiers that do not name a model: ARNs of application
    /// inference profiles, provisioned models, imported models and endpoints. The
    /// closure gets the identifier of the request and returns a model id such as
    /// `anthropic.claude-3-haiku-20240307-v1:0`, from which the attributes
    /// `aws.bedrock.model.name` and `aws.bedrock.model.vendor` are derived;
    /// `gen_ai.request.model` is unchanged.
    ///
    /// Called at the start of each such call, on the calling task; it must not block.
    /// If it panics, the model stays unresolved. Unset by default; the crate makes no
    /// requests of its own to resolve identifiers.
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
    /// let options = MonitorOptions::from_env()
    ///     .resolve_profiles_with(move |arn| profiles.get(arn).map(ToString::to_string));
    /// # drop(options);
    /// ```
    pub fn resolve_profiles_with(
        self,
        resolve: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            resolve_profiles: Some(UserClosure::new("resolve_profiles_with", Arc::new(resolve))),
            ..self
        }
    }

    /// Sets the provider of the spans of service-side steps: the steps of an agent,
    /// retrieval and generation for a knowledge base. They have timestamps of the
    /// service, which `tracing` spans cannot have. Default: that of the pipeline whose
    /// layer is part of the subscriber ([`Telemetry`](crate::Telemetry)), else the
    /// global provider (`opentelemetry::global::set_tracer_provider`). Without a
    /// provider, steps have no spans, and a warning says so.
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

    /// Sets whether metrics are recorded: the client metrics of the GenAI
    /// conventions, and counters of guardrail interventions, throttles and retries.
    /// Default: `true`.
    ///
    /// | metric | unit | description |
    /// |---|---|---|
    /// | `gen_ai.client.operation.duration` | s | duration of each call to a model, agent, tool, memory or knowledge base |
    /// | `gen_ai.client.token.usage` | token | reported tokens by `gen_ai.token.type`: `input` (cached tokens included), `output`; for an agent, those of all its models |
    /// | `gen_ai.client.operation.time_to_first_chunk` | s | model streams: time from the request to the first event |
    /// | `gen_ai.client.operation.time_per_output_chunk` | s | model streams: time between events, for the first 2,048 |
    /// | `aws.bedrock.guardrail.interventions` | intervention | calls in which a guardrail intervened, by `aws.bedrock.guardrail.id` |
    /// | `aws.bedrock.throttles` | attempt | attempts rejected because of a rate limit, by `error.type` |
    /// | `aws.bedrock.retries` | attempt | attempts beyond the first |
    ///
    /// Attributes are the operation, the provider, request model and response model,
    /// server address and port, and `error.type` of failed calls. None differs from
    /// call to call, but the request model may be an ARN: an application with an
    /// inference profile or prompt version per customer has a time series per
    /// customer. A view can drop `gen_ai.request.model`.
    ///
    /// Not measured: operations outside the conventions (tags, sessions, lists),
    /// calls whose span no subscriber is interested in, and the chunks of
    /// speech-to-speech sessions, which wait for the user. Calls that are not sampled
    /// are measured. A missing token count is not recorded as 0.
    ///
    /// ```
    /// use nr_bedrock_observability::MonitorOptions;
    ///
    /// // Spans only.
    /// let options = MonitorOptions::from_env().metrics(false);
    /// # drop(options);
    /// ```
    pub fn metrics(mut self, record: bool) -> Self {
        self.meters.record = record;
        self
    }

    /// Sets whether metrics have the newest names of the conventions:
    /// `gen_ai.client.inference.*` for inference, with token counters
    /// (`gen_ai.client.inference.usage.*`) beside the histograms. Other operations
    /// keep `gen_ai.client.operation.duration`; of them only embeddings have tokens
    /// (`gen_ai.client.embeddings.operation.input_tokens`, a histogram). Default:
    /// `false`, the names up to v1.41, which existing dashboards query.
    pub fn latest_metrics(mut self, latest: bool) -> Self {
        self.meters.latest = latest;
        self
    }

    /// Sets the provider of the metrics. Default: that of the pipeline whose layer is
    /// part of the subscriber ([`Telemetry`](crate::Telemetry)), else the global
    /// provider (`opentelemetry::global::set_meter_provider`). The latter is looked up
    /// when a call ends, so it may be set after the client is built.
    ///
    /// ```
    /// use nr_bedrock_observability::MonitorOptions;
    /// use opentelemetry::metrics::noop::NoopMeterProvider;
    ///
    /// let options = MonitorOptions::from_env().meter_provider(NoopMeterProvider::new());
    /// # drop(options);
    /// ```
    pub fn meter_provider(
        mut self,
        provider: impl opentelemetry::metrics::MeterProvider + Send + Sync + 'static,
    ) -> Self {
        self.meters.provider = Some(Arc::new(provider));
        self
    }

    /// Sets whether calls also become New Relic AI monitoring events:
    /// `LlmCompletion`, `LlmChatCompletionSummary` and one `LlmChatCompletionMessage`
    /// per message for inference, `LlmEmbedding`, `LlmVectorSearch` and
    /// `LlmVectorSearchResult`, `LlmTool`, `LlmAgent`; for an agent run also those of
    /// its steps. They are sent as log records with the attribute
    /// `newrelic.event.type`, from which New Relic creates the events. Default:
    /// `false`, because New Relic's AI views also work with spans.
    ///
    /// Events include content unless [`capture`](Self::capture) is off, in at most
    /// [`content_limit`](Self::content_limit) characters; the full text of a longer
    /// message, up to 128,000 characters, is also sent as the message of a log record
    /// with the event's `id`. Client attributes whose names start with `llm.` are on
    /// all events. Events are sent for unsampled traces too.
    pub fn llm_events(mut self, emit: bool) -> Self {
        self.events.wanted = emit;
        self
    }

    /// Sets the logger provider of these events. Default: that of the pipeline whose
    /// layer is part of the subscriber ([`Telemetry`](crate::Telemetry)). Without one,
    /// no events are sent, and a warning says so: OpenTelemetry has no global logger
    /// provider.
    pub fn logger_provider<P>(mut self, provider: P) -> Self
    where
        P: opentelemetry::logs::LoggerProvider + Send + Sync + 'static,
        P::Logger: Send + Sync + 'static,
    {
        self.events.provider = Some(Loggers::new(provider));
        self
    }

    /// Sets a closure that returns feedback on a completed response. The feedback is
    /// recorded on the span of the call before the span ends.
    ///
    /// Called once per completed response, on the calling task or the task that read
    /// or dropped the stream; it must not block. Not called for failed calls, for
    /// streams that were dropped before their end, and for asynchronous invocations,
    /// whose response is not in the call. If it panics, no feedback is recorded. Unset
    /// by default.
    ///
    /// ```
    /// use nr_bedrock_observability::{Feedback, MonitorOptions};
    ///
    /// let options = MonitorOptions::from_env().feedback_with(|completion| {
    ///     let truncated = completion.finish_reason().as_deref() == Some("length");
    ///     truncated.then(|| Feedback::negative().category("completeness").message("token limit"))
    /// });
    /// # drop(options);
    /// ```
    pub fn feedback_with(
        self,
        feedback: impl Fn(&Completion<'_>) -> Option<Feedback> + Send + Sync + 'static,
    ) -> Self {
        let closure =
            move |completion: &Completion<'_>| feedback(completion).map(Feedback::into_result);
        Self {
            feedback: Some(UserClosure::new("feedback_with", Arc::new(closure))),
            ..self
        }
    }

    pub(crate) fn into_settings(self) -> Arc<Settings> {
        let whole = if self.events.wanted { MAX_WHOLE } else { 0 };
        let ceiling = Ceiling::of_process();
        // Undecided options leave the decision to the environment.
        let decided = self.capture.map(ContentCapture::places);
        let mut places = decided.unwrap_or(ceiling.content);
        if ceiling.high_security {
            if decided.is_some_and(|it| it != Places::NONE) {
                warn_once(format!(
                    "{HIGH_SECURITY}: message content and feedback text are not recorded, \
                     although options turn them on"
                ));
            }
            places = Places::NONE;
        }
        Arc::new(Settings {
            capture: Arc::new(Capture {
                attributes: places.attributes,
                events: places.events,
                allowed: ceiling.content,
                limit: self.content_limit,
                min_kept: whole,
                feedback_text: self.feedback_text && !ceiling.high_security,
                error_messages: !ceiling.high_security,
                redact: self.redactor,
            }),
            track_token_usage: self.track_token_usage,
            streaming_events: self.streaming_events,
            propagate_context: self.propagate_context,
            attributes: self.attributes,
            resolve_profiles: self.resolve_profiles,
            feedback: self.feedback,
            sinks: Sinks::new(self.tracers, self.meters, self.events),
        })
    }

    fn apply_environment(mut self, environment: &Environment) -> Self {
        self.capture = environment.capture.or(self.capture);
        self.feedback_text &= !environment.high_security;
        if let Some(read) = environment.streaming_events {
            self.streaming_events = read;
        }
        if let Some(emit) = environment.llm_events {
            self.events.wanted = emit;
        }
        if let Some(latest) = environment.latest_metrics {
            self.meters.latest = latest;
        }
        match environment.length_limit {
            Some(limit) if limit < self.content_limit => self.content_limit(limit),
            _ => self,
        }
    }
}

impl Default for MonitorOptions {
    fn default() -> Self {
        Self {
            capture: None,
            content_limit: DEFAULT_CONTENT_LIMIT,
            redactor: None,
            feedback_text: true,
            track_token_usage: true,
            streaming_events: true,
            propagate_context: true,
            attributes: Vec::new(),
            resolve_profiles: None,
            tracers: None,
            meters: MeterOptions::default(),
            events: EventOptions::default(),
            feedback: None,
        }
    }
}

/// Characters that New Relic keeps of a log's message.
const MAX_WHOLE: usize = 128_000;

/// Room for the shortest text, its marker and the JSON around it.
const MIN_CONTENT_LIMIT: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_only_lowers_the_content_limit() {
        for (length_limit, content_limit) in [
            (None, 4095),
            (Some(500), 500),
            (Some(9000), 4095),
            (Some(10), 256),
        ] {
            let options = MonitorOptions::default().apply_environment(&Environment {
                length_limit,
                ..Environment::default()
            });
            assert_eq!(options.content_limit, content_limit, "{length_limit:?}");
        }
    }
}
