//! [`Invocations`]: runs a handler and flushes its telemetry.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use tracing::Instrument as _;

use super::catch_panic::catch_panic;
use super::flush_limit::FlushLimit;
use super::invocation::Invocation;
use super::span::{error_type, open_span, record_error};
use crate::semconv::faas;
use crate::telemetry::config::guard::TelemetryGuard;
use crate::telemetry::report::diagnostics::TARGET;

/// Runs the handler of an AWS Lambda function: in a span, which is the root of the
/// invocation's trace, and with a bounded flush before the process is frozen.
///
/// The span has the function's name, `faas.invocation_id`, `faas.coldstart` and, if
/// they are set, the fields of [`Invocation`]. It has ended when the flush begins, so
/// that a trace arrives with its own invocation.
///
/// # What an invocation pays
///
/// A flush takes as long as the receiver needs to answer, at most
/// [`flush_within`](Self::flush_within), 1 s by default. If a flush fails, the receiver
/// counts as away: the following invocations wait at most 100 ms, until one succeeds
/// or 30 s have passed. Nothing is lost by that: telemetry stays queued, delivery
/// continues with the next invocation, and what exceeds
/// [`Telemetry::timeout`](crate::Telemetry::timeout) is counted in
/// [`TelemetryGuard::stats`] and logged. The time that the process is frozen counts:
/// raise the timeout for a function that is called seldom.
///
/// ```no_run
/// use std::time::Duration;
///
/// use nr_bedrock_observability::Telemetry;
/// use nr_bedrock_observability::lambda::{Invocation, Invocations};
///
/// # mod lambda_runtime {
/// #     pub type Error = Box<dyn std::error::Error + Send + Sync>;
/// #     pub struct Context { pub request_id: String, pub invoked_function_arn: String, pub xray_trace_id: Option<String> }
/// #     pub struct LambdaEvent<T> { pub payload: T, pub context: Context }
/// # }
/// # use lambda_runtime::{Error, LambdaEvent};
/// # async fn answer(_: String) -> Result<String, Error> { Ok(String::new()) }
/// # fn main() -> Result<(), Error> {
/// let telemetry = Telemetry::from_env().install()?;
/// let invocations = Invocations::new(telemetry).flush_within(Duration::from_millis(500));
///
/// let handler = async |event: LambdaEvent<String>| {
///     let context = event.context;
///     let invocation = Invocation::new(context.request_id)
///         .invoked_arn(context.invoked_function_arn)
///         .trace_header(context.xray_trace_id.as_deref());
///     invocations.run(invocation, answer(event.payload)).await
/// };
/// // lambda_runtime::run(service_fn(handler)).await
/// # let _ = handler;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is flushed unless handlers run through it"]
pub struct Invocations {
    shared: Arc<Shared>,
    limit: Arc<FlushLimit>,
}

#[derive(Debug)]
struct Shared {
    telemetry: TelemetryGuard,
    has_run: AtomicBool,
}

impl Invocations {
    /// Takes the guard, and flushes it a last time when the last clone is dropped.
    pub fn new(telemetry: TelemetryGuard) -> Self {
        Self {
            shared: Arc::new(Shared {
                telemetry,
                has_run: AtomicBool::new(false),
            }),
            limit: Arc::new(FlushLimit::new(DEFAULT_LIMIT)),
        }
    }

    /// How long an invocation may wait for its telemetry. Default: 1 s.
    pub fn flush_within(mut self, limit: Duration) -> Self {
        self.limit = Arc::new(FlushLimit::new(limit));
        self
    }

    /// The guard, for [`TelemetryGuard::stats`] and for a flush of one's own.
    pub fn telemetry(&self) -> &TelemetryGuard {
        &self.shared.telemetry
    }

    /// Runs the handler of one invocation. Its result is returned unchanged, after the
    /// flush.
    ///
    /// An error marks the span with its type; the text is not recorded. A panic is
    /// resumed after the flush. Spans of tasks that outlive the handler keep the
    /// invocation's span open, and arrive later.
    ///
    /// If this future is dropped before it completes, as a layer with a timeout does,
    /// nothing is flushed: what was recorded is delivered with the next invocation. Put
    /// the timeout around the handler instead, whose error then passes through the
    /// flush.
    ///
    /// # Errors
    ///
    /// That of the handler.
    pub async fn run<T, E>(
        &self,
        invocation: Invocation,
        handler: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let is_first = !self.shared.has_run.swap(true, Relaxed);
        let span = open_span(&invocation, is_first);
        let result = catch_panic(handler).instrument(span.clone()).await;
        match &result {
            Ok(Ok(_)) => {}
            Ok(Err(_)) => record_error(&span, error_type::<E>()),
            Err(_) => record_error(&span, faas::PANIC),
        }
        drop(span);
        self.flush().await;
        match result {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Flushes on a thread of its own, because a flush blocks.
    async fn flush(&self) {
        let (shared, limit) = (Arc::clone(&self.shared), Arc::clone(&self.limit));
        let (done, flushed) = tokio::sync::oneshot::channel();
        let flush = move || {
            let within = limit.next(Instant::now());
            let result = shared.telemetry.flush_within(within);
            if let Err(error) = &result {
                tracing::debug!(target: TARGET, "flush after an invocation: {error}");
            }
            limit.record(within, result.is_ok(), Instant::now());
            // Before the caller goes on, which may drop the last clone.
            drop(shared);
            let _ = done.send(());
        };
        let thread = thread::Builder::new().name("nr-bedrock-flush".to_owned());
        if thread.spawn(flush).is_ok() {
            let _ = flushed.await;
        }
    }
}

const DEFAULT_LIMIT: Duration = Duration::from_secs(1);
