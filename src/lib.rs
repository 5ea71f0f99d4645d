//! Placeholder while the rooms are laid out.

mod error;

pub use error::Error;
