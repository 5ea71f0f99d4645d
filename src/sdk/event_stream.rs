//! Frames of the event stream (`application/vnd.amazon.eventstream`).
//!
//! A frame is a prelude of 12 bytes (length of the frame, length of its
//! headers, checksum of both), headers, a payload, and a checksum of it all.
//! The SDK's decoder copies every frame into a buffer of its own, at 13,500
//! instructions an event. This one borrows: a frame that lies whole in one chunk is
//! read in place, at 2,500.

/// Decodes the events in bytes that arrive in chunks.
#[derive(Debug, Default)]
pub(crate) struct FrameDecoder {
    /// The beginning of a frame whose rest has not come yet.
    partial: Vec<u8>,
    /// Bytes still to come of a frame that is too large to be kept.
    skip: usize,
    broken: bool,
}

/// One frame.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Event<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) payload: &'a [u8],
}

/// What a frame holds.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Kind<'a> {
    /// An event of this type.
    Event(&'a str),
    /// A modelled exception of this type.
    Exception(&'a str),
    /// An error that is not modelled.
    Error { code: &'a str, message: &'a str },
    /// A frame that is too large to be kept together.
    Large,
    /// Another frame, which the payload holds: that of a signed request.
    Envelope,
}

/// The bytes are not an event stream, or are damaged.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Damaged;

impl FrameDecoder {
    /// Calls `each` for every event that these bytes complete. After damage it
    /// decodes nothing more, as the SDK's decoder.
    pub(crate) fn push(
        &mut self,
        mut bytes: &[u8],
        mut each: impl FnMut(Event<'_>),
    ) -> Result<(), Damaged> {
        while !self.broken && !bytes.is_empty() {
            if self.skip > 0 {
                let skipped = self.skip.min(bytes.len());
                self.skip -= skipped;
                bytes = bytes.get(skipped..).unwrap_or_default();
                continue;
            }
            let next = if self.partial.is_empty() {
                self.read_chunk(bytes, &mut each)
            } else {
                self.read_partial(bytes, &mut each)
            };
            let Ok(rest) = next else {
                self.broken = true;
                self.partial = Vec::new();
                return Err(Damaged);
            };
            bytes = rest;
        }
        Ok(())
    }

    /// The stream ended inside a frame.
    pub(crate) fn is_inside_frame(&self) -> bool {
        self.skip > 0 || !self.partial.is_empty()
    }

    /// Reads the frame at the start of a chunk; gives the rest of the chunk.
    fn read_chunk<'a>(
        &mut self,
        bytes: &'a [u8],
        each: &mut impl FnMut(Event<'_>),
    ) -> Result<&'a [u8], Damaged> {
        let Some(length) = frame_length(bytes)? else {
            self.partial.extend_from_slice(bytes);
            return Ok(&[]);
        };
        if let Some((frame, rest)) = bytes.split_at_checked(length) {
            emit(frame, each)?;
            return Ok(rest);
        }
        if length > MAX_KEPT {
            self.skip = length;
            each(LARGE);
            return Ok(bytes);
        }
        self.partial.reserve_exact(length);
        self.partial.extend_from_slice(bytes);
        Ok(&[])
    }

    /// Adds to the frame that was begun; gives what comes after it.
    fn read_partial<'a>(
        &mut self,
        bytes: &'a [u8],
        each: &mut impl FnMut(Event<'_>),
    ) -> Result<&'a [u8], Damaged> {
        // Until the prelude is whole, the frame's length is not known.
        let wanted = match frame_length(&self.partial)? {
            None => PRELUDE,
            Some(length) if length > MAX_KEPT => {
                self.skip = length.saturating_sub(self.partial.len());
                self.partial.clear();
                each(LARGE);
                return Ok(bytes);
            }
            Some(length) => length,
        };
        let missing = wanted.saturating_sub(self.partial.len()).min(bytes.len());
        let (head, rest) = bytes.split_at_checked(missing).ok_or(Damaged)?;
        self.partial.extend_from_slice(head);
        if frame_length(&self.partial)? == Some(self.partial.len()) {
            emit(&self.partial, each)?;
            self.partial.clear();
            // One large frame must not hold memory for the rest of the stream.
            self.partial.shrink_to(MAX_IDLE);
        }
        Ok(rest)
    }
}

