//! The guard around the user's redaction.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::record::content::{Content, Redactor};

/// Makes a redactor that withholds the text if the closure panics: the call is
/// not affected, and no unredacted text leaves.
pub(super) fn guard_redaction(
    redact: impl Fn(&mut Content<'_>) + Send + Sync + 'static,
) -> Redactor {
    Redactor::new(move |content| {
        let run = AssertUnwindSafe(|| redact(content));
        if catch_unwind(run).is_err() {
            content.set_text(WITHHELD);
            let kind = content.kind();
            tracing::warn!(target: crate::TARGET, ?kind, "redaction closure panicked; content withheld");
        }
    })
}

const WITHHELD: &str = "[withheld: the redaction failed]";
