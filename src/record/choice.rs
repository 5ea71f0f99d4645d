//! One candidate of an answer, whole or as its pieces arrive.

use super::content::TruncatedText;
use super::{Citation, Message, Part};

/// A candidate. Blocks of a stream may come interleaved: each piece names the
/// block it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) message: Message,
    /// The model's own word for why it stopped.
    pub(crate) stop_reason: Option<String>,
    /// Why it stopped, in the conventions' word, where the model's own is not
    /// told.
    pub(crate) implied_reason: Option<&'static str>,
    /// The index of each part of the message, over all messages of the stream.
    blocks: Vec<i64>,
    /// What the stream's first block is in `blocks`.
    first: i64,
}

impl Choice {
    /// Another message continues the answer, and counts its blocks from 0.
    #[cfg(feature = "agentcore")]
    pub(crate) fn next_message(&mut self) {
        let last = self.blocks.iter().max();
        self.first = last.map_or(0, |last| last.saturating_add(1));
    }

    /// Why the model stopped, as far as it is known.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.stop_reason.as_deref().or(self.implied_reason)
    }

    /// Appends text to the block at `index`.
    pub(crate) fn push_text(&mut self, cap: Option<usize>, index: i64, text: &str) {
        let Some(cap) = cap else { return };
        if let Some(Part::Text { text: known, .. }) = self.block(index, Part::is_text) {
            known.push(text);
        } else {
            self.start_block(index, Part::text(TruncatedText::copy(cap, text)));
        }
    }

    /// Appends to the reasoning block at `index`.
    pub(crate) fn push_reasoning(&mut self, cap: Option<usize>, index: i64, text: &str) {
        let Some(cap) = cap else { return };
        if let Some(Part::Reasoning { text: known, .. }) = self.reasoning(cap, index) {
            known.push(text);
        }
    }

    /// Notes the signature of the reasoning block at `index`, or a piece of it.
    pub(crate) fn push_signature(&mut self, cap: Option<usize>, index: i64, piece: &str) {
        let Some(cap) = cap else { return };
        if let Some(Part::Reasoning { signature, .. }) = self.reasoning(cap, index) {
            *signature = Some(signature.unwrap_or(0).saturating_add(piece.len()));
        }
    }

    /// Notes redacted reasoning of `size` bytes in the block at `index`.
    pub(crate) fn push_redacted(&mut self, cap: Option<usize>, index: i64, size: usize) {
        let Some(cap) = cap else { return };
        if let Some(Part::Reasoning { redacted, .. }) = self.reasoning(cap, index) {
            *redacted = Some(redacted.unwrap_or(0).saturating_add(size));
        }
    }

    /// Puts reasoning before what was said, unless it is there.
    #[cfg_attr(
        not(feature = "agent-runtime"),
        expect(dead_code, reason = "only agents tell it apart")
    )]
    pub(crate) fn prepend_reasoning(&mut self, reasoning: Part) {
        if !self.message.parts.iter().any(Part::is_reasoning) {
            self.message.parts.insert(0, reasoning);
            self.blocks.insert(0, self.first);
        }
    }

    /// Adds a part that comes whole, in a block of its own.
    pub(crate) fn push_part(&mut self, part: Part) {
        if self.message.parts.len() < MAX_BLOCKS {
            let last = self.blocks.iter().max();
            // Texts are told to be of block 0.
            self.blocks
                .push(last.map_or(1, |last| last.saturating_add(1)));
            self.message.parts.push(part);
        }
    }

    /// Starts the block at `index` with this part.
    pub(crate) fn start_block(&mut self, index: i64, part: Part) {
        if self.message.parts.len() < MAX_BLOCKS {
            self.message.parts.push(part);
            self.blocks.push(self.first.saturating_add(index));
        }
    }

    /// Appends to the arguments of the tool call at `index`.
    pub(crate) fn push_arguments(&mut self, index: i64, json: &str) {
        if let Some(Part::ToolCall { arguments, .. } | Part::ServerToolCall { arguments, .. }) =
            self.block(index, Part::is_call)
        {
            arguments.push(json);
        }
    }

    /// Notes a citation of the text block at `index`.
    pub(crate) fn push_citation(&mut self, cap: Option<usize>, index: i64, cited: Citation) {
        let Some(cap) = cap else { return };
        if self.block(index, Part::is_text).is_none() {
            self.start_block(index, Part::text(TruncatedText::new(cap)));
        }
        if let Some(Part::Text { citations, .. }) = self.block(index, Part::is_text)
            && citations.len() < MAX_CITATIONS
        {
            citations.push(cited);
        }
    }

    /// Appends to the tool's result at `index`. A result is JSON where that is
    /// all of it.
    pub(crate) fn push_result(&mut self, index: i64, piece: &str, is_json: bool) {
        let result = |part: &Part| matches!(part, Part::ToolResult { .. });
        if let Some(Part::ToolResult { response, json, .. }) = self.block(index, result) {
            *json = is_json && response.is_empty();
            response.push(piece);
        }
    }

    /// Counts bytes of the medium at `index`.
    pub(crate) fn push_media(&mut self, index: i64, size: usize) {
        let media = |part: &Part| matches!(part, Part::Media(_));
        if let Some(Part::Media(media)) = self.block(index, media) {
            media.bytes = Some(media.bytes.unwrap_or(0).saturating_add(size));
        }
    }

    /// The last part that the block at `index` began and that is of a kind.
    pub(crate) fn block(&mut self, index: i64, kind: fn(&Part) -> bool) -> Option<&mut Part> {
        let index = self.first.saturating_add(index);
        let parts = self.message.parts.iter_mut().zip(&self.blocks).rev();
        parts
            .filter(|(_, block)| **block == index)
            .map(|(part, _)| part)
            .find(|part| kind(part))
    }

    fn reasoning(&mut self, cap: usize, index: i64) -> Option<&mut Part> {
        if self.block(index, Part::is_reasoning).is_none() {
            self.start_block(index, Part::reasoning(TruncatedText::new(cap)));
        }
        self.block(index, Part::is_reasoning)
    }
}

/// Blocks that are kept of one candidate: more come only from a broken stream,
/// and none may fill the memory.
const MAX_BLOCKS: usize = 512;

/// Citations that are kept of one block.
const MAX_CITATIONS: usize = 64;
