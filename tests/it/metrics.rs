//! What is measured of calls, as a reader of metrics gets it.

#![expect(
    clippy::float_cmp,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, and sums of whole numbers"
)]

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseStreamOutput, Message,
};
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::meters::{Meters, Metric};
use crate::support::mock_bedrock::frames::converse_text;
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Spans, layer};

mod counters;
mod latest;
mod provider;

const EMBEDDER: &str = "amazon.titan-embed-text-v2:0";
const MODEL: &str = "amazon.nova-lite-v1:0";
const DURATION: &str = "gen_ai.client.operation.duration";
const TOKENS: &str = "gen_ai.client.token.usage";
const FIRST: &str = "gen_ai.client.operation.time_to_first_chunk";
const PER_CHUNK: &str = "gen_ai.client.operation.time_per_output_chunk";

/// Calls of one client, and what is measured of them.
struct Measured {
    server: MockBedrock,
    meters: Meters,
    client: Client,
    _spans: Spans,
}

impl Measured {
    async fn start(options: MonitorOptions) -> Self {
        Self::with(options, Spans::collect()).await
    }

    async fn with(options: MonitorOptions, spans: Spans) -> Self {
        let server = MockBedrock::start().await;
        let meters = Meters::default();
        let config = server.client_config();
        let config = config.retry_config(RetryConfig::standard().with_max_attempts(3));
        let options = options.meter_provider(meters.provider());
        Self {
            client: Client::from_conf(monitor_bedrock_with(config, options).build()),
            server,
            meters,
            _spans: spans,
        }
    }

    async fn converse(&self, answer: Answer) {
        self.server.set_answer(answer);
        let call = self.client.converse().model_id(MODEL).messages(question());
        let _ = call.send().await;
    }

    /// Has a stream answered so, and reads it as far as it goes.
    async fn stream(&self, answer: Answer) {
        self.server.queue_answer(answer);
        let call = self.client.converse_stream().model_id(MODEL);
        let mut stream = call.messages(question()).send().await.unwrap().stream;
        while let Ok(Some(_)) = stream.recv().await {}
    }

    async fn embed(&self) {
        let answer = json!({"embedding": [0.5], "inputTextTokenCount": 3});
        self.server.set_answer(Answer::json(200, &answer));
        let call = self.client.invoke_model().model_id(EMBEDDER);
        let body = Blob::new(r#"{"inputText": "Why?"}"#);
        call.body(body).send().await.unwrap();
    }

    fn all(&self) -> Vec<Metric> {
        self.meters.all()
    }

    /// Names of what was measured.
    fn names(&self) -> Vec<String> {
        self.all().into_iter().map(|metric| metric.name).collect()
    }
}

fn question() -> Message {
    Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text("Why?".to_owned()))
        .build()
        .unwrap()
}

fn reply() -> Answer {
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "So."}]}},
        "stopReason": "end_turn",
        "usage": {
            "inputTokens": 10,
            "outputTokens": 0,
            "totalTokens": 15,
            "cacheReadInputTokens": 5,
            "cacheWriteInputTokens": 0,
        },
        "metrics": {"latencyMs": 7},
    });
    Answer::json(200, &body)
}

/// What all metrics of a call carry, besides the server.
fn of(operation: &str, model: &str, more: &Value) -> Value {
    let mut attributes = json!({
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": model,
    });
    let more = more.as_object().unwrap().clone();
    attributes.as_object_mut().unwrap().extend(more);
    attributes
}

/// The boundaries that the conventions advise.
fn doubling(first: f64, factor: f64) -> Vec<f64> {
    let next = |bound: &f64| Some((bound * factor * 100.0).round() / 100.0);
    std::iter::successors(Some(first), next).take(14).collect()
}

