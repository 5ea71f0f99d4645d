//! The layer of the application is of an older `tracing-opentelemetry` than the
//! crate's, which cannot reach it: errors are errors all the same, and a warning
//! says what is missing.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure fails the test"
)]

#[path = "../../../../examples/mock_bedrock/mod.rs"]
#[expect(dead_code, reason = "the test needs a part of it")]
mod mock_bedrock;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use http::HeaderMap;
use mock_bedrock::{Answer, MockBedrock, frames};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{Feedback, TraceRef, monitor_bedrock, propagation};
use serde_json::json;
use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Instrument as _, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::Registry;

const MODEL: &str = "amazon.nova-lite-v1:0";

/// What an older SDK exported of a span, in types of no version.
#[derive(Debug)]
struct Span {
    name: String,
    id: String,
    parent: String,
    /// The description of an error.
    error: Option<String>,
    /// With the types of their values.
    attributes: BTreeMap<String, String>,
    events: Vec<String>,
}

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;
type Exported = Box<dyn Fn() -> Vec<Span>>;

/// The layer of one version, and what it exports.
macro_rules! stack {
    ($name:ident, $api:ident, $sdk:ident, $bridge:ident) => {
        fn $name() -> (Boxed, Exported) {
            use $api::trace::{Status, TracerProvider as _};
            use $sdk::trace::{InMemorySpanExporter, SdkTracerProvider};

            let exporter = InMemorySpanExporter::default();
            let provider = SdkTracerProvider::builder()
                .with_simple_exporter(exporter.clone())
                .build();
            let layer = $bridge::layer().with_tracer(provider.tracer("app")).boxed();
            let exported = move || {
                let _ = &provider;
                let spans = exporter.get_finished_spans().unwrap().into_iter();
                spans
                    .map(|span| Span {
                        name: span.name.to_string(),
                        id: span.span_context.span_id().to_string(),
                        parent: span.parent_span_id.to_string(),
                        error: match &span.status {
                            Status::Error { description } => Some(description.to_string()),
                            _ => None,
                        },
                        attributes: span
                            .attributes
                            .iter()
                            .map(|it| (it.key.to_string(), format!("{:?}", it.value)))
                            .collect(),
                        events: span.events.iter().map(|it| format!("{it:?}")).collect(),
                    })
                    .collect()
            };
            (layer, Box::new(exported))
        }
    };
}

stack!(
    version_0_31,
    opentelemetry_031,
    opentelemetry_sdk_031,
    tracing_opentelemetry_032
);
stack!(
    version_0_32,
    opentelemetry_032,
    opentelemetry_sdk_032,
    tracing_opentelemetry_033
);

/// One test, because the warning is logged once per process.
#[tokio::test]
async fn errors_are_errors_and_a_warning_says_what_is_missing() {
    let log = Log::default();
    for (version, (layer, exported)) in [("0.31", version_0_31()), ("0.32", version_0_32())] {
        let subscriber = tracing_subscriber::registry()
            .with(layer)
            .with(propagation::layer())
            .with(log.clone())
            .with(LevelFilter::INFO);
        let default = tracing::subscriber::set_default(subscriber);
        let span = info_span!("answer", gen_ai.conversation.id = "c-1", tenant.id = "acme");
        use_everything().instrument(span).await;
        drop(default);
        println!("opentelemetry {version}");
        assert_spans(&exported());
    }
    assert_warnings(&log.lines());
}

async fn use_everything() {
    let server = MockBedrock::start().await;
    let client = monitor_bedrock(Client::from_conf(server.client_config().build()));
    server.set_answer(Answer::json(
        200,
        &json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "In ten days."}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 20, "outputTokens": 3, "totalTokens": 23},
        }),
    ));
    let call = client.converse().model_id(MODEL).messages(question());
    call.send().await.unwrap();

    server.set_answer(Answer::events(frames::converse_text(&["In ten ", "days."])));
    let call = client
        .converse_stream()
        .model_id("stream")
        .messages(question());
    let mut stream = call.send().await.unwrap().stream;
    while let Ok(Some(_)) = stream.recv().await {}
    drop(stream);

    server.set_answer(Answer::error(400, "ValidationException", "no such model"));
    let call = client.converse().model_id("wrong").messages(question());
    call.send().await.unwrap_err();

    let tool = ToolCall::new("get_order");
    let failed = tool.run(
        async || Err::<(), _>(io::Error::other("no such order")),
        |()| String::new(),
    );
    failed.await.unwrap_err();

    Feedback::positive().message("found it").record();
    // These have no effect.
    assert_eq!(TraceRef::current(), None);
    let mut headers = HeaderMap::new();
    propagation::inject(&mut headers);
    assert!(headers.is_empty());
}

