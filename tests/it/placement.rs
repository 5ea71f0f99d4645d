//! Where the span of a call is: below the caller's, and once.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use nr_bedrock_observability::{TraceRef, monitor_bedrock};
use opentelemetry::trace::{SpanId, TraceContextExt as _, Tracer as _};
use opentelemetry_sdk::trace::{Sampler, SdkTracer};
use serde_json::json;
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Instrument as _, info_span};
use tracing_subscriber::Registry;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans, layer};

mod listeners;

#[tokio::test]
async fn the_parent_is_the_callers_span() {
    // From DEBUG on, the SDK opens spans of its own between the two.
    for (level, sdk) in [
        (LevelFilter::INFO, false),
        (LevelFilter::DEBUG, true),
        (LevelFilter::TRACE, true),
    ] {
        let spans = Spans::collect_at(level);
        let server = server().await;
        let client = Client::from_conf(monitor_bedrock(server.client_config()).build());
        let trace_id = async {
            ask(&client, MODEL).await;
            TraceRef::current().map(|trace| trace.trace_id())
        };
        let trace_id = trace_id.instrument(info_span!("handler")).await;

        let call = spans.one();
        assert!(call.is_child_of(&named(&spans, "handler")), "{level}");
        assert_eq!(
            trace_id.unwrap(),
            call.0.span_context.trace_id().to_string(),
            "{level}"
        );
        assert!(call.is_client(), "{level}");
        assert_eq!(spans.all().len() > 2, sdk, "{level}: {spans:#?}");
    }
}

#[tokio::test]
async fn a_call_without_a_callers_span_is_a_root() {
    let spans = Spans::collect();
    let server = server().await;
    ask(&monitor_bedrock(plain(&server)), MODEL).await;
    assert_eq!(spans.one().0.parent_span_id, SpanId::INVALID);
    assert_eq!(TraceRef::current(), None);
}

/// A span that the exporting layer does not get cannot be a parent there.
#[tokio::test]
async fn a_callers_span_that_is_not_exported_is_passed_over() {
    // With the SDK's spans in a log, and without; below its parent in the
    // log's eyes, and entered inside it only.
    for (sdk, nested) in [(false, false), (false, true), (true, false), (true, true)] {
        let case = format!("sdk {sdk}, nested {nested}");
        let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
            let all = filter_fn(move |metadata| sdk || !metadata.target().starts_with("aws_"));
            let log = tracing_subscriber::fmt::layer().with_writer(io::sink);
            tracing_subscriber::registry()
                .with(log.with_filter(all))
                .with(layer(tracer).with_filter(LevelFilter::INFO))
        });
        let server = server().await;
        let client = monitor_bedrock(plain(&server));
        let handler = info_span!("handler");
        let detail = if nested {
            tracing::debug_span!(parent: &handler, "detail")
        } else {
            tracing::debug_span!("detail")
        };
        assert!(!detail.is_disabled(), "{case}");
        let call = ask(&client, MODEL).instrument(detail);
        call.instrument(handler).await;
        assert!(spans.one().is_child_of(&named(&spans, "handler")), "{case}");
        assert_eq!(spans.all().len(), 2, "{case}: {spans:#?}");
    }
}

#[tokio::test]
async fn a_span_of_opentelemetrys_own_is_a_parent_too() {
    let mut kept = None;
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        kept = Some(tracer.clone());
        below(LevelFilter::INFO, tracer)
    });
    let server = server().await;
    let client = monitor_bedrock(plain(&server));
    let native = kept.unwrap().start("native");
    let attached = opentelemetry::Context::current_with_span(native).attach();
    ask(&client, MODEL).await;
    opentelemetry::Context::current().span().end();
    drop(attached);
    assert!(spans.one().is_child_of(&named(&spans, "native")));
}

#[tokio::test]
async fn calls_at_the_same_time_stay_with_their_callers() {
    for level in [LevelFilter::INFO, LevelFilter::DEBUG] {
        let spans = Spans::collect_at(level);
        let server = server().await;
        let client = monitor_bedrock(plain(&server));
        let handler = |n: i32| {
            let client = client.clone();
            let span = info_span!("handler", otel.name = format!("handler {n}"));
            async move { ask(&client, &format!("model-{n}")).await }.instrument(span)
        };
        let spawned: Vec<_> = (3..8).map(|n| tokio::spawn(handler(n))).collect();
        tokio::join!(handler(0), handler(1), handler(2));
        for task in spawned {
            task.await.unwrap();
        }
        assert_eq!(spans.bedrock().len(), 8, "{level}");
        for call in spans.bedrock() {
            let model = call.text("gen_ai.request.model");
            let handler = named(&spans, &model.replace("model-", "handler "));
            assert!(call.is_child_of(&handler), "{level}: {model}");
        }
    }
}

#[tokio::test]
async fn instrumenting_twice_is_instrumenting_once() {
    type Instrument = fn(&MockBedrock) -> Client;
    let cases: [(&str, Instrument, usize); 6] = [
        ("not at all", |server| plain(server), 0),
        (
            "client twice",
            |server| monitor_bedrock(monitor_bedrock(plain(server))),
            1,
        ),
        (
            "builder twice",
            |server| {
                let config = monitor_bedrock(monitor_bedrock(server.client_config()));
                Client::from_conf(config.build())
            },
            1,
        ),
        (
            "builder, then client",
            |server| {
                let config = monitor_bedrock(server.client_config());
                monitor_bedrock(Client::from_conf(config.build()))
            },
            1,
        ),
        (
            "client, then its builder",
            |server| {
                let client = monitor_bedrock(plain(server));
                let config = monitor_bedrock(client.config().to_builder());
                Client::from_conf(config.build())
            },
            1,
        ),
        (
            "only a clone",
            |server| {
                let client = plain(server);
                drop(monitor_bedrock(client.clone()));
                client
            },
            0,
        ),
    ];
    for (name, instrument, count) in cases {
        let spans = Spans::collect();
        let server = server().await;
        let client = instrument(&server);
        ask(&client, MODEL).await;
        // A clone is the same client.
        ask(&client.clone(), MODEL).await;
        assert_eq!(spans.bedrock().len(), 2 * count, "{name}: {spans:#?}");
    }
}

async fn server() -> MockBedrock {
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(
        200,
        &json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "Within days."}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
        }),
    ));
    server
}

fn plain(server: &MockBedrock) -> Client {
    Client::from_conf(server.client_config().build())
}

fn below(level: LevelFilter, tracer: SdkTracer) -> Dispatch {
    Dispatch::new(Registry::default().with(level).with(layer(tracer)))
}

/// Makes a call, which must succeed.
async fn ask(client: &Client, model: &str) {
    let text = ContentBlock::Text("When do refunds arrive?".to_owned());
    let message = Message::builder().role(ConversationRole::User);
    let message = message.content(text).build().unwrap();
    let call = client.converse().model_id(model).messages(message);
    let answer = call.send().await.unwrap();
    assert_eq!(answer.usage.unwrap().output_tokens, 3);
}

fn named(spans: &Spans, name: &str) -> Span {
    let all = spans.all();
    let mut found = all.iter().filter(|span| span.name() == name);
    found.next().unwrap().clone()
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