fn named<'a>(metrics: &'a [Metric], name: &str) -> &'a Metric {
    let found = metrics.iter().find(|metric| metric.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {metrics:#?}"))
}

#[tokio::test]
async fn a_call_gives_its_duration_and_its_tokens() {
    let measured = Measured::start(MonitorOptions::new()).await;
    measured.converse(reply()).await;
    measured.converse(reply()).await;
    let metrics = measured.all();
    assert_eq!(measured.names(), [DURATION, TOKENS]);

    let duration = named(&metrics, DURATION);
    assert_eq!(duration.unit, "s");
    assert_eq!(duration.bounds, doubling(0.01, 2.0));
    let [point] = duration.points.as_slice() else {
        panic!("{duration:?}");
    };
    assert_eq!(point.attributes, of("chat", MODEL, &json!({})));
    assert_eq!(point.count, 2);
    assert!(point.sum > 0.0 && point.sum < 60.0, "{point:?}");
    assert_eq!(
        point.server,
        ("127.0.0.1".to_owned(), measured.server.addr().port())
    );

    let tokens = named(&metrics, TOKENS);
    assert_eq!(tokens.unit, "{token}");
    assert_eq!(tokens.bounds, doubling(1.0, 4.0));
    let counted = |kind: &str| {
        let attributes = of("chat", MODEL, &json!({"gen_ai.token.type": kind}));
        let point = tokens.points.iter().find(|it| it.attributes == attributes);
        let point = point.unwrap_or_else(|| panic!("no {attributes} in {tokens:#?}"));
        (point.count, point.sum)
    };
    // Those that the cache had are input too, and a 0 is a count.
    assert_eq!(counted("input"), (2, 30.0));
    assert_eq!(counted("output"), (2, 0.0));
    assert_eq!(tokens.points.len(), 2);
}

#[tokio::test]
async fn a_stream_gives_the_times_of_its_chunks() {
    let measured = Measured::start(MonitorOptions::new()).await;
    let frames = converse_text(&["It", " is", " so."]);
    let events = frames.len();
    measured.stream(Answer::events(frames)).await;

    let metrics = measured.all();
    for (name, count) in [(FIRST, 1), (PER_CHUNK, events as u64 - 1), (DURATION, 1)] {
        let metric = named(&metrics, name);
        assert_eq!(metric.unit, "s");
        assert_eq!(metric.bounds, doubling(0.01, 2.0), "{name}");
        let [point] = metric.points.as_slice() else {
            panic!("{metric:?}");
        };
        assert_eq!(point.count, count, "{name}");
        assert_eq!(point.attributes, of("chat", MODEL, &json!({})), "{name}");
        assert!(point.sum > 0.0, "{name}");
    }
    named(&metrics, TOKENS);
}

#[tokio::test]
async fn a_reader_who_leaves_early_is_measured_once() {
    let measured = Measured::start(MonitorOptions::new()).await;
    let answer = Answer::events(converse_text(&["It", " is"])).hang_after(2);
    measured.server.set_answer(answer);
    let call = measured.client.converse_stream().model_id(MODEL);
    let mut stream = call.messages(question()).send().await.unwrap().stream;
    let first = stream.recv().await.unwrap();
    assert!(matches!(first, Some(ConverseStreamOutput::MessageStart(_))));
    drop(stream);
    let metrics = measured.all();
    assert_eq!(named(&metrics, DURATION).points[0].count, 1);
    assert_eq!(named(&metrics, FIRST).points[0].count, 1);
    // What the stream had not told yet is not made up.
    assert!(metrics.iter().all(|metric| metric.name != TOKENS));
}

#[tokio::test]
async fn embeddings_are_measured_by_their_own_name() {
    let measured = Measured::start(MonitorOptions::new()).await;
    measured.embed().await;
    let metrics = measured.all();
    let attributes = of("embeddings", EMBEDDER, &json!({}));
    assert_eq!(named(&metrics, DURATION).points[0].attributes, attributes);
    let tokens = &named(&metrics, TOKENS).points;
    let attributes = of(
        "embeddings",
        EMBEDDER,
        &json!({"gen_ai.token.type": "input"}),
    );
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].attributes, attributes);
    assert_eq!((tokens[0].count, tokens[0].sum), (1, 3.0));
}

#[tokio::test]
async fn what_is_turned_off_is_not_measured() {
    let measured = Measured::start(MonitorOptions::new().metrics(false)).await;
    measured.converse(reply()).await;
    assert!(measured.all().is_empty());

    let measured = Measured::start(MonitorOptions::new().track_token_usage(false)).await;
    measured.converse(reply()).await;
    assert_eq!(measured.names(), [DURATION]);
}

#[tokio::test]
async fn calls_that_a_sampler_leaves_out_are_measured() {
    let spans = Spans::collect_with(Sampler::AlwaysOff, |tracer| {
        tracing_subscriber::registry().with(layer(tracer))
    });
    let measured = Measured::with(MonitorOptions::new(), spans).await;
    measured.converse(reply()).await;
    let metrics = measured.all();
    assert_eq!(named(&metrics, TOKENS).points.len(), 2);
}

#[tokio::test]
async fn what_is_no_matter_of_models_is_not_measured() {
    let measured = Measured::start(MonitorOptions::new()).await;
    measured
        .server
        .set_answer(Answer::json(200, &json!({"asyncInvokeSummaries": []})));
    measured.client.list_async_invokes().send().await.unwrap();
    assert!(measured.all().is_empty());
}

#[tokio::test]
async fn calls_that_no_subscriber_wants_are_not_measured() {
    let measured =
        Measured::with(MonitorOptions::new(), Spans::collect_at(LevelFilter::WARN)).await;
    measured.converse(reply()).await;
    assert!(measured.all().is_empty());
}

#[tokio::test]
async fn a_stream_that_is_not_read_has_its_duration_alone() {
    let measured = Measured::start(MonitorOptions::new().streaming_events(false)).await;
    let answer = Answer::events(converse_text(&["It", " is"]));
    measured.stream(answer).await;
    assert_eq!(measured.names(), [DURATION]);
}
