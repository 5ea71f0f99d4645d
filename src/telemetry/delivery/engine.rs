//! [`Engine`]: sends and retries the requests of one signal.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use hyper_util::client::legacy::connect::Connect;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::backoff::{compute_backoff, schedule_retry};
use super::command::{Command, FlushResult};
use super::pending_request::PendingRequest;
use super::response::{ExportResponse, RetryDecision};
use super::transport::Transport;
use crate::telemetry::report::counters::{Counters, Loss};
use crate::telemetry::report::diagnostics::log_first_failure;
use crate::telemetry::signal::Signal;

/// Splits a request that the receiver found too large. Returns nothing if it cannot
/// become smaller.
pub(crate) type SplitRequest = fn(&PendingRequest, &Counters) -> Vec<PendingRequest>;

pub(super) struct Engine<C> {
    transport: Transport<C>,
    counters: Arc<Counters>,
    split: SplitRequest,
    waiting: VecDeque<PendingRequest>,
    waiting_bytes: usize,
    max_waiting_bytes: usize,
    in_flight: JoinSet<(PendingRequest, Result<ExportResponse, String>)>,
    /// Sequence numbers of the requests in flight.
    in_flight_sequences: Vec<u64>,
    /// Nothing is sent before this time.
    paused_until: Option<Instant>,
    /// The last response was an authentication failure.
    unauthorized: bool,
    /// Consecutive failed attempts, of any request.
    failures: u32,
    received: u64,
    flushes: Vec<(u64, SyncSender<FlushResult>)>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Engine<C> {
    pub(super) fn new(
        signal: Signal,
        transport: Transport<C>,
        counters: Arc<Counters>,
        split: SplitRequest,
    ) -> Self {
        Self {
            transport,
            counters,
            split,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            max_waiting_bytes: max_waiting_bytes(signal),
            in_flight: JoinSet::new(),
            in_flight_sequences: Vec::new(),
            paused_until: None,
            unauthorized: false,
            failures: 0,
            received: 0,
            flushes: Vec::new(),
        }
    }

    /// Runs until a stop command, or until all handles are dropped.
    pub(super) async fn run(
        mut self,
        mut submissions: mpsc::Receiver<Vec<PendingRequest>>,
        mut commands: mpsc::UnboundedReceiver<Command>,
    ) {
        let stopped = loop {
            self.send_due_requests();
            self.reply_to_flushes();
            let wakeup = self.next_wakeup();
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(Command::Flush(sequence, reply)) => self.flushes.push((sequence, reply)),
                    Some(Command::Stop(reply)) => break Some(reply),
                    None => break None,
                },
                Some(done) = self.in_flight.join_next(), if !self.in_flight.is_empty() => {
                    if let Ok((request, response)) = done {
                        self.handle_response(request, response);
                    }
                }
                Some(requests) = submissions.recv(), if self.waiting_bytes < self.max_waiting_bytes => {
                    self.received += 1;
                    for request in requests {
                        self.push_back(request);
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
            && let Some(due) = self.waiting.iter().position(|it| it.not_before <= now)
            && let Some(request) = self.waiting.remove(due)
        {
            self.waiting_bytes -= request.body.len();
            self.send(request, now);
        }
    }

    /// After a failure one attempt at a time shows whether the receiver is back.
    fn has_free_slot(&self) -> bool {
        let slots = if self.failures == 0 { MAX_IN_FLIGHT } else { 1 };
        self.in_flight.len() < slots
    }

    fn send(&mut self, request: PendingRequest, now: Instant) {
        if request.attempts > 0 {
            self.counters.retried.add(1_u64);
        }
        self.counters.bytes_sent.add(request.body.len());
        self.in_flight_sequences.push(request.sequence);
        let left = request.deadline.saturating_duration_since(now);
        let timeout = request.config.attempt_timeout().min(left).max(MIN_ATTEMPT);
        let transport = self.transport.clone();
        self.in_flight.spawn(async move {
            let response = transport.send(&request, timeout).await;
            (request, response)
        });
    }

    fn handle_response(
        &mut self,
        mut request: PendingRequest,
        response: Result<ExportResponse, String>,
    ) {
        let mut in_flight = self.in_flight_sequences.iter();
        if let Some(at) = in_flight.position(|it| *it == request.sequence) {
            self.in_flight_sequences.swap_remove(at);
        }
        let signal = request.signal();
        let (decision, problem) = match &response {
            Ok(response) => (
                response.decide_retry(),
                response.describe(signal, request.config.new_relic),
            ),
            Err(problem) => (RetryDecision::Retry(None), problem.clone()),
        };
        request.problem = format!("{}: {problem}", request.config.display_url());
        if matches!(
            decision,
            RetryDecision::Retry(_) | RetryDecision::Unauthorized
        ) {
            self.failures = self.failures.saturating_add(1);
            self.counters.set_problem(signal, &request.problem);
        } else {
            self.failures = 0;
        }
        match decision {
            RetryDecision::Accepted => self.count_accepted(&request, response.ok()),
            RetryDecision::Retry(retry_after) => self.retry(request, retry_after),
            RetryDecision::Split => self.split_request(&request),
            RetryDecision::Unauthorized => {
                self.unauthorized = true;
                log_first_failure(&self.counters, signal);
                // A new key may take a while to become valid, or the account may be
                // fixed at the receiver; until then an occasional request is enough.
                let pause = (request.config.timeout / 2).min(MAX_UNAUTHORIZED_PAUSE);
                self.retry(request, Some(pause));
            }
            RetryDecision::Refused => self.count_lost(&request, Loss::Refused),
        }
    }

    fn count_accepted(&self, request: &PendingRequest, response: Option<ExportResponse>) {
        let signal = request.signal();
        let (rejected, reason) =
            response.map_or((0, String::new()), |it| (it.rejected, it.rejection));
        let rejected = rejected.min(request.items);
        let exported = &self.counters.signal(signal).exported;
        exported.add(request.items - rejected);
        if rejected > 0 {
            let url = request.config.display_url();
            let problem = format!("{url} rejected {}: {reason}", signal.item_name(0));
            self.counters
                .add_lost(signal, rejected, Loss::Rejected, &problem);
            log_first_failure(&self.counters, signal);
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
                self.push_back(request);
            }
            None => self.count_lost(&request, Loss::Expired),
        }
    }

    fn split_request(&mut self, request: &PendingRequest) {
        let pieces = (self.split)(request, &self.counters);
        if pieces.is_empty() {
            self.count_lost(request, Loss::Refused);
        }
        for piece in pieces.into_iter().rev() {
            self.waiting_bytes += piece.body.len();
            self.waiting.push_front(piece);
        }
    }

    fn expire_requests(&mut self, now: Instant) {
        while let Some(late) = self.waiting.iter().position(|it| it.deadline <= now)
            && let Some(request) = self.waiting.remove(late)
        {
            self.waiting_bytes -= request.body.len();
            self.count_lost(&request, Loss::Expired);
        }
    }

    fn count_lost(&self, request: &PendingRequest, loss: Loss) {
        let (signal, items) = (request.signal(), request.items);
        let problem = if request.problem.is_empty() {
            self.counters.last_problem(signal)
        } else {
            request.problem.clone()
        };
        self.counters.add_lost(signal, items, loss, &problem);
        log_first_failure(&self.counters, signal);
    }

    fn push_back(&mut self, request: PendingRequest) {
        self.waiting_bytes += request.body.len();
        self.waiting.push_back(request);
    }

    fn pause(&mut self, wait: Duration) {
        let until = Instant::now().checked_add(wait);
        self.paused_until = self.paused_until.max(until);
    }

    fn reply_to_flushes(&mut self) {
        let in_flight = self.in_flight_sequences.iter().copied();
        let waiting = self.waiting.iter().map(|it| it.sequence);
        let oldest = waiting.chain(in_flight).min();
        let (received, unauthorized) = (self.received, self.unauthorized);
        self.flushes.retain(|(sequence, reply)| {
            let all_received = received >= *sequence;
            if all_received && oldest.is_none_or(|oldest| oldest >= *sequence) {
                let _ = reply.try_send(FlushResult::Complete);
                return false;
            }
            if all_received && unauthorized {
                let _ = reply.try_send(FlushResult::Paused);
                return false;
            }
            true
        });
    }

    /// When the next request is due or expires.
    fn next_wakeup(&self) -> Instant {
        let due = self.waiting.iter().map(|it| it.not_before).min();
        let due = due.map(|due| self.paused_until.map_or(due, |until| until.max(due)));
        let expiry = self.waiting.iter().map(|it| it.deadline).min();
        // With all slots taken, a response comes first.
        let due = due.filter(|_| self.has_free_slot());
        let idle = Instant::now() + IDLE;
        [due, expiry]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(idle)
            .min(idle)
    }
}

/// One request that hangs must not hold up the others.
const MAX_IN_FLIGHT: usize = 2;

/// Compressed bytes that may wait. Beyond that, telemetry stays in the queue in
/// front of the exporter, which drops and counts when it is full. Each signal has
/// its own share, so that a failing receiver takes no space from the others.
fn max_waiting_bytes(signal: Signal) -> usize {
    let mebibytes = match signal {
        Signal::Traces => 64,
        Signal::Logs => 32,
        Signal::Metrics => 8,
    };
    mebibytes * 1024 * 1024
}

/// Consecutive failures after which the receiver, not the request, is assumed to be
/// the cause.
const FAILURES_BEFORE_PAUSE: u32 = 2;
const MAX_UNAUTHORIZED_PAUSE: Duration = Duration::from_mins(1);
const MIN_ATTEMPT: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_hours(1);
