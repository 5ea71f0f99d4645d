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
    /// Sent with chunked transfer encoding.
    pub(super) streamed: bool,
    pub(super) piece_size: Option<usize>,
    /// Pauses after a number of parts.
    pub(super) pauses: Vec<(usize, Duration)>,
    pub(super) fault: Option<Fault>,
}

impl Answer {
    /// A JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::bytes(status, "application/json", body.to_string())
    }

    /// A `Converse` answer of one text, with one input and one output token.
    pub fn converse_text(text: &str) -> Self {
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
        answer.fault = Some(Fault::HangBeforeHead);
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
        self.piece_size = Some(size.max(1));
        self
    }

    /// Pauses after `events` parts of the body; 0 is between headers and body.
    pub fn pause_after(mut self, events: usize, pause: Duration) -> Self {
        self.pauses.push((events, pause));
        self
    }

    /// Sends the first `bytes` bytes of the body, then closes the connection.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.fault = Some(Fault::CutAfter(bytes));
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
        self.fault = Some(Fault::HangAfter(events));
        self
    }

    fn new(status: u16, content_type: &str, parts: Vec<Vec<u8>>, streamed: bool) -> Self {
        Self {
            status,
            headers: Vec::new(),
            parts,
            streamed,
            piece_size: None,
            pauses: Vec::new(),
            fault: None,
        }
        .header("content-type", content_type)
        .header("x-amzn-requestid", REQUEST_ID)
    }

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

    /// The status line and the headers.
    pub(super) fn build_head(&self) -> String {
        let framing = if self.streamed {
            "transfer-encoding: chunked".to_owned()
        } else {
            let length: usize = self.parts.iter().map(Vec::len).sum();
            format!("content-length: {length}")
        };
        let mut lines = vec![format!("HTTP/1.1 {} Mock", self.status)];
        let headers = self.headers.iter();
        lines.extend(headers.map(|(name, value)| format!("{name}: {value}")));
        lines.push(framing);
        lines.join("\r\n") + "\r\n\r\n"
    }

    /// The parts of the body that are sent.
    pub(super) fn sent_parts(&self) -> Vec<Vec<u8>> {
        match self.fault {
            Some(Fault::CutAfter(bytes)) => truncate_parts(&self.parts, bytes),
            Some(Fault::HangAfter(events)) => self.parts.iter().take(events).cloned().collect(),
            _ => self.parts.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    CutAfter(usize),
    HangAfter(usize),
    HangBeforeHead,
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
