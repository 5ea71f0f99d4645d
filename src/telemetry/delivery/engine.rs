//! [`Engine`]: sends and retries the requests of one signal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::backlog::Backlog;
use super::backoff::{compute_backoff, schedule_retry};
use super::command::{Command, FlushResult};
use super::flushes::{Flushes, MIN_ATTEMPTS, Progress};
use super::outcomes::Outcomes;
use super::pending_request::PendingRequest;
use super::response::{ExportResponse, RetryDecision, summarize_attempt};
use super::transport::Transport;
use crate::telemetry::report::counters::{Counters, Loss};
use crate::telemetry::report::failure::{Cause, Failure};
use crate::telemetry::signal::Signal;

/// Splits a request that the receiver found too large. Returns nothing if it cannot
/// become smaller.
pub(crate) type SplitRequest = fn(&PendingRequest, &Counters) -> Vec<PendingRequest>;

pub(super) struct Engine {
    /// Or why the settings rule out every request.
    transport: Result<Transport, String>,
    outcomes: Outcomes,
    split: SplitRequest,
    waiting: Backlog,
    in_flight: JoinSet<(PendingRequest, Result<ExportResponse, Failure>)>,
    /// Sequence numbers of the requests in flight.
    in_flight_sequences: Vec<u64>,
    /// Nothing is sent before this time.
    paused_until: Option<Instant>,
    /// The last response was an authentication failure.
    unauthorized: bool,
    /// Consecutive failed attempts, of any request.
    failures: u32,
    received: u64,
    /// Submissions below this number were tried by a flush during the pause after an
    /// authentication failure.
    probed: u64,
    flushes: Flushes,
    /// Tells the handle that submissions wait, and will wait for long.
    blocked: Arc<AtomicBool>,
}

impl Engine {
    pub(super) fn new(
        signal: Signal,
        transport: Result<Transport, String>,
        outcomes: Outcomes,
        split: SplitRequest,
        blocked: Arc<AtomicBool>,
    ) -> Self {
        Self {
            transport,
            outcomes,
            split,
            waiting: Backlog::new(signal),
            in_flight: JoinSet::new(),
            in_flight_sequences: Vec::new(),
            paused_until: None,
            unauthorized: false,
            failures: 0,
            received: 0,
            probed: 0,
            flushes: Flushes::default(),
            blocked,
        }
    }

