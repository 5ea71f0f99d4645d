//! What the instrumentation adds to a call: the AWS SDK against a transport in
//! memory, without and with this crate.
//!
//! Run with `cargo bench --bench overhead`. Each line is one call: of Converse
//! with a short prompt, of Converse with a prompt of 150 KB, or of
//! `ConverseStream` answered in 105 events. For instruction counts, which a
//! busy machine does not disturb:
//!
//! ```text
//! OVERHEAD_CALLS=1000 valgrind --tool=callgrind BENCH_BINARY converse/spans
//! ```
//!
//! runs just that many calls; the difference of two lengths, divided by the
//! difference of the lengths, is a call's cost.
#![expect(clippy::unwrap_used, reason = "a benchmark may fail loudly")]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_sdk_bedrockruntime::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use aws_sdk_bedrockruntime::{Client, Config};
use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message as Frame};
use bytes::Bytes;
use criterion::{Criterion, criterion_group};
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{SdkTracerProvider, SimpleSpanProcessor, SpanData, SpanExporter};
use tokio::runtime::{Builder, Runtime};
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

type Prepare = fn() -> Setup;
type Make = fn(&Runtime, &Client);

/// Who listens while the calls are made.
const SCENARIOS: &[(&str, Prepare)] = &[
    ("plain", || Setup {
        monitor: None,
        listener: None,
    }),
    ("nothing-installed", || Setup {
        monitor: Some(content_on()),
        listener: None,
    }),
    ("filtered", || Setup {
        monitor: Some(content_on()),
        listener: Some(exporting(LevelFilter::WARN)),
    }),
    ("spans", || Setup {
        monitor: Some(content_on()),
        listener: Some(exporting(LevelFilter::INFO)),
    }),
    ("spans-and-metrics", || Setup {
        monitor: Some(content_on().meter_provider(measuring())),
        listener: Some(exporting(LevelFilter::INFO)),
    }),
    ("spans-without-content", || Setup {
        monitor: Some(content_on().capture(ContentCapture::Off)),
        listener: Some(exporting(LevelFilter::INFO)),
    }),
];

const CALLS: &[(&str, Make)] = &[
    ("converse", converse),
    ("converse-150-kb", converse_long),
    ("stream-105-events", stream),
];

struct Setup {
    monitor: Option<MonitorOptions>,
    listener: Option<Dispatch>,
}

impl Setup {
    fn run(self, call: &str, work: impl FnOnce(&Client)) {
        let mut client = client(if call.starts_with("stream") {
            Reply::Stream
        } else {
            Reply::Whole
        });
        if let Some(options) = self.monitor {
            client = monitor_bedrock_with(client, options);
        }
        match self.listener {
            Some(listener) => tracing::dispatcher::with_default(&listener, || work(&client)),
            None => work(&client),
        }
    }
}

fn content_on() -> MonitorOptions {
    MonitorOptions::new().capture(ContentCapture::AttributesAndEvents)
}

/// Spans are made as for an exporter, and thrown away.
fn exporting(level: LevelFilter) -> Dispatch {
    #[derive(Debug)]
    struct Discard;
    impl SpanExporter for Discard {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            std::hint::black_box(batch);
            Ok(())
        }
    }
    let provider = SdkTracerProvider::builder()
        .with_span_processor(SimpleSpanProcessor::new(Discard))
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_tracer(provider.tracer("overhead"));
    Dispatch::new(tracing_subscriber::registry().with(level).with(layer))
}

/// Metrics are kept as for an exporter, which is hardly ever asked.
fn measuring() -> SdkMeterProvider {
    let reader = PeriodicReader::builder(InMemoryMetricExporter::default());
    let reader = reader.with_interval(Duration::from_hours(1)).build();
    SdkMeterProvider::builder().with_reader(reader).build()
}

fn converse(runtime: &Runtime, client: &Client) {
    runtime.block_on(ask(client, "How do refunds work?".to_owned()));
}

fn converse_long(runtime: &Runtime, client: &Client) {
    runtime.block_on(ask(
        client,
        "All work and no play makes Jack a dull boy.\n".repeat(3500),
    ));
}

async fn ask(client: &Client, prompt: String) {
    client
        .converse()
        .model_id(MODEL)
        .messages(user(prompt))
        .send()
        .await
        .unwrap();
}

