//! Threads that log.
//!
//! The pipeline's threads have no subscriber, so that their own work is not traced, and
//! a subscriber at work on a thread must not be called again there.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Logs on a thread of its own. If none can be started, nothing is logged.
pub(crate) fn log_on_thread(log: impl FnOnce() + Send + 'static) {
    let running = Running::start();
    let _ = thread::Builder::new()
        .name("nr-bedrock-diagnostics".to_owned())
        .spawn(move || {
            log();
            drop(running);
        });
}

/// Waits for the threads that log: the process may be about to exit. Bounded, because
/// the subscriber is foreign code.
pub(crate) fn wait_for_log_threads() {
    let count = COUNT.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = ENDED.wait_timeout_while(count, MAX_WAIT, |count| *count > 0);
}

/// Counted until it is dropped, also if the thread panics or cannot be started.
struct Running;

impl Running {
    fn start() -> Self {
        *COUNT.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        *COUNT.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_all();
    }
}

static COUNT: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();
const MAX_WAIT: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[test]
    fn lines_in_progress_are_waited_for() {
        let logged = Arc::new(AtomicUsize::new(0));
        for _ in 0..8 {
            let logged = Arc::clone(&logged);
            log_on_thread(move || {
                thread::sleep(Duration::from_millis(20));
                logged.fetch_add(1, SeqCst);
            });
        }
        wait_for_log_threads();
        assert_eq!(logged.load(SeqCst), 8);
    }
}
