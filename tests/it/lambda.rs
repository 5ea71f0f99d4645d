//! Invocations of AWS Lambda: the example against a loopback runtime API, and the
//! helper around handlers of its own.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nr_bedrock_observability::Telemetry;
use nr_bedrock_observability::lambda::{Invocation, Invocations, Trigger};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanProcessor};
use serde_json::json;
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::prelude::*;

use crate::support::lambda_api::LambdaApi;
use crate::support::otlp::{Fault, Receiver, Span};

/// Three invocations of the example, the second one with the receiver away: all is
/// delivered and counted, and only the second one pays for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_invocations_pay_for_an_absent_receiver_once() {
    let receiver = Receiver::start();
    let mut api = LambdaApi::start();
    let cargo = ["build", "--quiet", "--example", "lambda"];
    let built = Command::new(env!("CARGO"))
        .args(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(built.unwrap().success());
    let function = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "lambda"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NEW_RELIC_LICENSE_KEY")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        .env("OTEL_METRICS_EXPORTER", "none")
        .env("OTEL_PROPAGATORS", "xray,tracecontext,baggage")
        .env("AWS_LAMBDA_RUNTIME_API", &api.address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "support-function")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "7")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();

    let question = json!({"question": "How long do refunds take?"}).to_string();
    let mut paid = Vec::new();
    for away in [false, true, false] {
        if away {
            receiver.go_away(Duration::from_millis(1_500));
        }
        let outcome = api.invoke(&question, TRACE_HEADER).await;
        assert!(
            !outcome.failed && outcome.body.contains("answer"),
            "{outcome:?}"
        );
        paid.push(outcome.took);
        if !away && paid.len() == 1 {
            // Not in the background: before the function was frozen.
            assert_eq!(receiver.spans().len(), 2);
        }
    }
    println!("paid by each invocation: {paid:?}");
    // The model takes 0.6 s, the flush at most 1 s while the receiver is away.
    let [first, away, last] = paid.try_into().unwrap();
    assert!(first < Duration::from_millis(1_500), "{first:?}");
    assert!(away < Duration::from_secs(3), "{away:?}");
    assert!(last < Duration::from_millis(1_500), "{last:?}");

    // A failed invocation passes through, and is seen.
    let outcome = api.invoke("{}", TRACE_HEADER).await;
    assert!(
        outcome.failed && outcome.body.contains("the event has no"),
        "{outcome:?}"
    );

    let until = Instant::now() + Duration::from_secs(10);
    while receiver.spans().len() < 7 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(api);
    let output = tokio::task::spawn_blocking(|| function.wait_with_output());
    let output = output.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("spans exported: 7, waiting: 0, lost: 0"),
        "{said}"
    );

    let all = receiver.spans();
    for (index, cold) in [(1, true), (2, false), (3, false), (4, false)] {
        let root = invocation(&all, &format!("request-{index}"));
        assert_eq!(root.name, "support-function");
        assert_eq!(root.trace_id, "5bef4de7ad49b0e87f6ef6c87fc2e700");
        assert_eq!(root.parent_id, "9a9197af755a6419");
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:support-function";
        for (key, value) in [
            ("faas.coldstart", json!(cold)),
            ("faas.trigger", json!("other")),
            ("cloud.resource_id", json!(format!("{arn}:7"))),
            ("aws.lambda.invoked_arn", json!(format!("{arn}:live"))),
        ] {
            assert_eq!(root.attributes[key], value, "{key}");
        }
        let calls = all.iter().filter(|span| span.parent_id == root.id);
        assert_eq!(calls.count(), usize::from(index < 4));
    }
    let failed = invocation(&all, "request-4");
    assert!(failed.error.is_some());
    assert_eq!(failed.attributes["error.type"], "_OTHER");
}

