//! [`Outcomes`]: counts and reports what becomes of requests.

use std::sync::Arc;
use std::time::Instant;

use super::pending_request::PendingRequest;
use super::response::ExportResponse;
use super::support::Support;
use crate::telemetry::report::counters::{Counters, Loss};
use crate::telemetry::report::diagnostics::{log_failure, log_unsupported};
use crate::telemetry::report::failure::{Cause, Failure};
use crate::telemetry::signal::Signal;

/// The outcomes of one signal.
pub(super) struct Outcomes {
    signal: Signal,
    pub(super) counters: Arc<Counters>,
    support: Support,
    /// The failure of the last attempt.
    last_failure: Option<Failure>,
}

impl Outcomes {
    pub(super) fn new(signal: Signal, counters: Arc<Counters>, optional: bool) -> Self {
        Self {
            signal,
            counters,
            support: Support::new(optional),
            last_failure: None,
        }
    }

    /// An attempt failed, and others will follow.
    pub(super) fn note_failure(&mut self, failure: &Failure) {
        self.counters.set_problem(self.signal, &failure.problem);
        self.last_failure = Some(failure.clone());
    }

    pub(super) fn note_response(&mut self) {
        self.counters.set_problem(self.signal, "");
        self.last_failure = None;
    }

    /// Logs a failure that will become a loss unless somebody acts. Invalid settings are
    /// warnings of the set-up already.
    pub(super) fn log(&self, cause: Cause, problem: &str) {
        if cause == Cause::Settings {
            return;
        }
        log_failure(&self.counters, self.signal, cause, problem);
    }

    /// Whether the last attempt found no receiver of OTLP.
    pub(super) fn is_unreachable(&self) -> bool {
        let failure = self.last_failure.as_ref();
        failure.is_some_and(|failure| failure.cause.is_unreachable())
    }

    /// Whether requests are discarded, because the receiver does not take the signal.
    pub(super) fn is_off(&self) -> bool {
        self.support.is_off(Instant::now())
    }

    pub(super) fn count_accepted(
        &mut self,
        request: &PendingRequest,
        response: Option<ExportResponse>,
    ) {
        self.support.note_accepted();
        let (rejected, reason) =
            response.map_or((0, String::new()), |it| (it.rejected, it.rejection));
        let rejected = rejected.min(request.items);
        let exported = &self.counters.signal(self.signal).exported;
        exported.add(request.items - rejected);
        if rejected == 0 {
            self.counters.recover(self.signal);
            return;
        }
        let url = request.config.display_url();
        let problem = format!("{url} rejected {}: {reason}", self.signal.item_name(0));
        self.counters
            .add_lost(self.signal, rejected, Loss::Rejected, &problem);
        self.log(Cause::Rejected, &problem);
    }

    /// The receiver does not know the signal, or the path is wrong. Returns whether
    /// that turns the signal off, which is no loss.
    pub(super) fn count_refused_signal(&mut self, request: &PendingRequest) -> bool {
        let off = self.support.note_unsupported(Instant::now());
        if off {
            self.count_unsupported(request);
        } else {
            self.count_lost(request, Loss::Refused);
        }
        off
    }

    pub(super) fn count_unsupported(&self, request: &PendingRequest) {
        let counters = self.counters.signal(self.signal);
        if counters.unsupported.add(request.items) == 0
            && let Some(failure) = &request.failure
        {
            log_unsupported(self.signal, &failure.problem);
        }
    }

    pub(super) fn count_lost(&self, request: &PendingRequest, loss: Loss) {
        let failure = request.failure.as_ref().or(self.last_failure.as_ref());
        let (cause, problem) = match failure {
            Some(failure) => (failure.cause, failure.problem.clone()),
            None => (Cause::Timeout, self.counters.waiting_problem(self.signal)),
        };
        self.counters
            .add_lost(self.signal, request.items, loss, &problem);
        self.log(cause, &problem);
    }
}
