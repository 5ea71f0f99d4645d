//! The record of one call: plain data that operations and families fill once
//! and emitters read. It knows no SDK, no `tracing` and no OpenTelemetry.

use std::borrow::Cow;
use std::time::SystemTime;

use super::content::{ContentKind, Redactor, TruncatedText};
use super::{
    Attempt, Choice, ExtraAttributes, Failure, FailureMessage, Guardrail, Message, Part, Request,
    Retrieval, RpcMethod, SpanOrigin, Stream, Tool, ToolRun, Usage, VoiceSession,
};

/// One call, from the typed request to its end.
#[derive(Debug)]
pub(crate) struct Call {
    /// A value of `gen_ai.operation.name`; `None` while only the answer can tell.
    pub(crate) operation: Option<&'static str>,
    /// The span's name, where that is not the operation and the model.
    pub(crate) name: Option<Cow<'static, str>>,
    /// Where it is answered.
    pub(crate) origin: SpanOrigin,
    pub(crate) rpc: Option<RpcMethod>,
    /// The model as the caller named it: an id, a profile or an ARN.
    pub(crate) model: Option<String>,
    /// The model behind a profile, where the caller's options tell it.
    pub(crate) resolved_model: Option<String>,
    pub(crate) request: Request,
    pub(crate) system: Vec<Part>,
    pub(crate) input: Vec<Message>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) retrieval: Option<Retrieval>,
    pub(crate) tool_run: Option<ToolRun>,
    pub(crate) response: Response,
    pub(crate) extra_attributes: ExtraAttributes,
    /// What the model's own answer says that it used.
    pub(crate) usage: Usage,
    /// What the service adds: for what the answer does not say.
    pub(crate) usage_by_service: Usage,
    pub(crate) guardrail: Guardrail,
    pub(crate) service_tier: Option<String>,
    pub(crate) performance_latency: Option<String>,
    /// When the call began; `None` until its span is open.
    pub(crate) started: Option<SystemTime>,
    pub(crate) http: Http,
    pub(crate) latency: Latency,
    /// The turns of a conversation that are not over.
    pub(crate) voice_session: VoiceSession,
    /// What is known of the event stream; `None` for a call without one.
    pub(crate) stream: Option<Stream>,
    /// What the service did for this call, as far as it tells, in order.
    pub(crate) steps: Vec<Step>,
    pub(crate) failure: Option<Failure>,
    /// Why a job failed that the call only asks after.
    pub(crate) job_failure: Option<FailureMessage>,
    /// What could not be read, in words without content.
    pub(crate) unreadable: Vec<&'static str>,
    /// Characters to keep of each piece of content; `None`: copy none.
    cap: Option<usize>,
}

impl Call {
    pub(crate) fn new(operation: Option<&'static str>, cap: Option<usize>) -> Self {
        Self {
            operation,
            name: None,
            origin: SpanOrigin::Bedrock,
            rpc: None,
            model: None,
            resolved_model: None,
            request: Request::default(),
            system: Vec::new(),
            input: Vec::new(),
            tools: Vec::new(),
            retrieval: None,
            tool_run: None,
            response: Response::default(),
            extra_attributes: ExtraAttributes::default(),
            usage: Usage::default(),
            usage_by_service: Usage::default(),
            guardrail: Guardrail::default(),
            service_tier: None,
            performance_latency: None,
            started: None,
            http: Http::default(),
            latency: Latency::default(),
            voice_session: VoiceSession::default(),
            stream: None,
            steps: Vec::new(),
            failure: None,
            job_failure: None,
            unreadable: Vec::new(),
            cap,
        }
    }

    /// The call's answer comes as events.
    #[must_use]
    pub(crate) fn streaming(mut self) -> Self {
        self.stream = Some(Stream::default());
        self
    }

    /// Characters to keep of each piece of content, or `None` where content
    /// may not be copied.
    pub(crate) fn cap(&self) -> Option<usize> {
        self.cap
    }

