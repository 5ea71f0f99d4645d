//! [`Backlog`]: the requests that wait for an attempt.

use std::collections::VecDeque;
use std::time::Instant;

use super::pending_request::{PendingRequest, max_waiting_bytes};
use crate::telemetry::report::failure::Failure;
use crate::telemetry::signal::Signal;

pub(super) struct Backlog {
    requests: VecDeque<PendingRequest>,
    bytes: usize,
    max_bytes: usize,
}

impl Backlog {
    pub(super) fn new(signal: Signal) -> Self {
        Self {
            requests: VecDeque::new(),
            bytes: 0,
            max_bytes: max_waiting_bytes(signal),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= self.max_bytes
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &PendingRequest> {
        self.requests.iter()
    }

    pub(super) fn push_back(&mut self, request: PendingRequest) {
        self.bytes += request.body.len();
        self.requests.push_back(request);
    }

    pub(super) fn push_front(&mut self, request: PendingRequest) {
        self.bytes += request.body.len();
        self.requests.push_front(request);
    }

    /// The first request whose next attempt is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<PendingRequest> {
        self.take_first(|request| request.not_before <= now)
    }

    /// The first request whose time is over.
    pub(super) fn take_expired(&mut self, now: Instant) -> Option<PendingRequest> {
        self.take_first(|request| request.deadline <= now)
    }

    fn take_first(&mut self, is_taken: impl Fn(&PendingRequest) -> bool) -> Option<PendingRequest> {
        let request = self.requests.iter().position(is_taken)?;
        let request = self.requests.remove(request)?;
        self.bytes -= request.body.len();
        Some(request)
    }

    pub(super) fn take_all(&mut self) -> VecDeque<PendingRequest> {
        self.bytes = 0;
        std::mem::take(&mut self.requests)
    }

    /// Ends the wait of requests whose last attempt failed in this way.
    pub(super) fn make_due(&mut self, failed: impl Fn(&Failure) -> bool) {
        let now = Instant::now();
        for request in &mut self.requests {
            if request.failure.as_ref().is_some_and(&failed) {
                request.not_before = now;
            }
        }
    }
}
