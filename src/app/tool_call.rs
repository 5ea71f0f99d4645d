//! The run of a tool that a model calls, as a span.

use std::fmt::Display;
use std::sync::Arc;

use aws_sdk_bedrockruntime::types::ToolUseBlock;
use aws_smithy_types::Document;

use super::document::to_truncated_text;
use super::instrument as work;
use crate::config::{MonitorOptions, Settings, settings_of};
use crate::emit::Recording;
use crate::record::content::TruncatedText;
use crate::record::{Call, SpanOrigin, ToolRun, copy_text};
use crate::semconv;
use crate::semconv::operation;

/// The run of a tool.
///
/// It becomes a span `execute_tool {name}` around any asynchronous work, with
/// arguments and result by the same rules as the content of Bedrock's calls. The
/// result goes through untouched, and so does an error, which the span tells of.
/// Where a client was monitored with
/// [`llm_events`](crate::MonitorOptions::llm_events), it is New Relic's `LlmTool`
/// too.
///
/// ```
/// use aws_sdk_bedrockruntime::types::ToolUseBlock;
/// use nr_bedrock_observability::tools::ToolCall;
///
/// # async fn look_up(_: &aws_smithy_types::Document) -> std::io::Result<String> { Ok(String::new()) }
/// async fn run(asked: &ToolUseBlock) -> std::io::Result<String> {
///     ToolCall::from(asked)
///         .run(async || look_up(asked.input()).await, |answer| answer.clone())
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

/// What kind of tool it is: `gen_ai.tool.type`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ToolKind {
    /// It looks something up in data.
    Datastore,
    /// The provider of the agent runs it.
    Extension,
    /// The application runs it.
    #[default]
    Function,
}

/// What a tool takes or gives: JSON or plain text, or a document of the SDK.
///
/// ```
/// use aws_smithy_types::Document;
/// use nr_bedrock_observability::tools::Data;
///
/// let state = Document::Object([("state".to_owned(), "shipped".into())].into());
/// for data in [Data::from(state), r#"{"state":"shipped"}"#.into()] {
///     # drop(data);
/// }
/// ```
#[derive(Clone)]
pub struct Data(Form);

#[derive(Clone)]
enum Form {
    Document(Document),
    Text(String),
}

impl Data {
    fn clip(&self, cap: Option<usize>) -> Option<TruncatedText> {
        match &self.0 {
            Form::Document(document) => cap.map(|cap| to_truncated_text(document, cap)),
            Form::Text(text) => copy_text(cap, text),
        }
    }
}

impl From<Document> for Data {
    fn from(document: Document) -> Self {
        Self(Form::Document(document))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self(Form::Text(text))
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self(Form::Text(text.to_owned()))
    }
}

/// Without the data.
impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Data(..)")
    }
}

impl ToolCall {
    /// A tool, by its name.
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

    /// The id that the model gave to its call. Default: none.
    pub fn id(self, id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..self
        }
    }

    /// Default: [`ToolKind::Function`].
    pub fn kind(self, kind: ToolKind) -> Self {
        Self { kind, ..self }
    }

    /// What the tool is for. Default: not told.
    pub fn description(self, text: impl Into<String>) -> Self {
        Self {
            description: Some(text.into()),
            ..self
        }
    }

    /// The agent that runs it: `gen_ai.agent.name`. Default: none.
    pub fn agent(self, name: impl Into<String>) -> Self {
        Self {
            agent: Some(name.into()),
            ..self
        }
    }

    /// What it is called with. Default: not told.
    pub fn arguments(self, arguments: impl Into<Data>) -> Self {
        Self {
            arguments: Some(arguments.into()),
            ..self
        }
    }

    /// What is recorded of it. Default: as of the client that was monitored
    /// last, else as the environment says.
    pub fn options(self, options: MonitorOptions) -> Self {
        Self {
            options: Some(options),
            ..self
        }
    }

    /// Runs the tool. `told` gives its result for the span; it is not asked where
    /// nobody listens, or content is not recorded. Where the future is dropped, the span says
    /// so.
    ///
    /// # Errors
    /// Those of the tool.
    pub async fn run<T, E: Display, R: Into<Data>>(
        self,
        tool: impl AsyncFnOnce() -> Result<T, E>,
        told: impl FnOnce(&T) -> R,
    ) -> Result<T, E> {
        if !Recording::is_wanted() {
            return tool().await;
        }
        let (call, settings) = self.start();
        work::run(call, settings, tool, |result, call| {
            let cap = call.cap();
            if let Some(run) = call.tool_run.as_mut().filter(|_| cap.is_some()) {
                run.result = told(result).into().clip(cap);
            }
        })
        .await
    }

    fn start(self) -> (Call, Arc<Settings>) {
        let settings = settings_of(self.options);
        let cap = settings.capture.cap();
        let mut call = Call::new(Some(operation::EXECUTE_TOOL), cap);
        call.span_name = Some(format!("{} {}", operation::EXECUTE_TOOL, self.name).into());
        call.origin = SpanOrigin::Application;
        call.extra_attributes
            .insert_if_some(semconv::TOOL_DESCRIPTION, self.description);
        call.extra_attributes
            .insert_if_some(semconv::AGENT_NAME, self.agent);
        let arguments = self.arguments.and_then(|data| data.clip(cap));
        call.tool_run = Some(ToolRun {
            id: self.id,
            name: self.name,
            kind: self.kind.name(),
            arguments,
            result: None,
        });
        (call, settings)
    }
}

/// What a model asks for in an answer of Converse.
impl From<&ToolUseBlock> for ToolCall {
    fn from(asked: &ToolUseBlock) -> Self {
        Self {
            arguments: Some(asked.input().clone().into()),
            ..Self::new(asked.name()).id(asked.tool_use_id())
        }
    }
}

/// Without arguments.
impl std::fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ToolCall")
            .field("name", &self.name)
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl ToolKind {
    fn name(self) -> &'static str {
        match self {
            Self::Datastore => "datastore",
            Self::Extension => "extension",
            Self::Function => "function",
        }
    }
}
