//! The only place where message content is copied: what may be captured, how
//! much of it, and what a user's redaction makes of it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

pub(crate) mod media;
mod truncated_text;

pub(crate) use self::truncated_text::TruncatedText;

/// One piece of content on its way into a span, as a redaction sees it.
///
/// [`MonitorOptions::redact_with`](crate::MonitorOptions::redact_with) hands
/// each piece to its closure before anything else reads it.
pub struct Content<'a> {
    kind: ContentKind,
    text: &'a mut String,
}

impl<'a> Content<'a> {
    /// Where the text comes from.
    #[must_use]
    pub fn kind(&self) -> ContentKind {
        self.kind
    }

    /// The text. Arguments and results of tools are JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text
    }

    /// The text, to change in place.
    pub fn text_mut(&mut self) -> &mut String {
        self.text
    }

    /// Puts another text in its place.
    pub fn set_text(&mut self, text: impl Into<String>) {
        *self.text = text.into();
    }

    pub(crate) fn new(kind: ContentKind, text: &'a mut String) -> Self {
        Self { kind, text }
    }
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("kind", &self.kind)
            .field("bytes", &self.text.len())
            .finish()
    }
}

/// Where a piece of content comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ContentKind {
    /// The text of an error that the service answered with. It may quote the
    /// request.
    Error,
    /// A message of the request: the user's, or the model's of an earlier turn.
    /// Also the name of a document in one, the address of an image, and the value
    /// of a prompt's variable.
    Input,
    /// What the model answered.
    Output,
    /// What the model thought before it answered.
    Reasoning,
    /// A passage of a document that a search found.
    RetrievedDocument,
    /// A system prompt.
    System,
    /// The arguments with which the model calls a tool, as JSON.
    ToolArguments,
    /// The description or the input schema of a tool that the model may call.
    ToolDefinition,
    /// What a tool answered, as JSON.
    ToolResult,
}

/// What of the content goes where. Decided once for a client.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    pub(crate) attributes: bool,
    pub(crate) events: bool,
    /// Characters that one attribute or event may hold.
    pub(crate) limit: usize,
    /// Characters to keep at least, for what holds more than an attribute.
    pub(crate) whole: usize,
    pub(crate) redact: Option<Redactor>,
}

impl Capture {
    /// Characters to keep of each piece while the call runs, or `None` where
    /// nothing may be copied. A redaction sees more than is kept in the end: a
    /// secret that the limit cuts in two would not look like one any more.
    pub(crate) fn cap(&self) -> Option<usize> {
        match self {
            Self {
                attributes: false,
                events: false,
                ..
            } => None,
            Self {
                redact: Some(_),
                limit,
                whole,
                ..
            } => {
                let seen = REDACTION_CAP.max(limit.saturating_add(REDACTION_MARGIN));
                Some(seen.max(*whole))
            }
            Self { limit, whole, .. } => Some(*limit.max(whole)),
        }
    }
}

/// A user's redaction.
#[derive(Clone)]
pub(crate) struct Redactor(Arc<RedactFn>);

type RedactFn = dyn Fn(&mut Content<'_>) + Send + Sync;

impl Redactor {
    pub(crate) fn new(redact: impl Fn(&mut Content<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(redact))
    }

    /// Runs the redaction over one text. Where it panics the text is withheld:
    /// the call must not suffer, and an unredacted text must not leave.
    fn apply(&self, kind: ContentKind, text: &mut String) {
        let run = AssertUnwindSafe(|| (self.0)(&mut Content::new(kind, text)));
        if catch_unwind(run).is_err() {
            WITHHELD.clone_into(text);
            tracing::warn!(target: crate::TARGET, ?kind, "the redaction panicked; the content is withheld");
        }
    }
}

/// Removes media and credentials of URLs from a text, then runs the user's
/// redaction over it. Every piece of content passes here before it leaves.
pub(crate) fn redact(redactor: Option<&Redactor>, kind: ContentKind, text: &mut String) {
    if let Some(cleaned) = media::remove_media(text) {
        *text = cleaned;
    }
    if let Some(redactor) = redactor {
        redactor.apply(kind, text);
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(..)")
    }
}

/// Characters of one piece that a redaction gets to see at most.
const REDACTION_CAP: usize = 65_536;

/// Characters beyond the limit that it sees at least.
const REDACTION_MARGIN: usize = 4096;

const WITHHELD: &str = "[withheld: the redaction failed]";
