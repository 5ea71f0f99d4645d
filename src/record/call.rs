//! One call, and the steps that the service ran for it.
//!
//! Both types are in this file because each holds the other.

use std::borrow::Cow;
use std::time::SystemTime;

use super::content::{ContentKind, Redactor};
use super::{
    Choice, ExtraAttributes, Failure, FailureMessage, Guardrail, HttpExchange, Latency, Message,
    Part, Request, Response, Retrieval, RpcMethod, SpanOrigin, Stream, Tool, ToolRun, Usage,
    VoiceSession,
};

/// One call, from the typed request to its end.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// A value of `gen_ai.operation.name`; `None` while only the response can
    /// show it.
    pub(crate) operation: Option<&'static str>,
    /// Overrides the span name of operation and model.
    pub(crate) span_name: Option<Cow<'static, str>>,
    pub(crate) origin: SpanOrigin,
    pub(crate) rpc: Option<RpcMethod>,
    /// A model id, a profile or an ARN, as the caller wrote it.
    pub(crate) model: Option<String>,
    /// The model behind a profile, if the options resolve it.
    pub(crate) resolved_model: Option<String>,
    /// The row in the table of payload formats that read the last body.
    pub(crate) payload_format: Option<usize>,
    pub(crate) request: Request,
    pub(crate) system: Vec<Part>,
    pub(crate) input: Vec<Message>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) retrieval: Option<Retrieval>,
    pub(crate) tool_run: Option<ToolRun>,
    pub(crate) response: Response,
    pub(crate) extra_attributes: ExtraAttributes,
    /// Usage in the model's own response.
    pub(crate) usage: Usage,
    /// Usage that the service adds in headers and metrics. It fills what
    /// `usage` lacks.
    pub(crate) service_usage: Usage,
    pub(crate) guardrail: Guardrail,
    pub(crate) service_tier: Option<String>,
    pub(crate) performance_latency: Option<String>,
    /// `None` until the span is open.
    pub(crate) started: Option<SystemTime>,
    pub(crate) http: HttpExchange,
    pub(crate) latency: Latency,
    pub(crate) voice_session: VoiceSession,
    /// `None` for a call whose response is not a stream.
    pub(crate) stream: Option<Stream>,
    /// In the order of the service's trace.
    pub(crate) steps: Vec<Step>,
    pub(crate) failure: Option<Failure>,
    /// The call started a job: the model's response is not in its own.
    pub(crate) is_accepted_job: bool,
    /// The failure of a job that the call asked the status of.
    pub(crate) job_failure: Option<FailureMessage>,
    /// What could not be read. Never content.
    pub(crate) unreadable: Vec<&'static str>,
    cap: Option<usize>,
}

impl Call {
    pub(crate) fn new(operation: Option<&'static str>, cap: Option<usize>) -> Self {
        Self {
            operation,
            cap,
            ..Self::default()
        }
    }

    /// Makes the call's response a stream.
    #[must_use]
    pub(crate) fn streaming(mut self) -> Self {
        self.stream = Some(Stream::default());
        self
    }

