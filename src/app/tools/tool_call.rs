//! A tool execution as a span.

use std::fmt::{self, Display};

use aws_sdk_bedrockruntime::types::ToolUseBlock;

use super::data::Data;
use super::tool_kind::ToolKind;
use crate::app::instrument::instrument;
use crate::config::{MonitorOptions, resolve_settings};
use crate::emit::{CallSettings, Recording};
use crate::record::{Call, SpanOrigin, ToolRun, copy_text};
use crate::semconv;
use crate::semconv::operation;

/// The execution of a tool that a model called.
///
/// [`run`](Self::run) runs any asynchronous tool in a span `execute_tool {name}`.
/// Arguments and result are recorded under the same content rules as Bedrock
/// calls. Results and errors are returned unchanged; errors are recorded on the
/// span, without their text if content capture is off. If the options turn
/// [`llm_events`](crate::MonitorOptions::llm_events) on, New Relic's `LlmTool` is sent
/// too.
///
/// ```
/// use aws_sdk_bedrockruntime::types::ToolUseBlock;
/// use nr_bedrock_observability::tools::ToolCall;
///
/// # async fn look_up(_: &aws_smithy_types::Document) -> std::io::Result<String> { Ok(String::new()) }
/// async fn run(tool_use: &ToolUseBlock) -> std::io::Result<String> {
///     ToolCall::from(tool_use)
///         .run(async || look_up(tool_use.input()).await, |result| result.clone())
///         .await
/// }
/// ```
#[derive(Clone)]
#[must_use = "a tool call does nothing until it is run"]
pub struct ToolCall {
    name: String,
    id: Option<String>,
    kind: ToolKind,
    description: Option<String>,
    agent: Option<String>,
    arguments: Option<Data>,
    options: Option<MonitorOptions>,
}

impl ToolCall {
    /// A call of the tool with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            id: None,
            kind: ToolKind::default(),
            description: None,
            agent: None,
            arguments: None,
            options: None,
        }
    }

    /// Sets the id that the model assigned to the call. Unset by default.
    pub fn id(self, id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..self
        }
    }

    /// Sets the kind of the tool. Default: [`ToolKind::Function`].
    pub fn kind(self, kind: ToolKind) -> Self {
        Self { kind, ..self }
    }

    /// Sets the description of the tool. It is content. Unset by default.
    pub fn description(self, text: impl Into<String>) -> Self {
        Self {
            description: Some(text.into()),
            ..self
        }
    }

    /// Sets the agent that runs the tool (`gen_ai.agent.name`). Unset by default.
    pub fn agent(self, name: impl Into<String>) -> Self {
        Self {
            agent: Some(name.into()),
            ..self
        }
    }

    /// Sets the arguments of the call. Unset by default.
    pub fn arguments(self, arguments: impl Into<Data>) -> Self {
        Self {
            arguments: Some(arguments.into()),
            ..self
        }
    }

    /// Sets what is recorded. Default: see
    /// [`MonitorOptions::install_default`].
    pub fn options(self, options: MonitorOptions) -> Self {
        Self {
            options: Some(options),
            ..self
        }
    }

    /// Runs the tool. `result` extracts the result for the span; it is not called when
    /// no subscriber is interested or content is not recorded. If the future is
    /// dropped, the span is marked as cancelled.
    ///
    /// # Errors
    /// The errors of `tool`.
    pub async fn run<T, E: Display, R: Into<Data>>(
        self,
        tool: impl AsyncFnOnce() -> Result<T, E>,
        result: impl FnOnce(&T) -> R,
    ) -> Result<T, E> {
        if !Recording::is_wanted() {
            return tool().await;
        }
        let (call, settings) = self.into_call();
        instrument(call, settings, tool, |value, call| {
            if let (Some(cap), Some(run)) = (call.cap(), &mut call.tool_run) {
                run.result = Some(result(value).into().to_text(cap));
            }
        })
        .await
    }

    /// The call to record, and its settings.
    fn into_call(self) -> (Call, CallSettings) {
        let settings = resolve_settings(self.options);
        let cap = settings.capture.cap();
        let mut call = Call::new(Some(operation::EXECUTE_TOOL), cap);
        call.span_name = Some(format!("{} {}", operation::EXECUTE_TOOL, self.name).into());
        call.origin = SpanOrigin::Application;
        let attributes = &mut call.extra_attributes;
        attributes.insert_if_some(semconv::AGENT_NAME, self.agent);
        let arguments = self.arguments.zip(cap);
        let arguments = arguments.map(|(data, cap)| data.to_text(cap));
        call.tool_run = Some(ToolRun {
            id: self.id,
            name: self.name,
            kind: self.kind.name(),
            description: self.description.and_then(|text| copy_text(cap, &text)),
            arguments,
            result: None,
        });
        (call, settings)
    }
}

/// The tool call in a response of Converse.
impl From<&ToolUseBlock> for ToolCall {
    fn from(tool_use: &ToolUseBlock) -> Self {
        Self {
            arguments: Some(tool_use.input().clone().into()),
            ..Self::new(tool_use.name()).id(tool_use.tool_use_id())
        }
    }
}

/// Without the arguments, which are content.
impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCall")
            .field("name", &self.name)
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
