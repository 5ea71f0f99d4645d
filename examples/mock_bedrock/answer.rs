//! The answer to a request, and its faults.

use std::time::Duration;

use serde_json::{Value, json};

use super::frames::Frame;

/// What the server sends for a request. Constructors set the content, methods
/// the timing and the faults.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    /// The body. Only streams have several parts.
    parts: Vec<Vec<u8>>,
    streamed: bool,
    piece: Option<usize>,
    pauses: Vec<(usize, Duration)>,
    fault: Fault,
}

impl Answer {
    /// A JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::bytes(status, "application/json", body.to_string())
    }

    /// A `Converse` answer of one text, with one input and one output token.
    pub fn said(text: &str) -> Self {
        let message = json!({"role": "assistant", "content": [{"text": text}]});
        Self::json(
            200,
            &json!({
                "output": {"message": message},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
                "metrics": {"latencyMs": 1},
            }),
        )
    }

    /// Any other body.
    pub fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, content_type, vec![body.into()], false)
    }

    /// An event stream, one HTTP chunk for each frame.
    pub fn events(frames: Vec<Frame>) -> Self {
        let parts = frames.into_iter().map(Frame::into_bytes).collect();
        Self::new(200, "application/vnd.amazon.eventstream", parts, true)
    }

    /// Arbitrary bytes, one HTTP chunk for each piece.
    #[cfg(feature = "agentcore")]
    pub fn chunks(content_type: &str, pieces: &[&str]) -> Self {
        let parts = pieces.iter().map(|piece| piece.as_bytes().to_vec());
        Self::new(200, content_type, parts.collect(), true)
    }

    /// A modelled error: `Answer::error(429, "ThrottlingException", "..")`.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        // Bedrock sends the code with its namespace.
        let kind = format!("{code}:http://internal.amazon.com/coral/com.amazon.bedrock/");
        Self::json(status, &json!({ "message": message })).header("x-amzn-errortype", &kind)
    }

    /// Reads the request and never answers.
    pub fn hang() -> Self {
        let mut answer = Self::json(200, &Value::Null);
        answer.fault = Fault::HangBeforeHead;
        answer
    }

    /// Sets a header, replacing one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends HTTP chunks of `size` bytes, regardless of frame boundaries.
    pub fn pieces(mut self, size: usize) -> Self {
        self.piece = Some(size.max(1));
        self
    }

    /// Pauses after `events` parts of the body; 0 is between headers and body.
    pub fn pause_after(mut self, events: usize, pause: Duration) -> Self {
        self.pauses.push((events, pause));
        self
    }

    /// Sends the first `bytes` bytes of the body, then closes the connection.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.fault = Fault::CutAfter(bytes);
        self
    }

    /// Keeps the first `bytes` bytes of the body in a well-formed response.
    pub fn truncate(mut self, bytes: usize) -> Self {
        self.parts = truncate_parts(&self.parts, bytes);
        self
    }

    /// Breaks the checksum of the event with this index, counted from 0.
    pub fn corrupt_frame(mut self, index: usize) -> Self {
        if let Some(last) = self.parts.get_mut(index).and_then(|part| part.last_mut()) {
            *last ^= 0xff;
        }
        self
    }

    /// Sends `events` events, then nothing more on the open connection.
    pub fn hang_after(mut self, events: usize) -> Self {
        self.fault = Fault::HangAfter(events);
        self
    }

    fn new(status: u16, content_type: &str, parts: Vec<Vec<u8>>, streamed: bool) -> Self {
        Self {
            status,
            headers: Vec::new(),
            parts,
            streamed,
            piece: None,
            pauses: Vec::new(),
            fault: Fault::None,
        }
        .header("content-type", content_type)
        .header("x-amzn-requestid", REQUEST_ID)
    }
}

impl Answer {
    /// Appends an event.
    pub(super) fn push_event(&mut self, frame: Frame) {
        self.parts.push(frame.into_bytes());
    }

    /// Pauses before the next event.
    pub(super) fn push_pause(&mut self, pause: Duration) {
        if !pause.is_zero() {
            self.pauses.push((self.parts.len(), pause));
        }
    }

    /// The status line and headers, or `None` where they are never sent.
    pub(super) fn build_head(&self) -> Option<String> {
        if self.fault == Fault::HangBeforeHead {
            return None;
        }
        let framing = if self.streamed {
            "transfer-encoding: chunked".to_owned()
        } else {
            let length: usize = self.parts.iter().map(Vec::len).sum();
            format!("content-length: {length}")
        };
        let mut lines = vec![format!("HTTP/1.1 {} Loopback", self.status)];
        let headers = self.headers.iter();
        lines.extend(headers.map(|(name, value)| format!("{name}: {value}")));
        lines.push(framing);
        Some(lines.join("\r\n") + "\r\n\r\n")
    }

    /// The steps that send the body.
    pub(super) fn build_steps(&self) -> Vec<Step> {
        let (kept, end) = match self.fault {
            Fault::None => (self.parts.clone(), Step::End),
            Fault::CutAfter(bytes) => (truncate_parts(&self.parts, bytes), Step::Cut),
            Fault::HangAfter(events) => {
                let kept = self.parts.iter().take(events).cloned().collect();
                (kept, Step::Hang)
            }
            Fault::HangBeforeHead => (Vec::new(), Step::Hang),
        };
        let mut steps = Vec::new();
        // With `pieces`, bytes are buffered up to the next pause.
        let mut buffered = Vec::new();
        for sent in 0..=kept.len() {
            for (_, pause) in self.pauses.iter().filter(|(events, _)| *events == sent) {
                steps.extend(self.split_pieces(&std::mem::take(&mut buffered)));
                steps.push(Step::Pause(*pause));
            }
            if let Some(part) = kept.get(sent) {
                buffered.extend_from_slice(part);
            }
            if self.piece.is_none() {
                steps.extend(self.split_pieces(&std::mem::take(&mut buffered)));
            }
        }
        steps.extend(self.split_pieces(&buffered));
        steps.push(end);
        steps
    }

    fn split_pieces(&self, bytes: &[u8]) -> Vec<Step> {
        let size = self.piece.unwrap_or(bytes.len()).max(1);
        bytes
            .chunks(size)
            .map(|piece| self.encode_piece(piece))
            .collect()
    }

    fn encode_piece(&self, piece: &[u8]) -> Step {
        if !self.streamed {
            return Step::Send(piece.to_vec());
        }
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        Step::Send(chunk)
    }

    /// Whether the body needs a terminating HTTP chunk.
    pub(super) fn is_streamed(&self) -> bool {
        self.streamed
    }
}

/// A step of sending a body.
#[derive(Debug)]
pub(super) enum Step {
    Cut,
    End,
    Hang,
    Pause(Duration),
    Send(Vec<u8>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    CutAfter(usize),
    HangAfter(usize),
    HangBeforeHead,
    None,
}

/// The first `bytes` bytes of `parts`, divided as before.
fn truncate_parts(parts: &[Vec<u8>], bytes: usize) -> Vec<Vec<u8>> {
    let mut left = bytes;
    let kept = parts.iter().map(|part| {
        let length = part.len().min(left);
        left -= length;
        part.iter().copied().take(length).collect()
    });
    kept.collect()
}

/// The default request id.
pub const REQUEST_ID: &str = "7d1d2d3a-4f61-4c1e-9b5a-3f0f6c2b9e10";
