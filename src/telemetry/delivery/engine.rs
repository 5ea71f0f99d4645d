//! The loop that sends the requests of one signal, waits and sends again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use hyper_util::client::legacy::connect::Connect;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::backoff::{backoff, next_try};
use super::handle::{Flushed, Order};
use super::pending_request::Parcel;
use super::response::{Answer, Verdict};
use super::transport::Transport;
use crate::telemetry::export::batcher::repack;
use crate::telemetry::report::counters::{Counters, Loss};
use crate::telemetry::report::diagnostics::say_trouble;
use crate::telemetry::signal::Signal;

pub(super) struct Engine<C> {
    transport: Transport<C>,
    counters: Arc<Counters>,
    waiting: VecDeque<Parcel>,
    waiting_bytes: usize,
    max_waiting_bytes: usize,
    on_the_way: JoinSet<(Parcel, Result<Answer, String>)>,
    /// Numbers of the parcels that are on the way.
    numbers: Vec<u64>,
    /// Nothing is sent before.
    paused: Option<Instant>,
    /// The receiver does not know the sender.
    unknown: bool,
    /// Tries in a row that failed, whichever parcel's.
    failures: u32,
    received: u64,
    flushes: Vec<(u64, SyncSender<Flushed>)>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Engine<C> {
    pub(super) fn new(signal: Signal, transport: Transport<C>, counters: Arc<Counters>) -> Self {
        Self {
            transport,
            counters,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            max_waiting_bytes: max_waiting_bytes(signal),
            on_the_way: JoinSet::new(),
            numbers: Vec::new(),
            paused: None,
            unknown: false,
            failures: 0,
            received: 0,
            flushes: Vec::new(),
        }
    }

    /// Until it is told to stop, or nobody is left to tell.
    pub(super) async fn run(
        mut self,
        mut handed: mpsc::Receiver<Vec<Parcel>>,
        mut orders: mpsc::UnboundedReceiver<Order>,
    ) {
        let stopped = loop {
            self.send_what_is_due();
            self.answer_flushes();
            let wake = self.wake();
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some(Order::Flush(number, reply)) => self.flushes.push((number, reply)),
                    Some(Order::Stop(reply)) => break Some(reply),
                    None => break None,
                },
                Some(done) = self.on_the_way.join_next(), if !self.on_the_way.is_empty() => {
                    if let Ok((parcel, answer)) = done {
                        self.arrived(parcel, answer);
                    }
                }
                Some(parcels) = handed.recv(), if self.waiting_bytes < self.max_waiting_bytes => {
                    self.received += 1;
                    for parcel in parcels {
                        self.push(parcel);
                    }
                }
                () = tokio::time::sleep_until(wake.into()) => {}
            }
        };
        // Before the answer, so that nothing is handed over or counted after it.
        handed.close();
        self.on_the_way.abort_all();
        drop(self);
        if let Some(reply) = stopped {
            let _ = reply.send(Flushed::All);
        }
    }

    fn send_what_is_due(&mut self) {
        let now = Instant::now();
        self.give_up_what_is_late(now);
        if self.paused.is_some_and(|until| now < until) {
            return;
        }
        self.paused = None;
        self.unknown = false;
        while self.has_place()
            && let Some(due) = self.waiting.iter().position(|it| it.not_before <= now)
            && let Some(parcel) = self.waiting.remove(due)
        {
            self.waiting_bytes -= parcel.body.len();
            self.send(parcel, now);
        }
    }

    /// After failures one try tells as much as several.
    fn has_place(&self) -> bool {
        let most = if self.failures == 0 {
            MAX_ON_THE_WAY
        } else {
            1
        };
        self.on_the_way.len() < most
    }

    fn send(&mut self, parcel: Parcel, now: Instant) {
        if parcel.tries > 0 {
            self.counters.add_retried();
        }
        self.counters.add_bytes(parcel.body.len());
        self.numbers.push(parcel.number);
        let left = parcel.deadline.saturating_duration_since(now);
        let timeout = parcel.route.attempt().min(left).max(SHORTEST_TRY);
        let transport = self.transport.clone();
        self.on_the_way.spawn(async move {
            let answer = transport.send(&parcel, timeout).await;
            (parcel, answer)
        });
    }

    fn arrived(&mut self, mut parcel: Parcel, answer: Result<Answer, String>) {
        if let Some(at) = self.numbers.iter().position(|it| *it == parcel.number) {
            self.numbers.swap_remove(at);
        }
        let signal = parcel.signal();
        let (verdict, problem) = match &answer {
            Ok(answer) => (
                answer.verdict(),
                answer.describe(signal, parcel.route.new_relic),
            ),
            Err(problem) => (Verdict::Again(None), problem.clone()),
        };
        parcel.problem = format!("{}: {problem}", parcel.route.receiver());
        if matches!(verdict, Verdict::Again(_) | Verdict::Unauthorized) {
            self.failures = self.failures.saturating_add(1);
            self.counters.note(signal, &parcel.problem);
        } else {
            self.failures = 0;
        }
        match verdict {
            Verdict::Accepted => self.accepted(&parcel, answer.ok()),
            Verdict::Again(asked) => self.again(parcel, asked),
            Verdict::TooLarge => self.in_pieces(&parcel),
            Verdict::Unauthorized => {
                self.unknown = true;
                say_trouble(&self.counters, signal);
                // A key may be valid a little later, or be put right at the
                // receiver; until then one request now and then is enough.
                let pause = (parcel.route.deadline / 2).min(UNKNOWN_PAUSE);
                self.again(parcel, Some(pause));
            }
            Verdict::Refused => self.lost(&parcel, Loss::Refused),
        }
    }

    fn accepted(&self, parcel: &Parcel, answer: Option<Answer>) {
        let signal = parcel.signal();
        let (rejected, why) = answer.map_or((0, String::new()), |it| (it.rejected, it.problem));
        let rejected = rejected.min(parcel.items);
        self.counters.add_exported(signal, parcel.items - rejected);
        if rejected > 0 {
            let problem = format!(
                "{} refused {}: {why}",
                parcel.route.receiver(),
                signal.items(0)
            );
            self.counters
                .add_lost(signal, rejected, Loss::Rejected, &problem);
            say_trouble(&self.counters, signal);
        }
    }

    fn again(&mut self, mut parcel: Parcel, asked: Option<Duration>) {
        parcel.tries += 1;
        let now = Instant::now();
        match asked {
            // A limit is one of the account, not of the request.
            Some(wait) => self.pause(wait),
            None if self.failures > FEW => self.pause(backoff(self.failures - FEW)),
            None => {}
        }
        match next_try(&parcel, asked, now) {
            Some(next) => {
                parcel.not_before = next;
                self.push(parcel);
            }
            None => self.lost(&parcel, Loss::Expired),
        }
    }

    fn in_pieces(&mut self, parcel: &Parcel) {
        let pieces = repack(parcel, &self.counters);
        if pieces.is_empty() {
            self.lost(parcel, Loss::Refused);
        }
        for piece in pieces.into_iter().rev() {
            self.waiting_bytes += piece.body.len();
            self.waiting.push_front(piece);
        }
    }

    fn give_up_what_is_late(&mut self, now: Instant) {
        while let Some(late) = self.waiting.iter().position(|it| it.deadline <= now)
            && let Some(parcel) = self.waiting.remove(late)
        {
            self.waiting_bytes -= parcel.body.len();
            self.lost(&parcel, Loss::Expired);
        }
    }

    fn lost(&self, parcel: &Parcel, loss: Loss) {
        let (signal, items) = (parcel.signal(), parcel.items);
        let problem = if parcel.problem.is_empty() {
            self.counters.problem(signal)
        } else {
            parcel.problem.clone()
        };
        self.counters.add_lost(signal, items, loss, &problem);
        say_trouble(&self.counters, signal);
    }

    fn push(&mut self, parcel: Parcel) {
        self.waiting_bytes += parcel.body.len();
        self.waiting.push_back(parcel);
    }

    fn pause(&mut self, wait: Duration) {
        let until = Instant::now().checked_add(wait);
        self.paused = self.paused.max(until);
    }

    fn answer_flushes(&mut self) {
        let on_the_way = self.numbers.iter().copied();
        let oldest = self
            .waiting
            .iter()
            .map(|it| it.number)
            .chain(on_the_way)
            .min();
        let (received, unknown) = (self.received, self.unknown);
        self.flushes.retain(|(number, reply)| {
            let arrived = received >= *number;
            if arrived && oldest.is_none_or(|oldest| oldest >= *number) {
                let _ = reply.try_send(Flushed::All);
                return false;
            }
            if arrived && unknown {
                let _ = reply.try_send(Flushed::Paused);
                return false;
            }
            true
        });
    }

    /// When there is something to do, if nothing happens before.
    fn wake(&self) -> Instant {
        let due = self.waiting.iter().map(|it| it.not_before).min();
        let due = due.map(|due| self.paused.map_or(due, |until| until.max(due)));
        let late = self.waiting.iter().map(|it| it.deadline).min();
        // With all places taken, what comes next is an arrival.
        let due = due.filter(|_| self.has_place());
        let far = Instant::now() + IDLE;
        [due, late]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(far)
            .min(far)
    }
}

/// Requests in flight: one that hangs must not hold the others up.
const MAX_ON_THE_WAY: usize = 2;
/// Compressed bytes that wait. Beyond that, telemetry stays in the queue in front
/// of the signal's exporter, which drops and counts when it is full. Each signal
/// has its own share, so that a failing receiver takes no space from the others.
fn max_waiting_bytes(signal: Signal) -> usize {
    let mebibytes = match signal {
        Signal::Traces => 64,
        Signal::Logs => 32,
        Signal::Metrics => 8,
    };
    mebibytes * 1024 * 1024
}

/// Failures in a row after which the receiver, and not a request, is taken to
/// be the cause.
const FEW: u32 = 2;
/// At most: a wrong key does not become right soon.
const UNKNOWN_PAUSE: Duration = Duration::from_mins(1);
const SHORTEST_TRY: Duration = Duration::from_millis(50);
const IDLE: Duration = Duration::from_hours(1);