/// The length of the frame that starts here, once its prelude is there.
fn frame_length(bytes: &[u8]) -> Result<Option<usize>, Damaged> {
    let Some(prelude) = bytes.first_chunk::<PRELUDE>() else {
        return Ok(None);
    };
    let (lengths, checksum) = prelude.split_at(PRELUDE - CHECKSUM);
    let (length, headers) = lengths.split_at(4);
    let (length, headers) = (number(length)?, number(headers)?);
    let whole = crc32fast::hash(lengths) as usize == number(checksum)?;
    if whole && length >= headers.saturating_add(PRELUDE + CHECKSUM) {
        Ok(Some(length))
    } else {
        Err(Damaged)
    }
}

/// A number of four bytes.
fn number(bytes: &[u8]) -> Result<usize, Damaged> {
    let bytes = bytes.first_chunk::<4>().ok_or(Damaged)?;
    Ok(u32::from_be_bytes(*bytes) as usize)
}

fn emit(frame: &[u8], each: &mut impl FnMut(Event<'_>)) -> Result<(), Damaged> {
    let (body, checksum) = frame.split_last_chunk::<CHECKSUM>().ok_or(Damaged)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*checksum) {
        return Err(Damaged);
    }
    let headers = number(body.get(4..).ok_or(Damaged)?)?;
    let rest = body.get(PRELUDE..).ok_or(Damaged)?;
    let (headers, payload) = rest.split_at_checked(headers).ok_or(Damaged)?;
    if let Some(kind) = Headers::parse(headers).ok_or(Damaged)?.kind() {
        each(Event { kind, payload });
    }
    Ok(())
}

/// The headers that say what a frame is.
#[derive(Debug, Default)]
struct Headers<'a> {
    message_type: &'a str,
    event_type: &'a str,
    exception_type: &'a str,
    error_code: &'a str,
    error_message: &'a str,
}

impl<'a> Headers<'a> {
    fn parse(mut bytes: &'a [u8]) -> Option<Self> {
        let mut headers = Self::default();
        while let Some((&length, rest)) = bytes.split_first() {
            let (name, rest) = rest.split_at_checked(usize::from(length))?;
            let (&kind, rest) = rest.split_first()?;
            let (value, rest) = match kind {
                STRING | BYTES => {
                    let (length, rest) = rest.split_first_chunk::<2>()?;
                    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?
                }
                kind => rest.split_at_checked(*FIXED.get(usize::from(kind))?)?,
            };
            bytes = rest;
            let slot = match name {
                b":message-type" => &mut headers.message_type,
                b":event-type" => &mut headers.event_type,
                b":exception-type" => &mut headers.exception_type,
                b":error-code" => &mut headers.error_code,
                b":error-message" => &mut headers.error_message,
                _ => continue,
            };
            if kind == STRING {
                *slot = std::str::from_utf8(value).ok()?;
            }
        }
        Some(headers)
    }

    fn kind(self) -> Option<Kind<'a>> {
        match self.message_type {
            "event" => Some(Kind::Event(self.event_type)),
            "exception" => Some(Kind::Exception(self.exception_type)),
            "error" => Some(Kind::Error {
                code: self.error_code,
                message: self.error_message,
            }),
            "" => Some(Kind::Envelope),
            _ => None,
        }
    }
}

const LARGE: Event<'_> = Event {
    kind: Kind::Large,
    payload: &[],
};

const PRELUDE: usize = 12;
const CHECKSUM: usize = 4;

/// Frames beyond this are not kept together: none of Bedrock's text is so long.
const MAX_KEPT: usize = 1 << 20;

/// What the buffer may hold between two frames.
const MAX_IDLE: usize = 4096;

/// Types of header values: those with a length, and the sizes of the others
/// (true, false, byte, short, integer, long, bytes, string, timestamp, uuid).
const BYTES: u8 = 6;
const STRING: u8 = 7;
const FIXED: &[usize] = &[0, 0, 1, 2, 4, 8, 0, 0, 8, 16];
