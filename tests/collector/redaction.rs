//! The copy that `redacted.yaml` makes: no content in any span or log record, and
//! everything else as it was.

use std::collections::{BTreeMap, BTreeSet};

use nr_bedrock_observability::{ContentCapture, Telemetry};
use serde_json::Value;

use crate::support::otlp::{Log, Receiver, Span};
use crate::{KEY, Running, emission, until};

type Attributes = BTreeMap<String, Value>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the collector: see the head of collector.rs"]
async fn redacted_copy_holds_no_content() {
    let (new_relic, second) = (Receiver::new_relic(KEY), Receiver::start());
    let settings = [
        ("NEW_RELIC_ENDPOINT", new_relic.url()),
        ("SECOND_ENDPOINT", second.url()),
        ("KEEP_PERCENT", "100".to_owned()),
        ("DECISION_WAIT", "1s".to_owned()),
    ];
    let files = ["gateway.yaml", "redacted.yaml"];
    let gateway = Running::start(&files, &settings, "GATEWAY");
    // Installed, because records of feedback go to the process's own pipeline.
    let telemetry = Telemetry::otlp()
        .environment(|_| None)
        .service_name("support-bot")
        .endpoint(format!("http://127.0.0.1:{}", gateway.http));
    let guard = telemetry.install().unwrap();
    for capture in [
        ContentCapture::AttributesAndEvents,
        ContentCapture::Attributes,
        ContentCapture::Events,
    ] {
        emission::emit_every_kind(capture).await;
    }
    guard.flush().unwrap();
    let (spans, logs) = (
        guard.stats().spans().exported(),
        guard.stats().logs().exported(),
    );
    for receiver in [&new_relic, &second] {
        // What other tests of this process log goes to the installed pipeline too.
        until("every span", || receiver.spans().len() as u64 >= spans);
        until("every record", || receiver.logs().len() as u64 >= logs);
    }
    until("the copy", || {
        let counts = |receiver: &Receiver| (receiver.spans().len(), receiver.logs().len());
        counts(&second) == counts(&new_relic)
    });

    // Every place that can hold content did hold some before.
    let mut expected: BTreeSet<_> = PLACES.iter().map(|place| (*place).to_owned()).collect();
    if cfg!(feature = "logs") {
        expected.extend(PLACES_OF_LOGS.iter().map(|place| (*place).to_owned()));
    }
    assert_eq!(places_of_content(&new_relic), expected);
    assert_eq!(places_of_content(&second), BTreeSet::new());

    // Spans with events and spans without were both looked at.
    let without_events = |span: &&Span| span.events.is_empty();
    let plain = second.spans().iter().filter(without_events).count();
    assert!(plain > 20 && second.spans().len() > plain + 20, "{plain}");
    assert_rest_is_kept(&new_relic, &second);
    guard.shutdown().unwrap();
}

/// Where planted words are: `span KEY`, `event KEY`, `log KEY`, and what is no
/// attribute.
fn places_of_content(receiver: &Receiver) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    let mut look = |place: String, holds: &str| {
        if holds.contains(emission::PLANTED) {
            places.insert(place);
        }
    };
    for span in receiver.spans() {
        look("span name".to_owned(), &span.name);
        look("status".to_owned(), &span.error.unwrap_or_default());
        for (key, value) in &span.attributes {
            look(format!("span {key}"), &value.to_string());
        }
        for (name, attributes) in &span.events {
            look("event name".to_owned(), name);
            for (key, value) in attributes {
                look(format!("event {key}"), &value.to_string());
            }
        }
    }
    for log in receiver.logs() {
        look("log body".to_owned(), &log.body.to_string());
        for (key, value) in &log.attributes {
            look(format!("log {key}"), &value.to_string());
        }
    }
    places
}

