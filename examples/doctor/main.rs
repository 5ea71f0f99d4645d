//! Checks the export of telemetry: settings, connection, clock, and a test trace.
//!
//! Run with `NEW_RELIC_LICENSE_KEY=… cargo run --example doctor`, or with
//! `OTEL_EXPORTER_OTLP_ENDPOINT` for another receiver. Without either it checks a
//! receiver in its own process. The key is never printed.

#![expect(clippy::print_stdout, reason = "it prints its findings")]

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
        println!("Checking the export to {receiver}\n");
    } else {
        println!("None of {} is set:", SETTINGS.join(", "));
        println!("checking the export to a receiver in this process.\n");
        match loopback::start_receiver() {
            Ok(url) => telemetry = Telemetry::otlp().service_name("doctor").endpoint(url),
            Err(error) => return print_failure("receiver", &error),
        }
    }

    let (layer, guard) = match telemetry.layer() {
        Ok(started) => started,
        Err(error) => return print_failure("settings", &error),
    };
    let Some(url) = guard.destination().map(ToOwned::to_owned) else {
        return print_failure(
            "settings",
            &"OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER turns the export off",
        );
    };
    print_success("settings", &format!("spans go to {url}"));
    let trace_id =
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), record_trace);
    match probe::probe_receiver(&url, to_new_relic).await {
        Ok(probe) => {
            let tls = if url.starts_with("https:") {
                " over TLS"
            } else {
                ""
            };
            print_success(
                "connection",
                &format!("response{tls} in {:.0?}", probe.duration),
            );
            print_clock(probe.clock_offset);
        }
        Err(error) => return print_failure("connection", &error),
    }
    let sent = tokio::task::spawn_blocking(move || deliver_trace(guard)).await;
    match sent {
        Ok(Ok(report)) => print_success("test trace", &report),
        Ok(Err(error)) => return print_failure("test trace", &error),
        Err(error) => return print_failure("test trace", &error),
    }
    if to_new_relic {
        println!(
            "\nNew Relic validates spans after accepting them. In one or two minutes this query \
             returns two rows:\n"
        );
        println!("  SELECT * FROM Span WHERE trace.id = '{trace_id}' SINCE 1 hour ago\n");
        println!("and this one returns none, or the reason of a rejection:\n");
        println!("  SELECT timestamp, category, message FROM NrIntegrationError SINCE 1 hour ago");
    } else {
        println!("\nThe trace id is {trace_id}.");
    }
    ExitCode::SUCCESS
}

/// Records a span with a child; returns the trace id.
fn record_trace() -> String {
    let span = tracing::info_span!("doctor");
    let id = span.context().span().span_context().trace_id().to_string();
    span.in_scope(|| tracing::info_span!("chat doctor", gen_ai.provider.name = "aws.bedrock"));
    id
}

fn deliver_trace(guard: TelemetryGuard) -> Result<String, nr_bedrock_observability::Error> {
    guard.flush()?;
    let stats = guard.stats();
    let report = format!(
        "{} spans in {} bytes, {} retries",
        stats.spans().exported(),
        stats.bytes_sent(),
        stats.retried()
    );
    guard.shutdown()?;
    Ok(report)
}

/// New Relic drops spans whose timestamps are more than a day off.
fn print_clock(offset: Option<i64>) {
    match offset {
        None => println!("  --  clock       the response has no Date header"),
        Some(seconds) if seconds.unsigned_abs() > MAX_CLOCK_OFFSET.as_secs() => {
            println!(
                "  !!  clock       {seconds} s ahead of the receiver's: spans will be misplaced"
            );
        }
        Some(seconds) => print_success("clock", &format!("{seconds} s ahead of the receiver's")),
    }
}

fn print_success(check: &str, message: &str) {
    println!("  ok  {check:<11} {message}");
}

fn print_failure(check: &str, error: &dyn std::fmt::Display) -> ExitCode {
    println!("  !!  {check:<11} {error}");
    ExitCode::FAILURE
}

const MAX_CLOCK_OFFSET: Duration = Duration::from_mins(1);