    /// Runs until a stop command, or until all handles are dropped.
    pub(super) async fn run(
        mut self,
        mut submissions: mpsc::Receiver<Vec<PendingRequest>>,
        mut commands: mpsc::UnboundedReceiver<Command>,
    ) {
        let stopped = loop {
            self.try_new_requests_of_flush();
            if self.flushes.take_last_try(Instant::now()) {
                self.try_unreachable_again();
            }
            self.send_due_requests();
            self.reply_to_flushes();
            self.blocked.store(self.is_blocked(), Relaxed);
            let wakeup = self.next_wakeup();
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(Command::Flush(flush)) => {
                        self.flushes.push(flush);
                        self.try_unreachable_again();
                    }
                    Some(Command::TryAgain) => self.try_unreachable_again(),
                    Some(Command::Stop(reply)) => break Some(reply),
                    None => break None,
                },
                Some(done) = self.in_flight.join_next(), if !self.in_flight.is_empty() => {
                    if let Ok((request, response)) = done {
                        self.handle_response(request, response);
                    }
                }
                Some(requests) = submissions.recv(), if !self.waiting.is_full() => {
                    self.received += 1;
                    for request in requests {
                        self.receive(request);
                    }
                }
                () = tokio::time::sleep_until(wakeup.into()) => {}
            }
        };
        // Before the reply, so that nothing is submitted or counted after it.
        submissions.close();
        self.in_flight.abort_all();
        drop(self);
        if let Some(reply) = stopped {
            let _ = reply.send(FlushResult::Complete);
        }
    }

    fn send_due_requests(&mut self) {
        let now = Instant::now();
        self.expire_requests(now);
        if self.paused_until.is_some_and(|until| now < until) {
            return;
        }
        self.paused_until = None;
        self.unauthorized = false;
        while self.has_free_slot()
            && let Some(request) = self.waiting.take_due(now)
        {
            self.send(request, now);
        }
    }

    fn receive(&mut self, mut request: PendingRequest) {
        if let Err(reason) = &self.transport {
            request.failure = Some(Failure::new(Cause::Settings, reason.clone()));
            self.outcomes.count_lost(&request, Loss::Refused);
        } else if self.outcomes.is_off() {
            self.outcomes.count_unsupported(&request);
        } else {
            self.waiting.push_back(request);
        }
    }

    /// During the pause after an authentication failure a flush tries what is new
    /// since then, once: the credentials may be valid by now.
    fn try_new_requests_of_flush(&mut self) {
        let (probed, waiting) = (self.probed, &self.waiting);
        let is_new = |it: &PendingRequest| it.attempts == 0 && it.sequence >= probed;
        if self.unauthorized && self.flushes.try_new(Instant::now()) && waiting.iter().any(is_new) {
            self.probed = self.received;
            self.paused_until = None;
        }
    }

    /// A flush does not wait for the end of a long backoff.
    fn try_unreachable_again(&mut self) {
        if self.outcomes.is_unreachable() {
            self.failures = 0;
            self.paused_until = None;
            self.waiting
                .make_due(|failure| failure.cause.is_unreachable());
        }
    }

    /// After a failure one attempt at a time shows whether the receiver is back.
    fn has_free_slot(&self) -> bool {
        let slots = if self.failures == 0 { MAX_IN_FLIGHT } else { 1 };
        self.in_flight.len() < slots
    }

    fn send(&mut self, mut request: PendingRequest, now: Instant) {
        let Ok(transport) = self.transport.clone() else {
            return;
        };
        if request.attempts > 0 {
            self.outcomes.counters.retried.add(1_u64);
        }
        let counters = &self.outcomes.counters;
        counters.note_sent(request.signal(), || request.config.display_url());
        self.in_flight_sequences.push(request.sequence);
        let left = request.deadline.saturating_duration_since(now);
        let timeout = request.config.attempt_timeout().min(left).max(MIN_ATTEMPT);
        self.in_flight.spawn(async move {
            let response = transport.send(&mut request, timeout).await;
            (request, response)
        });
    }

    fn handle_response(
        &mut self,
        mut request: PendingRequest,
        response: Result<ExportResponse, Failure>,
    ) {
        let mut in_flight = self.in_flight_sequences.iter();
        if let Some(at) = in_flight.position(|it| *it == request.sequence) {
            self.in_flight_sequences.swap_remove(at);
        }
        let signal = request.signal();
        let (decision, mut failure) = match &response {
            Ok(response) => {
                let problem = response.describe(&request);
                let failure = Failure::new(Cause::Status(response.status()), problem);
                (response.decide_retry(request.compression), failure)
            }
            Err(failure) => (RetryDecision::Retry(None), failure.clone()),
        };
        let exchange = summarize_attempt(&response, request.duration, &failure.problem);
        failure.problem = format!("{}: {}", request.config.display_url(), failure.problem);
        self.flushes.note_attempt(failure.cause.is_unreachable());
        if matches!(
            decision,
            RetryDecision::Retry(_) | RetryDecision::Unauthorized
        ) {
            self.failures = self.failures.saturating_add(1);
            self.outcomes.note_failure(&failure);
        } else {
            self.failures = 0;
            self.outcomes.note_response();
        }
        if decision == RetryDecision::Unauthorized {
            self.outcomes.log(failure.cause, &failure.problem);
        }
        request.failure = Some(failure);
        match decision {
            RetryDecision::Accepted => {
                self.outcomes.count_accepted(&request, response.ok());
                // The credentials are valid now.
                self.waiting
                    .make_due(|failure| matches!(failure.cause, Cause::Status(401 | 403)));
            }
            RetryDecision::Retry(retry_after) => self.retry(request, retry_after),
            RetryDecision::Split => self.split_request(&request),
            RetryDecision::Unauthorized => {
                self.unauthorized = true;
                // A new key may take a while to become valid, or the account may be
                // fixed at the receiver; until then an occasional request is enough.
                let pause = (request.config.timeout / 2).min(MAX_UNAUTHORIZED_PAUSE);
                self.retry(request, Some(pause));
            }
            RetryDecision::Unsupported => {
                if self.outcomes.count_refused_signal(&request) {
                    self.discard_waiting();
                }
            }
            RetryDecision::Refused => self.outcomes.count_lost(&request, Loss::Refused),
        }
        // Last: a check that sees it sees the counts too.
        let counters = self.outcomes.counters.signal(signal);
        counters.last_exchange.set(exchange);
    }

    fn discard_waiting(&mut self) {
        for request in self.waiting.take_all() {
            self.outcomes.count_unsupported(&request);
        }
    }

    fn retry(&mut self, mut request: PendingRequest, retry_after: Option<Duration>) {
        request.attempts += 1;
        let now = Instant::now();
        match retry_after {
            // A rate limit applies to the account, not to one request.
            Some(wait) => self.pause(wait),
            None if self.failures > FAILURES_BEFORE_PAUSE => {
                self.pause(compute_backoff(self.failures - FAILURES_BEFORE_PAUSE));
            }
            None => {}
        }
        match schedule_retry(&request, retry_after, now) {
            Some(next) => {
                request.not_before = next;
                self.waiting.push_back(request);
            }
            None => self.outcomes.count_lost(&request, Loss::Expired),
        }
    }

    fn split_request(&mut self, request: &PendingRequest) {
        let pieces = (self.split)(request, &self.outcomes.counters);
        if pieces.is_empty() {
            self.outcomes.count_lost(request, Loss::Refused);
        }
        for piece in pieces.into_iter().rev() {
            self.waiting.push_front(piece);
        }
    }

    fn expire_requests(&mut self, now: Instant) {
        while let Some(request) = self.waiting.take_expired(now) {
            self.outcomes.count_lost(&request, Loss::Expired);
        }
    }

    fn pause(&mut self, wait: Duration) {
        let until = Instant::now().checked_add(wait);
        self.paused_until = self.paused_until.max(until);
    }

    fn is_blocked(&self) -> bool {
        let unreachable = self.outcomes.is_unreachable() && self.failures >= MIN_ATTEMPTS;
        self.waiting.is_full() && (self.unauthorized || unreachable)
    }

    fn reply_to_flushes(&mut self) {
        let in_flight = self.in_flight_sequences.iter().copied();
        let waiting = self.waiting.iter().map(|it| it.sequence);
        let progress = Progress {
            received: self.received,
            full: self.waiting.is_full(),
            oldest: waiting.chain(in_flight).min(),
            unauthorized: self.unauthorized,
        };
        self.flushes.reply(&progress, Instant::now());
    }

    /// When the next request is due or expires.
    fn next_wakeup(&self) -> Instant {
        let due = self.waiting.iter().map(|it| it.not_before).min();
        let due = due.map(|due| self.paused_until.map_or(due, |until| until.max(due)));
        let expiry = self.waiting.iter().map(|it| it.deadline).min();
        // With all slots taken, a response comes first.
        let due = due.filter(|_| self.has_free_slot());
        let now = Instant::now();
        let idle = now + IDLE;
        [due, expiry, self.flushes.next_end(now)]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(idle)
            .min(idle)
    }
}

/// One request that hangs must not hold up the others.
const MAX_IN_FLIGHT: usize = 2;

/// Consecutive failures after which the receiver, not the request, is assumed to be
/// the cause.
const FAILURES_BEFORE_PAUSE: u32 = 2;
const MAX_UNAUTHORIZED_PAUSE: Duration = Duration::from_mins(1);
const MIN_ATTEMPT: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_hours(1);
