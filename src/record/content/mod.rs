//! The only place where message content is copied: what may be captured, how
//! much of it, and the user's redaction.
//!
//! A *cap* is the number of characters to keep of each piece of content while
//! the call runs; `None` means that no content may be copied.

mod capture;
mod kind;
pub(crate) mod media;
mod piece;
pub(crate) mod presets;
mod redactor;
mod scope;
mod truncated_text;

pub(crate) use self::capture::Capture;
pub use self::kind::ContentKind;
pub use self::piece::Content;
pub(crate) use self::redactor::{Redactor, redact};
pub(crate) use self::scope::{Places, ScopedFuture, run_in_scope};
pub(crate) use self::truncated_text::{TruncatedText, copy_text};
