//! A conversation that goes on while it is recorded: both sides speak in
//! pieces, and their turns overlap.

use std::time::SystemTime;

use super::content::TruncatedText;

#[derive(Debug, Default)]
pub(crate) struct VoiceSession {
    open: Vec<VoiceBlock>,
}

/// A piece of a turn that has begun and not ended.
#[derive(Debug)]
pub(crate) struct VoiceBlock {
    /// The name that the side has for it.
    pub(crate) key: String,
    /// `user`, `assistant`, `system` or `tool`.
    pub(crate) role: String,
    pub(crate) at: SystemTime,
    /// What is said so far; `None` where content may not be copied.
    pub(crate) text: Option<TruncatedText>,
    /// The id of the tool call that it answers.
    pub(crate) tool: Option<String>,
    /// Its text is to be said, and will be told again once it was.
    pub(crate) speculative: bool,
    /// It is text, not sound.
    pub(crate) is_text: bool,
}

impl VoiceSession {
    pub(crate) fn begin(&mut self, piece: VoiceBlock) {
        // Each side has a few at a time: what never ends is damage.
        if self.open.len() < MAX_OPEN {
            self.open.push(piece);
        }
    }

    pub(crate) fn piece(&mut self, key: &str) -> Option<&mut VoiceBlock> {
        self.open.iter_mut().find(|piece| piece.key == key)
    }

    pub(crate) fn end(&mut self, key: &str) -> Option<VoiceBlock> {
        let ended = self.open.iter().position(|piece| piece.key == key)?;
        Some(self.open.remove(ended))
    }
}

const MAX_OPEN: usize = 64;
