//! Runs work of the application under a span.

use std::any::type_name;
use std::fmt::Display;
use std::thread;

use tracing::Instrument as _;

use crate::emit::{CallSettings, Recording};
use crate::record::{Call, Failure, OTHER, PANIC, catch_panic};

/// Runs work under the span of a call. `record` reads the result into the call;
/// the result itself is returned unchanged.
pub(super) async fn instrument<T, E: Display>(
    call: Call,
    settings: CallSettings,
    work: impl AsyncFnOnce() -> Result<T, E>,
    record: impl FnOnce(&T, &mut Call),
) -> Result<T, E> {
    let Some(recording) = Recording::start(call, settings) else {
        return work().await;
    };
    let span = recording.span().clone();
    let mut open = OpenRecording(Some(recording));
    // The closure may run code before its first await: it is called in the span.
    let result = async { work().await }.instrument(span).await;
    if let Some(mut recording) = open.0.take() {
        match &result {
            Ok(value) => {
                let call = &mut recording.call;
                if catch_panic("result", || record(value, call)).is_none() {
                    let call = &mut recording.call;
                    call.note_unreadable("the closure that reads the result panicked");
                }
                recording.finish();
            }
            Err(error) => {
                // The text of an error may quote the arguments of the closure.
                let message = recording.captures_content().then(|| error.to_string());
                let failure = Failure::quoting_content(classify_error::<E>(), message);
                recording.fail(failure);
            }
        }
    }
    result
}

/// Ends its recording when it is dropped.
struct OpenRecording(Option<Recording>);

impl Drop for OpenRecording {
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

/// The name of the error type, unless the type can hold any error.
fn classify_error<E>() -> String {
    let name = type_name::<E>();
    let name = name.split('<').next().unwrap_or(name);
    if GENERIC_TYPES.iter().any(|prefix| name.starts_with(prefix)) {
        OTHER.to_owned()
    } else {
        name.to_owned()
    }
}

/// Prefixes of types that can hold any error.
const GENERIC_TYPES: &[&str] = &["&", "alloc::", "anyhow::", "dyn ", "eyre::", "std::"];