fn stream(runtime: &Runtime, client: &Client) {
    runtime.block_on(async {
        let call = client
            .converse_stream()
            .model_id(MODEL)
            .messages(user("Tell me.".to_owned()));
        let mut answer = call.send().await.unwrap();
        while let Some(event) = answer.stream.recv().await.unwrap() {
            std::hint::black_box(event);
        }
    });
}

fn user(prompt: String) -> Message {
    let message = Message::builder().role(ConversationRole::User);
    message.content(ContentBlock::Text(prompt)).build().unwrap()
}

#[derive(Clone, Copy, Debug)]
enum Reply {
    Whole,
    Stream,
}

fn client(reply: Reply) -> Client {
    let connector = SharedHttpConnector::new(Memory {
        reply,
        events: events(),
    });
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "bench"))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    Client::from_conf(config)
}

/// A transport that answers at once.
#[derive(Debug)]
struct Memory {
    reply: Reply,
    events: Vec<Bytes>,
}

impl HttpConnector for Memory {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let (kind, body) = match self.reply {
            Reply::Whole => ("application/json", SdkBody::from(WHOLE)),
            Reply::Stream => {
                let events = Events(self.events.clone().into());
                (
                    "application/vnd.amazon.eventstream",
                    SdkBody::from_body_1_x(events),
                )
            }
        };
        let mut response = HttpResponse::new(StatusCode::try_from(200).unwrap(), body);
        response.headers_mut().insert("content-type", kind);
        response
            .headers_mut()
            .insert("x-amzn-requestid", "0a1b2c3d");
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// One event a chunk.
struct Events(VecDeque<Bytes>);

impl http_body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        Poll::Ready(
            self.0
                .pop_front()
                .map(|event| Ok(http_body::Frame::data(event))),
        )
    }
}

fn events() -> Vec<Bytes> {
    let delta = r#"{"contentBlockIndex":0,"delta":{"text":" refunds are"},"p":"abcdefghijklm"}"#;
    let mut events = vec![("messageStart", r#"{"role":"assistant","p":"abcdef"}"#)];
    events.extend([("contentBlockDelta", delta); 101]);
    events.push(("contentBlockStop", r#"{"contentBlockIndex":0,"p":"abc"}"#));
    events.push(("messageStop", r#"{"stopReason":"end_turn","p":"abcdefgh"}"#));
    let usage = r#"{"metrics":{"latencyMs":900},"usage":{"inputTokens":9,"outputTokens":202,"totalTokens":211}}"#;
    events.push(("metadata", usage));
    events
        .into_iter()
        .map(|(name, payload)| frame(name, payload))
        .collect()
}

fn frame(name: &'static str, payload: &'static str) -> Bytes {
    let header = |name: &'static str, value: &'static str| {
        Header::new(name, HeaderValue::String(value.into()))
    };
    let frame = Frame::new(Bytes::from_static(payload.as_bytes()))
        .add_header(header(":event-type", name))
        .add_header(header(":content-type", "application/json"))
        .add_header(header(":message-type", "event"));
    let mut bytes = Vec::new();
    write_message_to(&frame, &mut bytes).unwrap();
    bytes.into()
}

fn overhead(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    for (name, call) in CALLS {
        let mut group = criterion.benchmark_group(*name);
        for (scenario, setup) in SCENARIOS {
            group.bench_function(*scenario, |bencher| {
                setup().run(name, |client| bencher.iter(|| call(&runtime, client)));
            });
        }
        group.finish();
    }
}

/// Makes just so many calls of one benchmark, for a tool that counts.
fn count(calls: u32, wanted: &str) {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    for (name, call) in CALLS {
        for (scenario, setup) in SCENARIOS {
            if wanted == format!("{name}/{scenario}") {
                setup().run(name, |client| {
                    (0..calls).for_each(|_| call(&runtime, client));
                });
            }
        }
    }
}

criterion_group!(benches, overhead);

fn main() {
    let calls = std::env::var("OVERHEAD_CALLS").ok();
    if let Some(calls) = calls.and_then(|calls| calls.parse().ok()) {
        count(calls, &std::env::args().nth(1).unwrap_or_default());
    } else {
        benches();
        Criterion::default().configure_from_args().final_summary();
    }
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
const WHOLE: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Refunds arrive within five working days."}]}},"stopReason":"end_turn","usage":{"inputTokens":11,"outputTokens":8,"totalTokens":19},"metrics":{"latencyMs":421}}"#;
