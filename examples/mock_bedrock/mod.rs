//! A mock Bedrock on 127.0.0.1, for examples and integration tests.
//!
//! It speaks Bedrock's HTTP protocol, event streams included, so the AWS SDK in
//! front of it is the real one.
//!
//! - A test starts a [`MockBedrock`], queues an [`Answer`] for each request, with a
//!   fault where it needs one, and checks the [`Request`]s that arrived.
//! - An example calls [`start`]. Requests without a queued answer are answered
//!   by [`replies`], from the request alone.

#![expect(
    clippy::expect_used,
    unreachable_pub,
    reason = "a module of tests and examples: no other crate can reach it"
)]

mod answer;
pub mod frames;
mod http;
mod replies;
mod server;

pub use answer::{Answer, REQUEST_ID};
pub use http::Request;
pub use server::{MockBedrock, start};
