//! Whoever listens, and whoever does not: the call works, and each layer gets
//! what it asks for.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use nr_bedrock_observability::rag::{Document, Retrieval};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{
    Feedback, MonitorOptions, TraceRef, monitor_bedrock, monitor_bedrock_with, propagation,
};
use opentelemetry_sdk::trace::{Sampler, SdkTracer};
use serde_json::json;
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Instrument as _, info_span};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::{Registry, reload};

use super::{MODEL, ask, below, named, plain, server};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Spans, layer};

#[tokio::test]
async fn a_filter_costs_the_span_and_nothing_else() {
    type Filtered = fn(SdkTracer) -> Dispatch;
    let cases: [(&str, Filtered); 6] = [
        ("OFF", |tracer| below(LevelFilter::OFF, tracer)),
        ("ERROR", |tracer| below(LevelFilter::ERROR, tracer)),
        ("WARN", |tracer| below(LevelFilter::WARN, tracer)),
        ("target", |tracer| {
            let others = Targets::new()
                .with_default(LevelFilter::TRACE)
                .with_target("nr_bedrock_observability", LevelFilter::OFF);
            Dispatch::new(Registry::default().with(others).with(layer(tracer)))
        }),
        ("target of one layer", |tracer| {
            let ours = Targets::new().with_target("it", LevelFilter::TRACE);
            Dispatch::new(Registry::default().with(layer(tracer).with_filter(ours)))
        }),
        ("no layer", |_| Dispatch::new(Registry::default())),
    ];
    for (name, subscriber) in cases {
        let spans = Spans::collect_with(Sampler::AlwaysOn, subscriber);
        let server = server().await;
        ask(&monitor_bedrock(plain(&server)), MODEL)
            .instrument(info_span!("handler"))
            .await;
        assert!(spans.bedrock().is_empty(), "{name}: {spans:#?}");
        assert_eq!(server.requests().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn nobody_need_listen() {
    let server = server().await;
    ask(&monitor_bedrock(plain(&server)), MODEL).await;
    assert_eq!(server.requests().len(), 1);
    assert_eq!(TraceRef::current(), None);
}

/// Nor is anything read of a call that is not sampled.
#[tokio::test]
async fn a_sampler_that_refuses_leaves_no_span() {
    let from_the_parent = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
    for sampler in [Sampler::AlwaysOff, from_the_parent] {
        let spans = Spans::collect_with(sampler, |tracer| {
            tracing_subscriber::registry().with(layer(tracer))
        });
        let read = Arc::new(AtomicUsize::new(0));
        let options = MonitorOptions::new().redact_with({
            let read = Arc::clone(&read);
            move |_| {
                read.fetch_add(1, Ordering::Relaxed);
            }
        });
        let server = server().await;
        ask(&monitor_bedrock_with(plain(&server), options), MODEL)
            .instrument(info_span!("handler"))
            .await;
        assert!(spans.all().is_empty(), "{spans:#?}");
        assert_eq!(read.load(Ordering::Relaxed), 0);
    }
}

/// A `reload` hides the bridge: what is left is the fields of the `tracing` span.
#[tokio::test]
async fn below_a_reload_the_fields_of_the_span_are_exported() {
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        let (layer, _handle) = reload::Layer::new(layer(tracer));
        let inherited = propagation::layer();
        tracing_subscriber::registry().with(layer).with(inherited)
    });
    let server = server().await;
    let client = monitor_bedrock(plain(&server));
    let trace_id = async {
        ask(&client, MODEL).await;
        TraceRef::current().map(|trace| trace.trace_id())
    };
    let handler = info_span!("handler", session.id = "s-1", tenant.id = "acme");
    let trace_id = trace_id.instrument(handler).await;

    let call = spans.one();
    let trace = call.0.span_context.trace_id().to_string();
    assert_eq!(trace_id, Some(trace));
    assert!(call.is_child_of(&named(&spans, "handler")));
    assert!(call.is_client());
    assert_eq!(call.name(), format!("chat {MODEL}"));
    for (key, value) in [
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.request.model", json!(MODEL)),
        ("cloud.region", json!("us-east-1")),
        ("gen_ai.usage.input_tokens", json!(20)),
        ("gen_ai.usage.output_tokens", json!(3)),
        ("gen_ai.response.finish_reasons", json!("stop")),
        ("http.response.status_code", json!(200)),
        ("aws.request.attempts", json!(1)),
        ("rpc.method", json!("Converse")),
        ("tenant.id", json!(null)),
        ("session.id", json!("s-1")),
        ("gen_ai.input.messages", json!(null)),
    ] {
        assert_eq!(call.attribute(key), value, "{key}");
    }
    assert!(!call.duration().is_zero());
    assert_eq!(call.error(), None);
}

#[tokio::test]
async fn below_a_reload_errors_are_errors() {
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        let (layer, _handle) = reload::Layer::new(layer(tracer));
        tracing_subscriber::registry().with(layer)
    });
    let server = MockBedrock::start().await;
    server.set_answer(Answer::error(400, "ValidationException", "no such model"));
    let client = monitor_bedrock(plain(&server));
    let call = client.converse().model_id(MODEL);
    call.send().await.unwrap_err();
    let span = spans.one();
    assert_eq!(span.error().as_deref(), Some("no such model"));
    assert_eq!(span.text("error.type"), "ValidationException");
    assert_eq!(span.text("gen_ai.response.finish_reasons"), "error");
    assert!(!span.has("otel.status_code") && !span.has("otel.status_description"));

    let tool = ToolCall::new("get_order").options(MonitorOptions::new());
    let failed = tool.run(
        async || Err::<(), _>(io::Error::other("no such order")),
        |()| String::new(),
    );
    failed.await.unwrap_err();
    let search = Retrieval::new("handbook")
        .query("refunds")
        .options(MonitorOptions::new());
    let found = search.run(
        async || Ok::<_, io::Error>(()),
        |()| vec![Document::new("refunds.md").excerpt("Ten days.")],
    );
    found.await.unwrap();
    info_span!("answer").in_scope(|| Feedback::positive().message("found it").record());
    let named = |name| {
        spans
            .all()
            .into_iter()
            .find(|span| span.name() == name)
            .unwrap()
    };
    let tool = named("execute_tool get_order");
    // A log may print the fields, and the text may quote content.
    assert_eq!(tool.error().as_deref(), Some(""));
    assert_eq!(tool.text("error.type"), "_OTHER");
    assert_eq!(tool.text("gen_ai.tool.name"), "get_order");
    let search = named("retrieval handbook");
    assert_eq!(search.text("gen_ai.data_source.id"), "handbook");
    let answer = named("answer");
    let [event] = answer
        .events_named("gen_ai.evaluation.result")
        .try_into()
        .unwrap();
    assert_eq!(event["gen_ai.evaluation.score.label"], "positive");
}

#[tokio::test]
async fn other_layers_see_the_span_and_its_target() {
    let log = Log::default();
    let writer = log.clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(layer);
    let default = tracing::subscriber::set_default(subscriber);
    let server = server().await;
    ask(&monitor_bedrock(plain(&server)), MODEL).await;
    drop(default);

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for part in [
        "nr_bedrock_observability: close",
        &format!("gen_ai.request.model=\"{MODEL}\""),
        "gen_ai.usage.input_tokens=20",
        "gen_ai.usage.output_tokens=3",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("refunds"), "{text}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
