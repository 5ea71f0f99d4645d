//! The open blocks of a speech-to-speech session: both sides send blocks in
//! pieces, and their turns overlap.

use std::time::SystemTime;

use super::content::TruncatedText;

#[derive(Debug, Default)]
pub(crate) struct VoiceSession {
    open: Vec<VoiceBlock>,
}

/// A block of content that has started and not ended.
#[derive(Debug)]
pub(crate) struct VoiceBlock {
    /// `contentName` of the caller, `contentId` of the model.
    pub(crate) key: String,
    /// `user`, `assistant`, `system` or `tool`.
    pub(crate) role: String,
    pub(crate) started_at: SystemTime,
    /// `None` if content may not be copied.
    pub(crate) text: Option<TruncatedText>,
    /// The tool call that a tool result is for.
    pub(crate) tool_call_id: Option<String>,
    /// A preview of text that the model has not spoken yet. The final text
    /// comes in a block of its own.
    pub(crate) is_speculative: bool,
    /// Text, not audio.
    pub(crate) is_text: bool,
}

impl VoiceSession {
    pub(crate) fn start_block(&mut self, block: VoiceBlock) {
        // Each side has a few blocks at a time: more come from damage.
        if self.open.len() < MAX_OPEN {
            self.open.push(block);
        }
    }

    pub(crate) fn find_block(&mut self, key: &str) -> Option<&mut VoiceBlock> {
        self.open.iter_mut().find(|block| block.key == key)
    }

    pub(crate) fn end_block(&mut self, key: &str) -> Option<VoiceBlock> {
        let position = self.open.iter().position(|block| block.key == key)?;
        Some(self.open.remove(position))
    }
}

const MAX_OPEN: usize = 64;