/// Each of several invocations in a row waits only a little, and the first one after
/// the receiver's return waits again until all has arrived.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absent_receiver_is_remembered_until_a_flush_succeeds() {
    let receiver = Receiver::start();
    let limit = Duration::from_secs(2);
    let (invocations, subscriber) = start(&receiver, limit);
    let run = async |id: &str| {
        let started = Instant::now();
        let handler = async { Ok::<_, std::fmt::Error>(()) };
        let run = invocations.run(Invocation::new(id), handler);
        run.with_subscriber(subscriber.clone()).await.unwrap();
        started.elapsed()
    };
    let first = run("1").await;
    assert_eq!(receiver.spans().len(), 1);
    receiver.outage(Duration::from_secs(4), Fault::Status(503, None));
    let away = run("2").await;
    let mut remembered = Vec::new();
    for id in ["3", "4", "5"] {
        remembered.push(run(id).await);
    }
    println!("paid: {first:?}, then {away:?}, then {remembered:?}");
    assert!(first < limit, "{first:?}");
    assert!(away >= limit && away < limit * 2, "{away:?}");
    let most = remembered.iter().max().unwrap();
    assert!(*most < limit / 2, "{remembered:?}");
    // Nothing was lost meanwhile.
    let until = Instant::now() + Duration::from_secs(9);
    let all = ["1", "2", "3", "4", "5"];
    let arrived = || all.iter().all(|id| find(&receiver.spans(), id).is_some());
    while !arrived() && Instant::now() < until {
        run("more").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(arrived());
    run("last").await;
    invocations.telemetry().flush().unwrap();
    invocation(&receiver.spans(), "last");
    let stats = invocations.telemetry().stats().spans();
    assert_eq!((stats.waiting(), stats.failed() + stats.dropped()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn result_and_panic_of_a_handler_pass_through_after_the_flush() {
    let receiver = Receiver::start();
    let (invocations, subscriber) = start(&receiver, Duration::from_secs(5));
    let run = async |invocation: Invocation, result: Result<u8, std::fmt::Error>| {
        let handler = async move {
            tracing::info_span!("step").in_scope(|| ());
            result
        };
        let run = invocations.run(invocation, handler);
        run.with_subscriber(subscriber.clone()).await
    };
    let queue = Invocation::new("ok").trigger(Trigger::Pubsub);
    assert_eq!(run(queue, Ok(7)).await, Ok(7));
    let error = run(Invocation::new("error"), Err(std::fmt::Error)).await;
    assert_eq!(error, Err(std::fmt::Error));
    let (panicking, current) = (invocations.clone(), subscriber.clone());
    let task = tokio::spawn(async move {
        let handler = async { panic!("on purpose") };
        let run = panicking.run::<u8, std::fmt::Error>(Invocation::new("panic"), handler);
        run.with_subscriber(current).await
    });
    let panic = task.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));

    let all = receiver.spans();
    assert_eq!(all.len(), 5);
    let status = |id: &str| {
        let span = invocation(&all, id);
        (
            span.error.is_some(),
            span.attributes.get("error.type").cloned(),
        )
    };
    assert_eq!(status("ok"), (false, None));
    assert_eq!(status("error"), (true, Some(json!("core::fmt::Error"))));
    assert_eq!(status("panic"), (true, Some(json!("panic"))));
    assert_eq!(invocation(&all, "ok").attributes["faas.trigger"], "pubsub");
    let step = all.iter().find(|span| span.name == "step").unwrap();
    assert_eq!(step.parent_id, invocation(&all, "ok").id);
}

/// It never returns from a flush.
#[derive(Debug)]
struct Hanging;

impl SpanProcessor for Hanging {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &opentelemetry::Context) {}

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        std::thread::sleep(Duration::from_mins(1));
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// A second destination that hangs costs a bounded number of threads, and holds up the
/// first destination no more than a slow batch.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_of_flushes_that_hang_do_not_pile_up() {
    let receiver = Receiver::start();
    let variables = |name: &str| (name == "OTEL_BSP_SCHEDULE_DELAY").then(|| "50".to_owned());
    let telemetry = Telemetry::otlp().environment(variables);
    let telemetry = telemetry.endpoint(receiver.url()).span_processor(Hanging);
    let (layer, guard) = telemetry.layer().unwrap();
    let subscriber = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    let invocations = Invocations::new(guard).flush_within(Duration::from_millis(5));
    let before = flush_threads();
    for number in 0..200 {
        let invocation = Invocation::new(number.to_string());
        let handler = async { Ok::<_, std::fmt::Error>(()) };
        let run = invocations.run(invocation, handler);
        run.with_subscriber(subscriber.clone()).await.unwrap();
    }
    let threads = flush_threads() - before;
    assert!((1..150).contains(&threads), "{threads}");
    let until = Instant::now() + Duration::from_secs(5);
    while receiver.spans().len() < 200 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(receiver.spans().len(), 200);
}

#[cfg(target_os = "linux")]
fn flush_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names
        .filter(|name| name.starts_with("nr-bedrock-flus"))
        .count()
}

/// The request in an event, of API Gateway for example, has the caller's trace.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invocation_continues_the_trace_of_an_http_event() {
    let receiver = Receiver::start();
    let (invocations, subscriber) = start(&receiver, Duration::from_secs(5));
    let mut headers = http::HeaderMap::new();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    headers.insert("traceparent", parent.parse().unwrap());
    // Not the parent: the propagator `xray` is not in use by default.
    let invocation = Invocation::new("1")
        .trigger(Trigger::Http)
        .headers(&headers)
        .trace_header(Some(TRACE_HEADER));
    let handler = async { Ok::<_, std::fmt::Error>(()) };
    let run = invocations.run(invocation, handler);
    run.with_subscriber(subscriber).await.unwrap();
    let [span] = receiver.spans().try_into().unwrap();
    assert_eq!(span.trace_id, "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(span.parent_id, "b7ad6b7169203331");
}

fn start(receiver: &Receiver, limit: Duration) -> (Invocations, tracing::Dispatch) {
    let telemetry = Telemetry::otlp().environment(|_| None);
    let (layer, guard) = telemetry.endpoint(receiver.url()).layer().unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    let invocations = Invocations::new(guard).flush_within(limit);
    (invocations, tracing::Dispatch::new(subscriber))
}

fn invocation<'a>(spans: &'a [Span], id: &str) -> &'a Span {
    find(spans, id).unwrap_or_else(|| panic!("no span of invocation {id} in {spans:#?}"))
}

fn find<'a>(spans: &'a [Span], id: &str) -> Option<&'a Span> {
    let mut spans = spans.iter();
    spans.find(|span| {
        let known = span.attributes.get("faas.invocation_id");
        known.is_some_and(|known| known == id)
    })
}

const TRACE_HEADER: &str =
    "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";
