//! `InvokeModelWithBidirectionalStream`: a speech-to-speech session, as Nova
//! Sonic has it. One span covers the whole session.
//!
//! In: the chunks that both sides send. Out: the turns of both sides, with audio
//! as byte counts.

mod invoke;
mod request_events;
mod response_events;
mod voice_chunk;

pub(super) use self::invoke::OPERATIONS;
