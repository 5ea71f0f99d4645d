//! Warnings about settings.

use std::sync::{Mutex, PoisonError};

use crate::warning::PROCESS_WARNINGS;

/// Logs a text once per process, now or as soon as a subscriber listens.
pub(crate) fn warn_once(text: String) {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.contains(&text) {
        PROCESS_WARNINGS.push(&*text);
        seen.push(text);
    }
    drop(seen);
    PROCESS_WARNINGS.log();
}
