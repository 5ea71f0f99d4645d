//! Delivery: sends encoded OTLP requests over HTTP and retries them.
//!
//! It receives [`PendingRequest`](pending_request::PendingRequest)s and counts
//! each as exported or lost. Uses `signal_config`, `connection`, `signal` and
//! `report` of the pipeline.
//!
//! The SDK's exporters run on SDK threads without a runtime, and the application
//! has a runtime of any kind or none. So requests go over a channel to one thread
//! with a small runtime of its own, where they wait, are sent and are retried while
//! the exporters continue. No `tracing` subscriber is active on that thread: log
//! lines of the HTTP and TLS libraries must not become spans that are exported in
//! turn.
//!
//! Each signal may have a receiver of its own. So each has an
//! [`Engine`](engine::Engine) with its own pause, failure count, requests in flight
//! and share of the memory. A failing receiver neither delays nor loses other
//! signals. [`Outcomes`](outcomes::Outcomes) counts and reports what becomes of the
//! requests, [`Flushes`](flushes::Flushes) decides how long a flush waits, and
//! [`Support`](support::Support) whether the receiver takes the signal at all.
//!
//! opentelemetry-otlp's own retry gives up after 3 retries of at most 1.6 s and
//! blocks the batch thread meanwhile, so a rate limit of one minute would fill the
//! queue of 2,048 spans. Compressed, 20,000 spans with 4 KB prompts wait in 50 MB.

mod attempt_error;
mod backlog;
mod backoff;
mod command;
mod connector;
mod counted_body;
mod engine;
mod flushes;
pub(super) mod handle;
mod outcomes;
pub(super) mod pending_request;
mod response;
mod support;
mod transport;
mod worker;
