//! Which content decision holds: of two instrumentations, of a scope, of content that
//! is off.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io;
use std::sync::{Arc, Mutex};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::Intercept as _;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use nr_bedrock_observability::rag::{Document, Retrieval};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{
    Content, ContentCapture, ContentKind, Evaluation, Feedback, MonitorOptions, Score, TraceRef,
    monitor_bedrock, monitor_bedrock_with, redact,
};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};
use tracing::info_span;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::records::Records;
use crate::support::spans::{Span, Spans, layer};

const MODEL: &str = "amazon.nova-lite-v1:0";

fn off() -> MonitorOptions {
    MonitorOptions::new().capture(ContentCapture::Off)
}

async fn server() -> MockBedrock {
    let server = MockBedrock::start().await;
    server.set_answer(Answer::converse_text("Because Anna said so."));
    server
}

async fn ask(client: &Client) {
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text("Why, Anna?".to_owned()))
        .build()
        .unwrap();
    let call = client.converse().model_id(MODEL).messages(message);
    call.send().await.unwrap();
}

/// Whether prompt and response are attributes, and whether they are events.
fn places(span: &Span) -> (bool, bool) {
    let events = span.events_named("gen_ai.choice");
    (
        span.has("gen_ai.input.messages") && span.has("gen_ai.output.messages"),
        events.iter().any(|it| it.get("content").is_some()),
    )
}

/// A client, instrumented twice in each of the ways.
fn instrument_twice(
    server: &MockBedrock,
    first: &MonitorOptions,
    second: &MonitorOptions,
) -> Vec<Client> {
    let (first, second) = (|| first.clone(), || second.clone());
    let client = || Client::from_conf(server.client_config().build());
    let builder = monitor_bedrock_with(server.client_config(), first());
    vec![
        monitor_bedrock_with(monitor_bedrock_with(client(), first()), second()),
        monitor_bedrock_with(Client::from_conf(builder.clone().build()), second()),
        Client::from_conf(monitor_bedrock_with(builder, second()).build()),
    ]
}

#[tokio::test]
async fn stricter_capture_of_two_instrumentations_holds() {
    let server = server().await;
    let new = MonitorOptions::new;
    for (first, second, expected) in [
        (new(), off(), (false, false)),
        (off(), new(), (false, false)),
        (new(), new().capture(ContentCapture::Events), (false, true)),
        (
            new().capture(ContentCapture::Attributes),
            new().capture(ContentCapture::Events),
            (false, false),
        ),
        (new(), new(), (true, true)),
    ] {
        for (index, client) in instrument_twice(&server, &first, &second)
            .iter()
            .enumerate()
        {
            let spans = Spans::collect();
            ask(client).await;
            assert_eq!(
                places(&spans.one()),
                expected,
                "{first:?} {second:?} {index}"
            );
        }
    }
}

#[tokio::test]
async fn redactions_of_two_instrumentations_run() {
    let hide = |name: &'static str| {
        MonitorOptions::new().redact_with(move |content: &mut Content<'_>| {
            let hidden = content.text().replace(name, "…");
            content.set_text(hidden);
        })
    };
    let server = server().await;
    for client in instrument_twice(&server, &hide("Anna"), &hide("Because")) {
        let spans = Spans::collect();
        ask(&client).await;
        let output = spans.one().text("gen_ai.output.messages");
        assert!(output.contains("… … said so."), "{output}");
    }
}

/// The first instrumentation has read the body with its own limit when the second one
/// sees the call.
#[tokio::test]
async fn second_redaction_sees_the_whole_payload() {
    let server = MockBedrock::start().await;
    server.set_answer(Answer::json(
        200,
        &json!({"type": "message", "content": []}),
    ));
    // The default limit cuts it in two.
    let secret = "S".repeat(200);
    let text = format!("{}{secret}", "x".repeat(3_950));
    let body = json!({
        "anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
        "messages": [{"role": "user", "content": text}],
    });
    let second = MonitorOptions::new()
        .redact_with(move |content| content.set_text(content.text().replace(&secret, "")));
    for client in instrument_twice(&server, &MonitorOptions::new(), &second) {
        let spans = Spans::collect();
        let call = client
            .invoke_model()
            .model_id("anthropic.claude-3-haiku-20240307-v1:0");
        let call = call.body(Blob::new(body.to_string()));
        call.send().await.unwrap();
        let input = spans.one().text("gen_ai.input.messages");
        assert!(input.contains("xxx") && !input.contains('S'), "{input}");
    }
}

