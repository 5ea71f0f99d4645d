//! Whole workflows, as they arrive at New Relic. In a binary of its own: it
//! installs the pipeline for the process.

#![cfg(all(feature = "telemetry", feature = "opensearch"))]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

mod crowd;
mod question;
mod service;

#[path = "../support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "other tests use the rest")]
mod support;

use std::sync::OnceLock;

use nr_bedrock_observability::{Telemetry, TelemetryGuard};
use support::otlp::{Receiver, Span};

/// The pipeline of the process, and what arrives.
struct Installed {
    receiver: Receiver,
    guard: TelemetryGuard,
}

fn installed() -> &'static Installed {
    static INSTALLED: OnceLock<Installed> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        const KEY: &str = "0123456789012345678901234567890123456789";
        let receiver = Receiver::new_relic(KEY);
        let guard = Telemetry::new_relic()
            // The crowd ends faster than any batch leaves.
            .environment(|name| (name == "OTEL_BSP_MAX_QUEUE_SIZE").then(|| "20000".to_owned()))
            .license_key(KEY)
            .service_name("support-bot")
            .endpoint(receiver.url())
            .install()
            .unwrap();
        Installed { receiver, guard }
    })
}

impl Installed {
    /// What New Relic answers to `FROM Span WHERE {key} = '{value}'`, oldest
    /// first.
    fn spans_where(&self, key: &str, value: &str) -> Vec<Span> {
        self.guard.flush().unwrap();
        let mut spans = self.receiver.spans();
        spans.retain(|span| match key {
            "trace.id" => span.trace_id == value,
            _ => span.attributes.get(key).is_some_and(|it| it == value),
        });
        spans.sort_by_key(|span| span.started);
        spans
    }
}
