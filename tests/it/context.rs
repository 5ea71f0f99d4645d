//! What spans and baggage hand down to Bedrock's calls, searches and tools.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use http::HeaderMap;
use nr_bedrock_observability::propagation::{self, set_conversation_id};
use nr_bedrock_observability::rag::Retrieval;
use nr_bedrock_observability::{MonitorOptions, TraceRef, monitor_bedrock_with};
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::SpanId;
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing::{Instrument as _, Span as TracingSpan, field, info_span};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::records::Records;
use crate::support::spans::{Span, Spans, layer};

fn collect() -> Spans {
    Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        tracing_subscriber::registry()
            .with(layer(tracer))
            .with(propagation::layer())
    })
}

async fn asked(options: MonitorOptions) -> (MockBedrock, Client) {
    let server = MockBedrock::start().await;
    server.set_answer(Answer::converse_text("Because."));
    let config = monitor_bedrock_with(server.client_config(), options);
    (server, Client::from_conf(config.build()))
}

async fn ask(client: &Client) {
    let question = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text("Why?".to_owned()));
    let call = client.converse().model_id("amazon.nova-lite-v1:0");
    let call = call.messages(question.build().unwrap()).send();
    call.await.unwrap();
}

fn attributes<const N: usize>(span: &Span, keys: [&str; N]) -> [Value; N] {
    keys.map(|key| span.attribute(key))
}

const ALL: [&str; 9] = [
    "workflow.type",
    "workflow.name",
    "llm.experiment",
    "gen_ai.conversation.id",
    "session.id",
    "user.id",
    "enduser.id",
    "tenant.id",
    "tenant.plan",
];

#[tokio::test]
async fn fields_of_the_spans_above_are_handed_down() {
    let spans = collect();
    let (_server, client) = asked(MonitorOptions::new()).await;
    let outer = info_span!(
        "request",
        workflow.type = "rag",
        workflow.name = "support",
        llm.experiment = 7,
        gen_ai.conversation.id = "c-1",
        session.id = %"s-1",
        user.id = ?17_u64,
        enduser.id = u64::MAX,
        tenant.id = "acme",
        tenant.plan = true,
        other.id = "stays",
        tenants = "stays",
    );
    async {
        // Nearer ones win, those between say nothing.
        async { ask(&client).await }
            .instrument(info_span!("step", workflow.name = "nearer"))
            .await;
        let search = Retrieval::new("handbook").options(MonitorOptions::new());
        let search = search.run(async || Ok::<_, std::io::Error>(()), |()| Vec::new());
        search.instrument(info_span!("between")).await.unwrap();
    }
    .instrument(outer)
    .await;
    let all = spans.all();
    let named = |start: &str| all.iter().find(|it| it.name().starts_with(start)).unwrap();
    let expected = |name: &str| {
        [
            json!("rag"),
            json!(name),
            json!(7),
            json!("c-1"),
            json!("s-1"),
            json!("17"),
            json!(u64::MAX.to_string()),
            json!("acme"),
            json!(true),
        ]
    };
    assert_eq!(attributes(named("chat"), ALL), expected("nearer"));
    assert_eq!(attributes(named("retrieval"), ALL), expected("support"));
    assert!(!named("chat").has("other.id") && !named("chat").has("tenants"));
}

#[tokio::test]
async fn fields_may_come_later_and_conversations_without_a_field() {
    let spans = collect();
    let (_server, client) = asked(MonitorOptions::new().attribute("tenant.id", "default")).await;
    async {
        ask(&client).await;
        TracingSpan::current().record("tenant.id", "acme");
        set_conversation_id("c-1");
        ask(&client).await;
        TracingSpan::current().record("tenant.id", "other");
        set_conversation_id("c-2");
        ask(&client).await;
    }
    .instrument(info_span!("request", tenant.id = field::Empty))
    .await;
    ask(&client).await;
    let keys = ["tenant.id", "gen_ai.conversation.id"];
    let told: Vec<_> = spans
        .bedrock()
        .iter()
        .map(|it| attributes(it, keys))
        .collect();
    let expected = [
        [json!("default"), Value::Null],
        [json!("acme"), json!("c-1")],
        [json!("other"), json!("c-2")],
        [json!("default"), Value::Null],
    ];
    assert_eq!(told, expected);
    let all = spans.all();
    let request = all.iter().find(|it| it.name() == "request").unwrap();
    assert_eq!(request.attribute("gen_ai.conversation.id"), json!("c-1"));
    // Outside of any span there is nothing to say it of.
    set_conversation_id("c-3");
}