#[tokio::test]
async fn differing_options_of_two_instrumentations_are_warned_about_once() {
    let log = Log::default();
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        tracing_subscriber::registry()
            .with(LevelFilter::INFO)
            .with(layer(tracer))
            .with(
                tracing_subscriber::fmt::layer()
                    .with_ansi(false)
                    .with_writer(log.clone()),
            )
    });
    let server = server().await;
    let config = monitor_bedrock_with(server.client_config(), off());
    // A limit of its own makes the text of the warning this test's.
    let second = MonitorOptions::new().content_limit(1_234);
    let client = Client::from_conf(monitor_bedrock_with(config, second).build());
    ask(&client).await;
    ask(&client).await;
    assert_eq!(spans.bedrock().len(), 2);
    let text = log.text();
    assert_eq!(text.matches("instrumented twice").count(), 1, "{text}");
    assert!(
        text.contains("first content off, limit 4095")
            && text.contains("second content attributes and events, limit 1234"),
        "{text}"
    );
}

#[tokio::test]
async fn instrumenting_twice_with_equal_options_says_nothing() {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO).with(
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(log.clone()),
    );
    let _default = tracing::subscriber::set_default(subscriber);
    let server = server().await;
    let config = monitor_bedrock(monitor_bedrock(server.client_config()));
    let mut client = monitor_bedrock(monitor_bedrock(Client::from_conf(config.build())));
    // Nor does it add an interceptor each time, whatever the options are.
    let options = MonitorOptions::new().redact_with(redact::emails());
    client = monitor_bedrock_with(client, options.clone());
    for _ in 0..10 {
        client = monitor_bedrock_with(client, options.clone());
    }
    let added = client.config().interceptors();
    let added = added.filter(|it| it.name() == "NrBedrockObservability");
    assert_eq!(added.count(), 3);
    let client =
        Client::from_conf(monitor_bedrock(monitor_bedrock(server.client_config())).build());
    ask(&client).await;
    assert!(!log.text().contains("instrumented twice"), "{}", log.text());
}

#[tokio::test]
async fn scope_decides_for_single_calls() {
    use ContentCapture::{Attributes, AttributesAndEvents, Events, Off};
    let server = server().await;
    let client =
        |options| Client::from_conf(monitor_bedrock_with(server.client_config(), options).build());
    let (open, closed) = (client(MonitorOptions::new()), client(off()));
    for (client, scope, expected) in [
        (&open, Off, (false, false)),
        (&open, Events, (false, true)),
        (&open, AttributesAndEvents, (true, true)),
        (&closed, Attributes, (true, false)),
        (&closed, Off, (false, false)),
    ] {
        let spans = Spans::collect();
        scope.scope(ask(client)).await;
        assert_eq!(places(&spans.one()), expected, "{scope:?}");
    }
    // The call after the scope has its own options again.
    let spans = Spans::collect();
    Off.scope(ask(&open)).await;
    ask(&open).await;
    let seen: Vec<_> = spans.bedrock().iter().map(places).collect();
    assert_eq!(seen, [(false, false), (true, true)]);
}

#[tokio::test]
async fn stricter_of_nested_scopes_holds_across_await() {
    let spans = Spans::collect();
    let server = server().await;
    let config = monitor_bedrock_with(server.client_config(), MonitorOptions::new());
    let client = Client::from_conf(config.build());
    ContentCapture::Off
        .scope(async {
            tokio::task::yield_now().await;
            ContentCapture::AttributesAndEvents
                .scope(ask(&client))
                .await;
            tokio::task::yield_now().await;
            ask(&client).await;
        })
        .await;
    let seen: Vec<_> = spans.bedrock().iter().map(places).collect();
    assert_eq!(seen, [(false, false), (false, false)]);
}

