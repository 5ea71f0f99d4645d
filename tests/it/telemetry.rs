//! The pipeline, seen from outside: what arrives, what is counted, what is
//! said. Each test has a subscriber and a receiver of its own.

#![expect(clippy::panic, clippy::unwrap_used, reason = "test code")]

mod composed;
mod console;
mod crossed;
mod delivery;
mod environments;
mod form;
mod limits;
#[cfg(feature = "logs")]
mod logs;
mod metrics;
mod network;
mod outages;
mod private_fields;
mod second_destination;
mod settings;
mod unsupported;
mod volume;
mod waits;
mod warnings;

use nr_bedrock_observability::{Telemetry, TelemetryGuard};
use tracing::dispatcher::{self, Dispatch};
use tracing_subscriber::prelude::*;

use crate::support::otlp::Receiver;

const KEY: &str = "eu01xxSECRETSECRETSECRETSECRETSECRETNRAL";

/// New Relic's pipeline, brought to the receiver; no variable of this machine
/// plays a part.
fn to(receiver: &Receiver) -> Telemetry {
    Telemetry::new_relic()
        .environment(|_| None)
        .license_key(KEY)
        .service_name("support-bot")
        .endpoint(receiver.url())
}

/// A subscriber for one thread at a time, in place of a global one.
fn subscribe(telemetry: Telemetry) -> (Dispatch, TelemetryGuard) {
    let (layer, guard) = telemetry.layer().unwrap();
    (
        Dispatch::new(tracing_subscriber::registry().with(layer)),
        guard,
    )
}

/// A span with a child.
fn trace() {
    tracing::info_span!("answer").in_scope(|| {
        tracing::info_span!("retrieval", top_k = 3_i64).in_scope(|| ());
    });
}

fn with(dispatch: &Dispatch, work: impl FnOnce()) {
    dispatcher::with_default(dispatch, work);
}