    /// Notes what could not be read, once.
    pub(crate) fn note_unreadable(&mut self, what: &'static str) {
        if !self.unreadable.contains(&what) {
            self.unreadable.push(what);
        }
    }

    /// Stops all copying of content for this call.
    pub(crate) fn ignore_content(&mut self) {
        self.cap = None;
        self.system.clear();
        self.input.clear();
        self.tools.clear();
        self.retrieval = None;
        self.request.prompt_variables.clear();
    }

    /// The choice at `index`, made where the model had not begun it; `None` for
    /// an index that no model would use.
    pub(crate) fn choice_mut(&mut self, index: usize) -> Option<&mut Choice> {
        self.choice_below(index, MAX_CHOICES)
    }

    /// The same for a conversation, where each turn of the model's is one.
    pub(crate) fn turn_mut(&mut self, index: usize) -> Option<&mut Choice> {
        self.choice_below(index, MAX_TURNS)
    }

    fn choice_below(&mut self, index: usize, most: usize) -> Option<&mut Choice> {
        let choices = &mut self.response.choices;
        if index >= most {
            return None;
        }
        while choices.len() <= index {
            choices.push(Choice::default());
        }
        choices.get_mut(index)
    }

    /// The one answer of a model that gives no candidates.
    pub(crate) fn assistant_choice(&mut self) -> Option<&mut Choice> {
        let choice = self.choice_mut(0)?;
        choice.message.role = "assistant".into();
        Some(choice)
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

/// A part of what the service did for a call: a record like the call's own.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) call: Call,
    /// As the service tells; where it does not, as the step became known.
    pub(crate) started: SystemTime,
    pub(crate) ended: SystemTime,
    /// What the service calls the step, to find it again.
    #[cfg_attr(
        not(feature = "agent-runtime"),
        expect(dead_code, reason = "only agents' traces need it")
    )]
    pub(crate) key: Option<String>,
    /// The service has not told of its end.
    #[cfg_attr(
        not(feature = "agent-runtime"),
        expect(dead_code, reason = "only agents' traces need it")
    )]
    pub(crate) open: bool,
}

impl Step {
    /// A step lasts as long as those below it.
    pub(crate) fn extend_over_children(&mut self) {
        for inner in &mut self.call.steps {
            inner.extend_over_children();
            self.started = self.started.min(inner.started);
            self.ended = self.ended.max(inner.ended);
        }
    }
}

/// What the model answered.
#[derive(Debug, Default)]
pub(crate) struct Response {
    pub(crate) id: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) stop_sequence: Option<String>,
    /// Length of the vectors that an embeddings model answered with.
    pub(crate) dimensions: Option<i64>,
    pub(crate) media: OutputMedia,
}

/// Images or videos that a model answered with.
#[derive(Debug, Default)]
pub(crate) struct OutputMedia {
    pub(crate) count: i64,
    pub(crate) bytes: i64,
}

/// The call as HTTP saw it.
#[derive(Debug, Default)]
pub(crate) struct Http {
    pub(crate) region: Option<String>,
    pub(crate) server_address: Option<String>,
    pub(crate) server_port: Option<i64>,
    pub(crate) status: Option<i64>,
    pub(crate) request_id: Option<String>,
    /// The service's code for an error, as the head of the answer has it.
    pub(crate) error_code: Option<String>,
    pub(crate) attempts: i64,
    pub(crate) failed_attempts: Vec<Attempt>,
}

/// How long the service took, as it measured: milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Latency {
    pub(crate) invocation: Option<i64>,
    pub(crate) first_byte: Option<i64>,
}

/// More candidates than any model of Bedrock gives; an index beyond it is
/// taken for damage.
const MAX_CHOICES: usize = 64;

/// Turns of one side that are kept of a conversation.
pub(crate) const MAX_TURNS: usize = 512;

/// Copies text into a clip where content may be copied.
pub(crate) fn copy_text(cap: Option<usize>, text: &str) -> Option<TruncatedText> {
    cap.map(|cap| TruncatedText::copy(cap, text))
}
