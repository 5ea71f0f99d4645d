//! Redactions for common cases. Public as `redact`.

mod cards;
mod keys;
mod patterns;
mod replace;

pub use self::cards::card_numbers;
pub use self::keys::aws_keys;
pub use self::patterns::{emails, pattern, phone_numbers};
