//! Text that `Debug` does not show.

use std::fmt;

/// A text of which `Debug` shows only the length: it is content.
#[derive(Clone)]
pub(super) struct HiddenText(pub(super) String);

impl fmt::Debug for HiddenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} bytes)", self.0.len())
    }
}