/// Two futures on one thread: the scope of one does not reach the other.
#[tokio::test]
async fn scope_does_not_leak_into_other_tasks() {
    let spans = Spans::collect();
    let tool = |name: &'static str| async move {
        tokio::task::yield_now().await;
        let call = ToolCall::new(name)
            .arguments("secret")
            .options(MonitorOptions::new());
        call.run(async || Ok::<_, io::Error>("done"), |it| *it)
            .await
    };
    let private = ContentCapture::Off.scope(tool("private"));
    let (first, second) = tokio::join!(private, tool("public"));
    first.and(second).unwrap();
    for span in spans.all() {
        let is_public = span.name().ends_with("public");
        assert_eq!(
            span.has("gen_ai.tool.call.arguments"),
            is_public,
            "{span:?}"
        );
    }
    let arguments = ContentCapture::Off.in_scope(|| 1);
    assert_eq!(arguments, 1);
}

#[tokio::test]
async fn error_texts_of_tools_and_searches_are_content() {
    for (options, text) in [
        (MonitorOptions::new(), Some("no such user: Anna")),
        (off(), None),
    ] {
        let records = Records::default();
        let options = options.llm_events(true).logger_provider(records.provider());
        let spans = Spans::collect();
        let error = || io::Error::other("no such user: Anna");
        let tool = ToolCall::new("find").options(options.clone());
        let tool = tool.run(async || Err::<(), _>(error()), |()| "");
        assert_eq!(tool.await.unwrap_err().to_string(), "no such user: Anna");
        let search = Retrieval::new("users").options(options);
        let search = search.run(async || Err::<(), _>(error()), |()| Vec::new());
        assert_eq!(search.await.unwrap_err().to_string(), "no such user: Anna");

        let all = spans.all();
        assert_eq!(all.len(), 2);
        for span in all {
            assert_eq!(span.error().as_deref(), Some(text.unwrap_or_default()));
            assert_eq!(span.text("error.type"), "_OTHER");
            let [exception] = span.events_named("exception").try_into().unwrap();
            assert_eq!(
                exception.get("exception.message").and_then(Value::as_str),
                text
            );
            assert_eq!(exception["exception.type"], "_OTHER");
        }
        let records = records.all();
        assert_eq!(records.len(), 2);
        for record in records {
            let told = record.attributes.to_string();
            assert_eq!(told.contains("Anna"), text.is_some(), "{told}");
            assert!(told.contains("_OTHER"), "{told}");
        }
    }
}

/// In the place where content is recorded.
#[tokio::test]
async fn error_texts_are_recorded_where_content_is() {
    for (capture, in_status, in_event) in [
        (ContentCapture::AttributesAndEvents, true, true),
        (ContentCapture::Attributes, true, false),
        (ContentCapture::Events, false, true),
    ] {
        let spans = Spans::collect();
        let options = MonitorOptions::new().capture(capture);
        let error = || io::Error::other("no such user: Anna");
        let tool = ToolCall::new("find").options(options.clone());
        let tool = tool.run(async || Err::<(), _>(error()), |()| "");
        tool.await.unwrap_err();
        let search = Retrieval::new("users").options(options);
        let search = search.run(async || Err::<(), _>(error()), |()| Vec::new());
        search.await.unwrap_err();
        for span in spans.all() {
            let status = span.error().unwrap();
            assert_eq!(status.contains("Anna"), in_status, "{capture:?}: {status}");
            let event = json!(span.events_named("exception")).to_string();
            assert_eq!(event.contains("Anna"), in_event, "{capture:?}: {event}");
            assert!(event.contains("_OTHER"), "{event}");
        }
    }
}

/// Any layer may print the fields of a span.
#[tokio::test]
async fn fields_hold_error_texts_of_the_service_only() {
    let log = Log::default();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(log.clone());
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO);
    let _default = tracing::subscriber::set_default(subscriber.with(layer));
    let error = || io::Error::other("no such user: Anna");
    let tool = ToolCall::new("find").options(MonitorOptions::new());
    let tool = tool.run(async || Err::<(), _>(error()), |()| "");
    tool.await.unwrap_err();
    let search = Retrieval::new("users").options(MonitorOptions::new());
    let search = search.run(async || Err::<(), _>(error()), |()| Vec::new());
    search.await.unwrap_err();
    let server = MockBedrock::start().await;
    server.set_answer(Answer::error(403, "AccessDeniedException", "not allowed"));
    let config = monitor_bedrock_with(server.client_config(), MonitorOptions::new());
    let call = Client::from_conf(config.build()).converse().model_id(MODEL);
    call.send().await.unwrap_err();

    let text = log.text();
    assert!(!text.contains("Anna"), "{text}");
    let errors = text.matches("otel.status_code=\"error\"").count();
    assert_eq!(errors, 3, "{text}");
    let described = text.matches("otel.status_description=\"not allowed\"");
    assert_eq!(described.count(), 1, "{text}");
}

