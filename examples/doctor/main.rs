//! Says whether telemetry would arrive: looks at the settings, the receiver, the
//! clock, and sends one trace.
//!
//! Run with `NEW_RELIC_LICENSE_KEY=… cargo run --example doctor`, or with
//! `OTEL_EXPORTER_OTLP_ENDPOINT` for another receiver. With neither it looks at
//! a receiver of its own, to show what it says. The key is never printed.

#![expect(clippy::print_stdout, reason = "it prints what it finds")]

mod loopback;
mod probe;

use std::process::ExitCode;
use std::time::Duration;

use nr_bedrock_observability::{Telemetry, TelemetryGuard};
use opentelemetry::trace::TraceContextExt as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::prelude::*;

const SETTINGS: [&str; 4] = [
    "NEW_RELIC_LICENSE_KEY",
    "NEW_RELIC_INSERT_KEY",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut telemetry = Telemetry::from_env().service_name("doctor");
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let to_new_relic = SETTINGS.iter().take(2).any(|name| is_set(name));
    if SETTINGS.iter().any(|name| is_set(name)) {
        let receiver = if to_new_relic {
            "New Relic"
        } else {
            "the receiver"
        };
        println!("The way to {receiver}\n");
    } else {
        println!("None of {} is set:", SETTINGS.join(", "));
        println!("this is the way to a receiver on this machine.\n");
        match loopback::start() {
            Ok(url) => telemetry = Telemetry::otlp().service_name("doctor").endpoint(url),
            Err(error) => return failed("receiver", &error),
        }
    }

    let (layer, guard) = match telemetry.layer() {
        Ok(started) => started,
        Err(error) => return failed("settings", &error),
    };
    let Some(url) = guard.destination().map(ToOwned::to_owned) else {
        return failed(
            "settings",
            &"OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER keeps spans here",
        );
    };
    fine("settings", &format!("spans go to {url}"));
    let trace =
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), trace);
    match probe::ask(&url, to_new_relic).await {
        Ok(seen) => {
            let how = if url.starts_with("https:") {
                " over TLS"
            } else {
                ""
            };
            fine("connection", &format!("answered{how} in {:.0?}", seen.took));
            clock(seen.ahead);
        }
        Err(error) => return failed("connection", &error),
    }
    let sent = tokio::task::spawn_blocking(move || deliver(guard)).await;
    match sent {
        Ok(Ok(said)) => fine("test trace", &said),
        Ok(Err(error)) => return failed("test trace", &error),
        Err(error) => return failed("test trace", &error),
    }
    if to_new_relic {
        println!(
            "\nNew Relic accepts before it looks inside. In a minute or two this has two rows:\n"
        );
        println!("  SELECT * FROM Span WHERE trace.id = '{trace}' SINCE 1 hour ago\n");
        println!("and this none, or the reason:\n");
        println!("  SELECT timestamp, category, message FROM NrIntegrationError SINCE 1 hour ago");
    } else {
        println!("\nThe trace is {trace}.");
    }
    ExitCode::SUCCESS
}

/// A span with a child; gives the trace's id.
fn trace() -> String {
    let span = tracing::info_span!("doctor");
    let id = span.context().span().span_context().trace_id().to_string();
    span.in_scope(|| tracing::info_span!("chat doctor", gen_ai.provider.name = "aws.bedrock"));
    id
}

fn deliver(guard: TelemetryGuard) -> Result<String, nr_bedrock_observability::Error> {
    guard.flush()?;
    let stats = guard.stats();
    let said = format!(
        "{} spans in {} bytes, {} tries again",
        stats.exported(),
        stats.bytes_sent(),
        stats.retried()
    );
    guard.shutdown()?;
    Ok(said)
}

/// New Relic leaves out what is more than a day off.
fn clock(ahead: Option<i64>) {
    match ahead {
        None => println!("  --  clock       the receiver does not tell the time"),
        Some(seconds) if seconds.unsigned_abs() > TOLERABLE.as_secs() => {
            println!(
                "  !!  clock       this machine's is {seconds} s ahead: spans will be misplaced"
            );
        }
        Some(seconds) => fine("clock", &format!("{seconds} s ahead of the receiver's")),
    }
}

fn fine(what: &str, said: &str) {
    println!("  ok  {what:<11} {said}");
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> ExitCode {
    println!("  !!  {what:<11} {error}");
    ExitCode::FAILURE
}

const TOLERABLE: Duration = Duration::from_mins(1);