#[tokio::test]
async fn baggage_is_handed_down_too() {
    let spans = collect();
    let (_server, client) = asked(MonitorOptions::new()).await;
    let mut headers = HeaderMap::new();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    headers.insert("traceparent", parent.parse().unwrap());
    let baggage = "tenant.id=acme%20%26%20co;secret=1, user.id=17,other=x,broken,=y";
    headers.insert("baggage", baggage.parse().unwrap());
    let request = info_span!("request", user.id = "nearer");
    propagation::set_parent(&request, &headers);
    async {
        ask(&client).await;
        // What code attached since.
        let context = Context::current().with_baggage([KeyValue::new("session.id", "s-1")]);
        let _attached = context.attach();
        let mut headers = HeaderMap::new();
        propagation::inject(&mut headers);
        assert_eq!(headers["baggage"], "session.id=s-1");
        assert!(
            headers["traceparent"]
                .to_str()
                .unwrap()
                .starts_with("00-0af765")
        );
    }
    .instrument(request)
    .await;
    let span = spans.one();
    assert_eq!(
        attributes(&span, ["tenant.id", "user.id", "other"]),
        [json!("acme & co"), json!("nearer"), Value::Null]
    );
    assert_eq!(
        span.0.span_context.trace_id().to_string(),
        "0af7651916cd43dd8448eb211c80319c"
    );
}

#[tokio::test]
async fn events_of_new_relic_have_them_too() {
    let spans = collect();
    let records = Records::default();
    let options = MonitorOptions::new()
        .attribute("llm.experiment", "b")
        .llm_events(true)
        .logger_provider(records.provider());
    let (_server, client) = asked(options).await;
    let span = info_span!(
        "request",
        workflow.type = "rag",
        gen_ai.conversation.id = "c-1",
        llm.experiment = "a"
    );
    ask(&client).instrument(span).await;
    assert_eq!(spans.bedrock().len(), 1);
    for kind in ["LlmChatCompletionSummary", "LlmChatCompletionMessage"] {
        let events = records.of(kind);
        assert!(!events.is_empty());
        for event in events {
            assert_eq!(event.text("workflow.type"), "rag");
            assert_eq!(event.text("llm.experiment"), "a");
            assert_eq!(event.text("llm.conversation_id"), "c-1");
        }
    }
}

/// Who asks for what spans hand down does not get the SDK's own spans, which are
/// below INFO.
#[test]
fn the_layer_enables_nothing_below_its_level() {
    fn hint(layer: &impl Layer<Registry>) -> Option<LevelFilter> {
        layer.max_level_hint()
    }
    assert_eq!(hint(&propagation::layer()), Some(LevelFilter::INFO));
    #[cfg(feature = "telemetry")]
    {
        let telemetry = nr_bedrock_observability::Telemetry::otlp().environment(|_| None);
        let (layer, _guard) = telemetry.endpoint("http://127.0.0.1:9").layer().unwrap();
        assert_eq!(hint(&layer), Some(LevelFilter::INFO));
    }
}

#[test]
fn headers_go_out_and_come_in() {
    let spans = collect();
    let mut headers = HeaderMap::new();
    // Nothing outside of a span.
    propagation::inject(&mut headers);
    assert!(headers.is_empty() && TraceRef::current().is_none());
    headers.insert("tracestate", "old=1".parse().unwrap());
    info_span!("client").in_scope(|| {
        propagation::inject(&mut headers);
        let here = TraceRef::current().unwrap();
        assert_eq!(headers["traceparent"], here.to_string());
        assert_eq!(
            headers["traceparent"].to_str().unwrap().split('-').nth(1),
            Some(&*here.trace_id())
        );
    });
    headers.insert("tracestate", "nr=1,other=2".parse().unwrap());
    let server = info_span!("server");
    propagation::set_parent(&server, &headers);
    server.in_scope(|| {
        let mut on = HeaderMap::new();
        propagation::inject(&mut on);
        assert_eq!(on["tracestate"], "nr=1,other=2");
    });
    drop(server);
    let [client, server] = spans.all().try_into().unwrap();
    assert!(server.is_child_of(&client));

    // Foreign or damaged headers begin a trace of its own.
    for header in [
        "",
        "1",
        "00-0-0-00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", header.parse().unwrap());
        propagation::set_parent(&info_span!("alone"), &headers);
    }
    let all = spans.all();
    let alone = all.iter().filter(|span| span.name() == "alone");
    let parents = alone.map(|span| span.0.parent_span_id);
    assert_eq!(parents.collect::<Vec<_>>(), [SpanId::INVALID; 4]);
}
