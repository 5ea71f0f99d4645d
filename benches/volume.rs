//! Twenty thousand spans with 4 KB prompts, and answers as long, through the
//! pipeline, to a receiver with the limits of New Relic's ingest in the same process.
//!
//! Run with `cargo bench --bench volume`, or `-- 5000` for that many spans a
//! second (default: 2,000). It fails where a span is lost or arrives twice.

#![expect(clippy::print_stdout, reason = "it prints its figures")]

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use nr_bedrock_observability::Telemetry;
use tracing_subscriber::prelude::*;

#[path = "../tests/support/otlp.rs"]
#[expect(dead_code, unreachable_pub, reason = "tests use the rest")]
mod otlp;

const SPANS: u32 = 20_000;
const KEY: &str = "0123456789012345678901234567890123456789";

fn main() -> ExitCode {
    let mut asked = std::env::args().filter_map(|word| word.parse().ok());
    let rate: u32 = asked.next_back().unwrap_or(2_000);
    let receiver = otlp::Receiver::new_relic(KEY);
    receiver.count_only();
    receiver.identify_by("number");
    let telemetry = Telemetry::new_relic()
        .environment(|_| None)
        .license_key(KEY)
        .endpoint(receiver.url());
    let Ok((layer, guard)) = telemetry.layer() else {
        return ExitCode::FAILURE;
    };
    let before = peak_memory();
    let began = Instant::now();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let mut words = Words(1);
        for number in 0..SPANS {
            let prompt = words.prompt();
            let span = tracing::info_span!(
                "chat",
                number = i64::from(number),
                gen_ai.provider.name = "aws.bedrock",
                gen_ai.input.messages = prompt.as_str()
            );
            let answer = words.prompt();
            tracing::info!(parent: &span, content = answer.as_str(), "gen_ai.choice");
            drop(span);
            let due = Duration::from_secs(number.into()) / rate;
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
    });
    let flushed = guard.flush();
    let (took, stats, totals) = (began.elapsed(), guard.stats(), receiver.totals());
    println!("spans       {SPANS}, {rate} a second, in {took:.1?}");
    println!("delivered   {}, twice {}", totals.spans, totals.twice);
    println!(
        "lost        {}",
        stats.spans().dropped() + stats.spans().failed()
    );
    println!(
        "requests    {}, the largest {} bytes",
        totals.requests, totals.largest
    );
    println!("on the wire {} bytes", stats.bytes_sent());
    println!("peak memory {} KiB, before {before} KiB", peak_memory());
    println!("problems    {:?}", receiver.problems());
    let _ = guard.shutdown();
    // A sum would not show a lost span beside a duplicate.
    let numbers: BTreeSet<_> = (0..SPANS).map(|number| number.to_string()).collect();
    let all_once = receiver.identities() == numbers && totals.twice == 0;
    if all_once && flushed.is_ok() && receiver.problems().is_empty() {
        ExitCode::SUCCESS
    } else {
        println!("not every span arrived once: {flushed:?}");
        ExitCode::FAILURE
    }
}

/// In KiB, as the system knows it.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let digits = line.map(|line| {
        line.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    });
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Prompts of words, which compress as prose does.
struct Words(u64);

impl Words {
    fn prompt(&mut self) -> String {
        let mut prompt = String::with_capacity(4_096);
        while prompt.len() < 4_000 {
            let length = 2 + self.next() % 7;
            for _ in 0..length {
                let letter = u8::try_from(self.next() % 20).unwrap_or(0);
                prompt.push(char::from(b'a' + letter));
            }
            // A third of the words are a few that come again and again.
            if self.next().is_multiple_of(3) {
                prompt.push_str(" the refund of your order");
            }
            prompt.push(' ');
        }
        prompt
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 40
    }
}