/// What is no content is in the copy too: models, tokens, ids, names of events.
fn assert_rest_is_kept(new_relic: &Receiver, second: &Receiver) {
    let mut kept = BTreeSet::new();
    let copies = second.spans();
    for span in new_relic.spans() {
        let copy = copies.iter().find(|copy| copy.id == span.id).unwrap();
        assert_eq!((&copy.name, &copy.parent_id), (&span.name, &span.parent_id));
        assert_eq!(copy.error.is_some(), span.error.is_some(), "{}", span.name);
        let rest = without_content("span", &span.attributes);
        assert_eq!(without_content("span", &copy.attributes), rest);
        kept.extend(rest.into_keys());
        assert_eq!(copy.events.len(), span.events.len(), "{}", span.name);
        for ((name, attributes), (copied_name, copied)) in span.events.iter().zip(&copy.events) {
            let is_own = attributes.contains_key("level") && name != "exception";
            let expected = if is_own { "event" } else { name };
            assert_eq!(copied_name, expected);
            let rest = without_content("event", attributes);
            assert_eq!(without_content("event", copied), rest);
            kept.extend(rest.into_keys());
        }
    }
    let copies: Vec<_> = second.logs().iter().map(rest_of_log).collect();
    for log in new_relic.logs() {
        let rest = rest_of_log(&log);
        assert!(copies.contains(&rest), "no copy of {log:#?}");
        kept.extend(rest.into_keys());
    }
    for key in KEPT {
        assert!(kept.contains(*key), "{key} is in no copy");
    }
}

fn rest_of_log(log: &Log) -> Attributes {
    let mut rest = without_content("log", &log.attributes);
    rest.insert("trace".to_owned(), Value::from(log.trace_id.clone()));
    rest.insert("span".to_owned(), Value::from(log.span_id.clone()));
    rest
}

/// Without the keys that hold content, and without those that only New Relic gets.
fn without_content(kind: &str, attributes: &Attributes) -> Attributes {
    let mut rest = attributes.clone();
    rest.retain(|key, value| {
        let place = format!("{kind} {key}");
        let is_flag = place == "log error" && value.is_boolean();
        let places = PLACES.iter().chain(PLACES_OF_LOGS);
        let is_content = places.into_iter().any(|known| *known == place);
        (is_flag || !is_content) && !FORM_OF_NEW_RELIC.contains(&key.as_str())
    });
    rest
}

/// Where content is before the redaction.
const PLACES: &[&str] = &[
    "event content",
    "event error",
    "event error.chain",
    "event exception.message",
    "event exception.stacktrace",
    "event gen_ai.evaluation.explanation",
    "event gen_ai.retrieval.documents",
    "event gen_ai.retrieval.query.text",
    "event gen_ai.tool.call.arguments",
    "event gen_ai.tool.call.result",
    "event gen_ai.tool.description",
    "event name",
    "event tool_calls",
    "log body",
    "log content",
    "log error.message",
    "log error_message",
    "log explanation",
    "log feedback_message",
    "log input",
    "log message",
    "log output",
    "log page_content",
    "log request.query",
    "span aws.bedrock.async_invoke.failure_message",
    "span error",
    "span error.chain",
    "span exception.message",
    "span exception.stacktrace",
    "span gen_ai.input.messages",
    "span gen_ai.output.messages",
    "span gen_ai.prompt.variable.city",
    "span gen_ai.retrieval.documents",
    "span gen_ai.retrieval.query.text",
    "span gen_ai.system_instructions",
    "span gen_ai.tool.call.arguments",
    "span gen_ai.tool.call.result",
    "span gen_ai.tool.definitions",
    "span gen_ai.tool.description",
    "status",
];

/// The same in the application's own log records, with the feature `logs`.
const PLACES_OF_LOGS: &[&str] = &["log error", "log exception.message"];

/// What the gateway adds or changes for New Relic alone.
const FORM_OF_NEW_RELIC: &[&str] = &[
    "applicationName",
    "gen_ai.response.finish_reasons",
    "gen_ai.system",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "llm.conversation_id",
];

/// What a copy is of no use without.
const KEPT: &[&str] = &[
    "aws.request_id",
    "error.type",
    "error_code",
    "gen_ai.evaluation.score.label",
    "gen_ai.operation.name",
    "gen_ai.request.model",
    "gen_ai.tool.call.id",
    "gen_ai.tool.name",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "newrelic.event.type",
    "response.usage.total_tokens",
    "role",
    "workflow.type",
];