    /// Marks the stream as completed, if the response is one.
    pub(crate) fn complete_stream(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.completed = true;
        }
    }

    /// Characters to keep of each piece of content; `None` if no content may be
    /// copied.
    pub(crate) fn cap(&self) -> Option<usize> {
        self.cap
    }

    /// Records what could not be read, once.
    pub(crate) fn note_unreadable(&mut self, what: &'static str) {
        if !self.unreadable.contains(&what) {
            self.unreadable.push(what);
        }
    }

    /// Removes the request's content, and copies none from now on.
    pub(crate) fn drop_content(&mut self) {
        self.cap = None;
        self.clear_messages();
        self.retrieval = None;
        self.request.prompt_variables.clear();
    }

    /// Removes the content that was read, and copies at most `cap` characters of each
    /// piece from now on. A call that copies no content continues to copy none.
    pub(crate) fn restart_content(&mut self, cap: Option<usize>) {
        self.cap = self.cap.and(cap);
        self.clear_messages();
        self.request.prompt_variables.clear();
        if let Some(retrieval) = &mut self.retrieval {
            retrieval.query = None;
        }
    }

    /// Reads something without copying content.
    pub(crate) fn without_content(&mut self, read: impl FnOnce(&mut Self)) {
        let cap = self.cap.take();
        read(self);
        self.clear_messages();
        self.cap = cap;
    }

    /// Forgets what a request's body said, because another one is sent.
    pub(crate) fn clear_request(&mut self) {
        self.request = Request::default();
        self.payload_format = None;
        self.clear_messages();
    }

    fn clear_messages(&mut self) {
        self.system.clear();
        self.input.clear();
        self.tools.clear();
    }

    /// The choice at `index`, added if it is missing. `None` for an index that
    /// no model would use.
    pub(crate) fn choice_mut(&mut self, index: usize) -> Option<&mut Choice> {
        self.choice_below(index, MAX_CHOICES)
    }

    /// The model's turn at `index` of a speech-to-speech session, added if it
    /// is missing. `None` beyond [`MAX_TURNS`].
    pub(crate) fn turn_mut(&mut self, index: usize) -> Option<&mut Choice> {
        self.choice_below(index, MAX_TURNS)
    }

    fn choice_below(&mut self, index: usize, limit: usize) -> Option<&mut Choice> {
        let choices = &mut self.response.choices;
        if index >= limit {
            return None;
        }
        while choices.len() <= index {
            choices.push(Choice::default());
        }
        choices.get_mut(index)
    }

    /// The only choice of a response without candidates, with its role set.
    pub(crate) fn assistant_choice(&mut self) -> Option<&mut Choice> {
        let choice = self.choice_mut(0)?;
        choice.message.role = "assistant".into();
        Some(choice)
    }

    /// Removes the messages of all errors. Their types stay.
    pub(crate) fn drop_error_messages(&mut self) {
        let attempts = self.http.failed_attempts.iter_mut();
        let failures = attempts.map(|attempt| &mut attempt.failure);
        for failure in failures.chain(&mut self.failure) {
            failure.message = None;
        }
        self.job_failure = None;
        for step in &mut self.steps {
            step.call.drop_error_messages();
        }
    }

    /// Removes media from every piece of content, then runs a redaction over it.
    pub(crate) fn redact(&mut self, redactor: Option<&Redactor>) {
        for part in &mut self.system {
            part.redact(redactor, ContentKind::System);
        }
        for message in &mut self.input {
            message.redact(redactor, ContentKind::Input);
        }
        for choice in &mut self.response.choices {
            choice.message.redact(redactor, ContentKind::Output);
        }
        for tool in &mut self.tools {
            tool.redact(redactor);
        }
        if let Some(retrieval) = &mut self.retrieval {
            retrieval.redact(redactor);
        }
        if let Some(tool_run) = &mut self.tool_run {
            tool_run.redact(redactor);
        }
        for (_, value) in &mut self.request.prompt_variables {
            value.redact(redactor, ContentKind::Input);
        }
        if let Some(failure) = &mut self.failure {
            failure.redact(redactor);
        }
        if let Some(message) = &mut self.job_failure {
            message.redact(redactor);
        }
        for step in &mut self.steps {
            step.call.redact(redactor);
        }
    }
}

/// A step that the service ran for a call: a record like the call's own.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) call: Call,
    /// From the service; else when the step was first seen.
    pub(crate) started: SystemTime,
    pub(crate) ended: SystemTime,
    /// The service's id of the step.
    #[cfg_attr(
        not(feature = "agent-runtime"),
        expect(dead_code, reason = "only agents' traces need it")
    )]
    pub(crate) key: Option<String>,
    /// The service has not reported its end.
    #[cfg_attr(
        not(feature = "agent-runtime"),
        expect(dead_code, reason = "only agents' traces need it")
    )]
    pub(crate) open: bool,
}

impl Step {
    /// Makes the step last as long as its children.
    pub(crate) fn extend_over_children(&mut self) {
        for inner in &mut self.call.steps {
            inner.extend_over_children();
            self.started = self.started.min(inner.started);
            self.ended = self.ended.max(inner.ended);
        }
    }
}

/// More candidates than any model on Bedrock returns. A higher index comes from
/// a damaged response.
const MAX_CHOICES: usize = 64;

/// Turns kept of each side of a speech-to-speech session.
pub(crate) const MAX_TURNS: usize = 512;
