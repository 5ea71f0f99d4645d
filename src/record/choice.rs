//! One candidate of a response, whole or in pieces.

use super::content::TruncatedText;
use super::{Citation, Message, Part};

/// A candidate. Blocks of a stream may be interleaved: each piece has the index
/// of its block.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) message: Message,
    /// The reason as the model reported it.
    pub(crate) stop_reason: Option<String>,
    /// The conventions' value, if the model reported none.
    pub(crate) inferred_reason: Option<&'static str>,
    /// The block of each part of the message, counted over all messages of the
    /// stream.
    blocks: Vec<i64>,
    /// The block in `blocks` that the current message counts as 0.
    first_block: i64,
}

impl Choice {
    /// Continues with another message, whose blocks count from 0 again.
    #[cfg(feature = "agentcore")]
    pub(crate) fn start_next_message(&mut self) {
        let last = self.blocks.iter().max();
        self.first_block = last.map_or(0, |last| last.saturating_add(1));
    }

    pub(crate) fn finish_reason(&self) -> Option<&str> {
        self.stop_reason.as_deref().or(self.inferred_reason)
    }

    /// Appends text to the block at `index`.
    pub(crate) fn push_text(&mut self, cap: Option<usize>, index: i64, text: &str) {
        let Some(cap) = cap else { return };
        if let Some(Part::Text { text: known, .. }) = self.find_part_mut(index, Part::is_text) {
            known.push(text);
        } else {
            self.start_block(index, Part::text(TruncatedText::copy(cap, text)));
        }
    }

    /// Appends to the reasoning block at `index`.
    pub(crate) fn push_reasoning(&mut self, cap: Option<usize>, index: i64, text: &str) {
        let Some(cap) = cap else { return };
        if let Some(Part::Reasoning { text: known, .. }) = self.reasoning_mut(cap, index) {
            known.push(text);
        }
    }

    /// Adds to the size of the signature of the reasoning block at `index`.
    pub(crate) fn push_reasoning_signature(&mut self, cap: Option<usize>, index: i64, piece: &str) {
        let Some(cap) = cap else { return };
        if let Some(Part::Reasoning { signature, .. }) = self.reasoning_mut(cap, index) {
            *signature = Some(signature.unwrap_or(0).saturating_add(piece.len()));
        }
    }

    /// Adds to the size of the redacted reasoning in the block at `index`.
    pub(crate) fn push_redacted_reasoning(&mut self, cap: Option<usize>, index: i64, size: usize) {
        let Some(cap) = cap else { return };
        if let Some(Part::Reasoning { redacted, .. }) = self.reasoning_mut(cap, index) {
            *redacted = Some(redacted.unwrap_or(0).saturating_add(size));
        }
    }

    /// Inserts reasoning before the other parts, unless there is reasoning.
    #[cfg_attr(
        not(feature = "agent-runtime"),
        expect(dead_code, reason = "only agents report it apart")
    )]
    pub(crate) fn prepend_reasoning(&mut self, reasoning: Part) {
        if !self.message.parts.iter().any(Part::is_reasoning) {
            self.message.parts.insert(0, reasoning);
            self.blocks.insert(0, self.first_block);
        }
    }

    /// Adds a complete part, in a block of its own.
    pub(crate) fn push_part(&mut self, part: Part) {
        if self.message.parts.len() < MAX_BLOCKS {
            let last = self.blocks.iter().max();
            // Text of these streams is block 0.
            self.blocks
                .push(last.map_or(1, |last| last.saturating_add(1)));
            self.message.parts.push(part);
        }
    }

    /// Starts the block at `index` with this part.
    pub(crate) fn start_block(&mut self, index: i64, part: Part) {
        if self.message.parts.len() < MAX_BLOCKS {
            self.message.parts.push(part);
            self.blocks.push(self.first_block.saturating_add(index));
        }
    }

    /// Appends to the arguments of the tool call at `index`.
    pub(crate) fn push_tool_arguments(&mut self, index: i64, json: &str) {
        if let Some(Part::ToolCall { arguments, .. } | Part::ServerToolCall { arguments, .. }) =
            self.find_part_mut(index, Part::is_call)
        {
            arguments.push(json);
        }
    }

    /// Adds a citation to the text block at `index`.
    pub(crate) fn push_citation(&mut self, cap: Option<usize>, index: i64, cited: Citation) {
        let Some(cap) = cap else { return };
        if self.find_part_mut(index, Part::is_text).is_none() {
            self.start_block(index, Part::text(TruncatedText::new(cap)));
        }
        if let Some(Part::Text { citations, .. }) = self.find_part_mut(index, Part::is_text)
            && citations.len() < MAX_CITATIONS
        {
            citations.push(cited);
        }
    }

    /// Appends to the tool result at `index`. It counts as JSON if a single
    /// piece is all of it.
    pub(crate) fn push_tool_result(&mut self, index: i64, piece: &str, is_json: bool) {
        let result = |part: &Part| matches!(part, Part::ToolResult { .. });
        if let Some(Part::ToolResult { response, json, .. }) = self.find_part_mut(index, result) {
            *json = is_json && response.is_empty();
            response.push(piece);
        }
    }

    /// Adds to the size of the medium at `index`.
    pub(crate) fn add_media_bytes(&mut self, index: i64, size: usize) {
        let media = |part: &Part| matches!(part, Part::Media(_));
        if let Some(Part::Media(media)) = self.find_part_mut(index, media) {
            media.bytes = Some(media.bytes.unwrap_or(0).saturating_add(size));
        }
    }

    /// The last part of the block at `index` for which `kind` is true.
    pub(crate) fn find_part_mut(
        &mut self,
        index: i64,
        kind: fn(&Part) -> bool,
    ) -> Option<&mut Part> {
        let index = self.first_block.saturating_add(index);
        let parts = self.message.parts.iter_mut().zip(&self.blocks).rev();
        parts
            .filter(|(_, block)| **block == index)
            .map(|(part, _)| part)
            .find(|part| kind(part))
    }

    fn reasoning_mut(&mut self, cap: usize, index: i64) -> Option<&mut Part> {
        if self.find_part_mut(index, Part::is_reasoning).is_none() {
            self.start_block(index, Part::reasoning(TruncatedText::new(cap)));
        }
        self.find_part_mut(index, Part::is_reasoning)
    }
}

/// Parts kept of one candidate. More come only from a damaged stream, which must
/// not fill the memory.
const MAX_BLOCKS: usize = 512;

/// Citations kept of one block.
const MAX_CITATIONS: usize = 64;