#[tokio::test]
async fn description_of_a_tool_is_content() {
    let tool = |options| {
        ToolCall::new("find")
            .description("Finds Anna.")
            .options(options)
    };
    let hide = MonitorOptions::new().redact_with(|content| {
        assert_eq!(content.kind(), ContentKind::ToolDefinition);
        content.set_text("…");
    });
    for (options, expected) in [
        (MonitorOptions::new(), json!("Finds Anna.")),
        (hide, json!("…")),
        (off(), Value::Null),
    ] {
        let spans = Spans::collect();
        let run = tool(options).run(async || Err::<(), _>(io::Error::other("")), |()| "");
        run.await.unwrap_err();
        let [span] = spans.all().try_into().unwrap();
        assert_eq!(span.attribute("gen_ai.tool.description"), expected);
    }
}

#[tokio::test]
async fn events_alone_hold_the_content_of_tools_and_searches() {
    let spans = Spans::collect();
    let options = || MonitorOptions::new().capture(ContentCapture::Events);
    let tool = ToolCall::new("find")
        .arguments(r#"{"a":1}"#)
        .options(options());
    let tool = tool.run(async || Ok::<_, io::Error>("found"), |it| *it);
    tool.await.unwrap();
    let search = Retrieval::new("users").query("Anna?").options(options());
    let document = || Document::new("1").score(0.5).excerpt("Anna lives here.");
    let search = search.run(async || Ok::<_, io::Error>(()), |()| vec![document()]);
    search.await.unwrap();

    let [tool, search] = spans.all().try_into().unwrap();
    assert!(!tool.has("gen_ai.tool.call.arguments") && !tool.has("gen_ai.tool.call.result"));
    assert_eq!(
        tool.events_named("gen_ai.execute_tool.details"),
        [json!({"gen_ai.tool.call.arguments": r#"{"a":1}"#, "gen_ai.tool.call.result": "found"})]
    );
    assert!(!search.has("gen_ai.retrieval.query.text"));
    assert_eq!(
        search.json("gen_ai.retrieval.documents"),
        json!([{"id": "1", "score": 0.5}])
    );
    let documents = r#"[{"id":"1","score":0.5,"content":"Anna lives here."}]"#;
    assert_eq!(
        search.events_named("gen_ai.retrieval.details"),
        [json!({"gen_ai.retrieval.query.text": "Anna?", "gen_ai.retrieval.documents": documents})]
    );
}

/// Without content the events would be empty.
#[tokio::test]
async fn content_off_adds_no_events_to_tools_and_searches() {
    let spans = Spans::collect();
    let tool = ToolCall::new("find").arguments("secret").options(off());
    let tool = tool.run(async || Ok::<_, io::Error>("found"), |it| *it);
    tool.await.unwrap();
    let search = Retrieval::new("users").query("Anna?").options(off());
    let found = || vec![Document::new("1").excerpt("Anna lives here.")];
    let search = search.run(async || Ok::<_, io::Error>(()), |()| found());
    search.await.unwrap();
    for span in spans.all() {
        assert_eq!(span.events(), Vec::<String>::new());
    }
}

#[cfg(feature = "agent-runtime")]
#[tokio::test]
async fn events_alone_hold_the_content_of_retrieve() {
    use aws_sdk_bedrockagentruntime::types::KnowledgeBaseQuery;

    let server = MockBedrock::start().await;
    server.set_answer(Answer::json(
        200,
        &json!({"retrievalResults": [{"content": {"text": "Ten days."}, "score": 0.5}]}),
    ));
    let spans = Spans::collect();
    let options = MonitorOptions::new().capture(ContentCapture::Events);
    let config = monitor_bedrock_with(server.agent_config(), options);
    let client = aws_sdk_bedrockagentruntime::Client::from_conf(config.build());
    let query = KnowledgeBaseQuery::builder().text("Refunds?").build();
    let call = client.retrieve().knowledge_base_id("KB12345678");
    call.retrieval_query(query).send().await.unwrap();
    let [event] = spans
        .one()
        .events_named("gen_ai.retrieval.details")
        .try_into()
        .unwrap();
    assert_eq!(event["gen_ai.retrieval.query.text"], "Refunds?");
    assert!(
        event["gen_ai.retrieval.documents"]
            .as_str()
            .unwrap()
            .contains("Ten days.")
    );
}

#[test]
fn feedback_texts_are_redacted_and_can_be_turned_off() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kinds = Arc::clone(&seen);
    let redacted = MonitorOptions::new()
        .redact_with(move |content| kinds.lock().unwrap().push(content.kind()))
        .redact_with(redact::emails());
    for (options, expected) in [
        (MonitorOptions::new(), json!("ask ann@example.com")),
        (redacted, json!("ask [email]")),
        // What content capture decides is another decision.
        (off(), json!("ask ann@example.com")),
        (MonitorOptions::new().feedback_text(false), Value::Null),
    ] {
        let records = Records::default();
        let options = options.llm_events(true).logger_provider(records.provider());
        let spans = Spans::collect();
        let feedback = || Feedback::negative().message("ask ann@example.com");
        let score = || {
            Score::relevance(0.1)
                .unwrap()
                .explanation("ask ann@example.com")
        };
        let trace = info_span!("answer").in_scope(|| {
            feedback().options(options.clone()).record();
            Evaluation::new()
                .score(score())
                .options(options.clone())
                .record();
            TraceRef::current().unwrap()
        });
        feedback().options(options.clone()).record_for(&trace);
        Evaluation::new()
            .score(score())
            .options(options)
            .record_for(&trace);
        let events = spans.all().into_iter();
        let events: Vec<_> = events
            .flat_map(|span| span.events_named("gen_ai.evaluation.result"))
            .collect();
        assert_eq!(events.len(), 4);
        for event in events {
            let text = event.get("gen_ai.evaluation.explanation").cloned();
            assert_eq!(text.unwrap_or_default(), expected);
        }
        let records = records.everything();
        assert_eq!(records.len(), 4);
        for record in records {
            let told = record.attributes;
            let text = ["message", "explanation", "llm.analysis.explanation"];
            let text = text.iter().find_map(|key| told.get(key)).cloned();
            assert_eq!(text.unwrap_or_default(), expected, "{told}");
        }
    }
    assert_eq!(seen.lock().unwrap()[..], [ContentKind::Feedback; 4]);
}

#[tokio::test]
async fn feedback_of_the_options_is_redacted() {
    let spans = Spans::collect();
    let server = server().await;
    let options = MonitorOptions::new()
        .redact_with(redact::emails())
        .feedback_with(|_| Some(Feedback::negative().message("by ann@example.com")));
    let config = monitor_bedrock_with(server.client_config(), options.clone());
    ask(&Client::from_conf(config.build())).await;
    let config = monitor_bedrock_with(server.client_config(), options.feedback_text(false));
    ask(&Client::from_conf(config.build())).await;
    let [first, second] = spans.bedrock().try_into().unwrap();
    let text = |span: &Span| {
        let [event] = span
            .events_named("gen_ai.evaluation.result")
            .try_into()
            .unwrap();
        event.get("gen_ai.evaluation.explanation").cloned()
    };
    assert_eq!(text(&first), Some(json!("by [email]")));
    assert_eq!(text(&second), None);
}

#[tokio::test]
async fn redactions_add_up_in_order() {
    let spans = Spans::collect();
    let options = MonitorOptions::new()
        .redact_with(redact::emails())
        .redact_with(redact::card_numbers())
        .redact_with(redact::phone_numbers())
        .redact_with(redact::aws_keys())
        .redact_with(redact::pattern(r"\[email\]", "<$0>").unwrap());
    let arguments = "ann@example.com 4111 1111 1111 1111 +49 30 1234567 AKIAIOSFODNN7EXAMPLE 42";
    let tool = ToolCall::new("t").arguments(arguments).options(options);
    let tool = tool.run(async || Ok::<_, io::Error>(()), |()| "");
    tool.await.unwrap();
    let [span] = spans.all().try_into().unwrap();
    let arguments = span.text("gen_ai.tool.call.arguments");
    assert_eq!(arguments, "<[email]> [card] [phone] [aws key] 42");
    let error = redact::pattern("(", "").map(|_| ()).unwrap_err();
    assert!(error.is_invalid_setting() && error.to_string().starts_with("redact::pattern: "));
}

#[tokio::test]
async fn closures_are_not_called_for_unsampled_spans() {
    for (events, expected) in [(false, 0), (true, 1)] {
        let _spans = Spans::collect_with(Sampler::AlwaysOff, |tracer| {
            tracing_subscriber::registry()
                .with(LevelFilter::INFO)
                .with(layer(tracer))
        });
        let records = Records::default();
        let options = MonitorOptions::new().llm_events(events);
        let options = options.logger_provider(records.provider());
        let (mut told, mut found) = (0, 0);
        let tool = ToolCall::new("t").options(options.clone());
        let tool = tool.run(
            async || Ok::<_, io::Error>(()),
            |()| {
                told += 1;
                ""
            },
        );
        tool.await.unwrap();
        let search = Retrieval::new("t").options(options);
        let search = search.run(
            async || Ok::<_, io::Error>(()),
            |()| {
                found += 1;
                vec![Document::new("1")]
            },
        );
        search.await.unwrap();
        assert_eq!((told, found), (expected, expected));
    }
}

#[tokio::test]
async fn documents_beyond_the_limit_are_counted() {
    for (count, omitted) in [(200, json!(72)), (128, Value::Null)] {
        let spans = Spans::collect();
        let documents = |()| {
            (0..count)
                .map(|id| Document::new(format!("{id}")))
                .collect()
        };
        let search = Retrieval::new("t").options(MonitorOptions::new().content_limit(100_000));
        let search = search.run(async || Ok::<_, io::Error>(()), |()| documents(()));
        search.await.unwrap();
        let [span] = spans.all().try_into().unwrap();
        let recorded = span.json("gen_ai.retrieval.documents");
        assert_eq!(recorded.as_array().unwrap().len(), 128);
        assert_eq!(
            span.attribute("aws.bedrock.retrieval.documents.omitted"),
            omitted
        );
    }
}

#[tokio::test]
async fn attributes_of_the_options_are_kept_where_the_span_has_no_value() {
    let spans = Spans::collect();
    let options = MonitorOptions::new()
        .attribute("gen_ai.provider.name", "acme")
        .attribute("gen_ai.operation.name", "mine")
        .attribute("gen_ai.request.model", "m")
        .attribute("cloud.region", "eu-1")
        .attribute("gen_ai.usage.input_tokens", 99)
        .attribute("gen_ai.usage.output_tokens", 1)
        .attribute("error.type", "x");
    let tool = ToolCall::new("t").options(options.clone());
    let tool = tool.run(async || Ok::<_, io::Error>(()), |()| "");
    tool.await.unwrap();
    let server = server().await;
    let config = monitor_bedrock_with(server.client_config(), options);
    ask(&Client::from_conf(config.build())).await;
    let [tool, call] = spans.all().try_into().unwrap();
    for (key, of_tool, of_call) in [
        ("gen_ai.provider.name", json!("acme"), json!("aws.bedrock")),
        (
            "gen_ai.operation.name",
            json!("execute_tool"),
            json!("chat"),
        ),
        ("gen_ai.request.model", json!("m"), json!(MODEL)),
        (
            "cloud.region",
            json!("eu-1"),
            call.attribute("cloud.region"),
        ),
        ("error.type", json!("x"), json!("x")),
    ] {
        assert_eq!(tool.attribute(key), of_tool, "{key}");
        assert_eq!(call.attribute(key), of_call, "{key}");
    }
    assert_ne!(call.attribute("cloud.region"), json!("eu-1"));
    assert_eq!(tool.attribute("gen_ai.usage.input_tokens"), json!(99));
    assert_ne!(call.attribute("gen_ai.usage.input_tokens"), json!(99));
}

/// What a `fmt` layer writes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
