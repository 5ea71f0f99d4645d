//! Work of the application's own, under a span like those of Bedrock's calls.

use std::any::type_name;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use tracing::Instrument as _;

use crate::config::Settings;
use crate::emit::Recording;
use crate::record::{Call, Failure, OTHER, PANIC};

/// Runs work under the span of a call. What it answers is noted before it is
/// handed on as it is.
pub(crate) async fn run<T, E: Display>(
    call: Call,
    settings: Arc<Settings>,
    work: impl AsyncFnOnce() -> Result<T, E>,
    note: impl FnOnce(&T, &mut Call),
) -> Result<T, E> {
    let Some(recording) = Recording::start(call, settings) else {
        return work().await;
    };
    let span = recording.span().clone();
    let mut open = Open(Some(recording));
    // The closure may do things before its first await, or call others that do.
    let result = async { work().await }.instrument(span).await;
    if let Some(mut recording) = open.0.take() {
        match &result {
            Ok(answer) => {
                // The application's own code reads its answer: its panic is not
                // the work's.
                let noted = AssertUnwindSafe(|| note(answer, &mut recording.call));
                if catch_unwind(noted).is_err() {
                    recording
                        .call
                        .note_unreadable("the closure that reads the answer panicked");
                }
                recording.finish();
            }
            Err(error) => {
                let failure = Failure::new(kind_of::<E>(), Some(error.to_string()));
                recording.fail(failure);
            }
        }
    }
    result
}

/// A recording that ends when it is dropped.
struct Open(Option<Recording>);

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(recording) = self.0.take() {
            recording.fail(if thread::panicking() {
                Failure::new(PANIC, None)
            } else {
                Failure::cancelled()
            });
        }
    }
}

/// The type of an error, where it tells anything.
fn kind_of<E>() -> String {
    let name = type_name::<E>();
    let name = name.split('<').next().unwrap_or(name);
    if SPEECHLESS.iter().any(|prefix| name.starts_with(prefix)) {
        OTHER.to_owned()
    } else {
        name.to_owned()
    }
}

/// Types that hold any error.
const SPEECHLESS: &[&str] = &["&", "alloc::", "anyhow::", "dyn ", "eyre::", "std::"];