fn question() -> Message {
    let text = ContentBlock::Text("How do refunds work?".to_owned());
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(text);
    message.build().unwrap()
}

fn assert_spans(spans: &[Span]) {
    println!("{spans:#?}");
    let named = |name: &str| {
        let mut named = spans.iter().filter(|span| span.name == name);
        let span = named.next().unwrap();
        assert!(named.next().is_none(), "{name} is there twice");
        span
    };
    let answer = named("answer");
    let call = named(&format!("chat {MODEL}"));
    for (key, value) in [
        ("gen_ai.operation.name", "String(Owned(\"chat\"))"),
        ("gen_ai.response.finish_reasons", "String(Owned(\"stop\"))"),
        ("gen_ai.usage.input_tokens", "I64(20)"),
        ("gen_ai.usage.output_tokens", "I64(3)"),
        ("http.response.status_code", "I64(200)"),
        ("aws.request.attempts", "I64(1)"),
        ("gen_ai.conversation.id", "String(Owned(\"c-1\"))"),
    ] {
        assert_eq!(call.attributes.get(key).unwrap(), value, "{key}");
    }
    assert!(call.attributes.contains_key("aws.request_id"));
    assert_eq!(call.error, None);

    let stream = named("chat stream");
    let completed = stream.attributes.get("aws.bedrock.stream.completed");
    assert_eq!(completed.unwrap(), "Bool(true)");
    assert_eq!(stream.error, None);

    let failed = named("chat wrong");
    assert_eq!(failed.error.as_deref(), Some("no such model"));
    let kind = failed.attributes.get("error.type").unwrap();
    assert!(kind.contains("ValidationException"), "{kind}");
    let reason = failed.attributes.get("gen_ai.response.finish_reasons");
    assert!(reason.unwrap().contains("error"));
    let status = failed.attributes.get("http.response.status_code");
    assert_eq!(status.unwrap(), "I64(400)");

    let tool = named("execute_tool get_order");
    assert_eq!(tool.error.as_deref(), Some(""));
    for span in [call, stream, failed, tool] {
        assert_eq!(span.parent, answer.id, "{}", span.name);
    }
    assert_eq!(answer.error, None);
    let feedback = answer.events.iter();
    let feedback = feedback.filter(|it| it.contains("gen_ai.evaluation.result"));
    let feedback: Vec<_> = feedback.collect();
    assert!(
        feedback.len() == 1 && feedback[0].contains("positive"),
        "{feedback:?}"
    );
    // Any layer gets the fields, a log among them.
    let all = format!("{spans:?}");
    for text in [
        "How do refunds work?",
        "In ten days.",
        "found it",
        "otel.status",
    ] {
        assert!(!all.contains(text), "{text}");
    }
}

fn assert_warnings(lines: &[String]) {
    println!("{lines:#?}");
    let warnings: Vec<_> = lines.iter().filter(|it| it.starts_with("WARN")).collect();
    let [spans, functions] = warnings.as_slice() else {
        panic!("{warnings:#?}");
    };
    for part in [
        "without message content",
        "most inherited attributes",
        "metrics",
    ] {
        assert!(spans.contains(part), "{part}: {spans}");
    }
    assert!(functions.contains("TraceRef::current"), "{functions}");
    for warning in warnings {
        for part in [
            "opentelemetry 0.33 and tracing-opentelemetry 0.34",
            "cargo tree -i tracing-opentelemetry",
        ] {
            assert!(warning.contains(part), "{part}: {warning}");
        }
    }
}

/// Logs of the crate.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if metadata.target() != "nr_bedrock_observability" {
            return;
        }
        let mut message = String::new();
        event.record(&mut |field: &Field, value: &dyn fmt::Debug| {
            if field.name() == "message" {
                message = format!("{value:?}");
            }
        });
        let line = format!("{} {message}", metadata.level());
        self.0.lock().unwrap().push(line);
    }
}
