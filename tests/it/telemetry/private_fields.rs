//! `drop_attributes`: fields of the application that are not exported.

use nr_bedrock_observability::rag::Retrieval;
use nr_bedrock_observability::{MonitorOptions, Telemetry};
use tracing_subscriber::Registry;

use super::console::Screen;
use super::{subscribe, to, with};
use crate::support::otlp::Receiver;

#[tracing::instrument(fields(customer.name = "Ada", gen_ai.request.model = "hidden", top_k = 3))]
fn answer(prompt: &str) {
    tracing::info!(prompt, customer.name = "Ada", attempt = 1, "asked");
    let options = MonitorOptions::new();
    let retrieval = Retrieval::new("handbook").query("secret question");
    let found = retrieval
        .options(options)
        .run(async || Ok::<_, std::io::Error>(()), |()| Vec::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(found).unwrap();
}

#[test]
fn dropped_attributes_leave_neither_on_spans_nor_events_nor_logs() {
    let receiver = Receiver::start();
    let patterns = ["prompt", "customer.*"];
    let (dispatch, guard) = subscribe(to(&receiver).drop_attributes(patterns));
    with(&dispatch, || answer("my address is …"));
    guard.flush().unwrap();
    let span = receiver.span("answer");
    let names: Vec<_> = span.attributes.keys().map(String::as_str).collect();
    assert!(names.contains(&"top_k"), "{names:?}");
    for dropped in ["prompt", "customer.name", "target"] {
        assert!(!names.contains(&dropped), "{names:?}");
    }
    let [(name, fields)] = span.events.as_slice() else {
        panic!("{:?}", span.events);
    };
    assert_eq!((name.as_str(), &fields["attempt"]), ("asked", &1.into()));
    assert!(!fields.contains_key("prompt") && !fields.contains_key("customer.name"));
    if cfg!(feature = "logs") {
        let logs = receiver.logs();
        let log = logs.iter().find(|log| log.body == "asked").unwrap();
        assert_eq!(log.attributes["attempt"], 1);
        assert!(!log.attributes.contains_key("prompt"), "{log:?}");
        assert!(!log.attributes.contains_key("customer.name"), "{log:?}");
    }
    guard.shutdown().unwrap();
}

#[test]
fn spans_of_this_crate_keep_dropped_names() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver).drop_attributes(["*"]));
    with(&dispatch, || answer("x"));
    guard.flush().unwrap();
    assert!(receiver.span("answer").attributes.is_empty());
    let search = receiver.span("retrieval handbook");
    assert_eq!(search.attributes["gen_ai.operation.name"], "retrieval");
    assert!(!search.attributes.contains_key("target"));
    guard.shutdown().unwrap();
}

/// Calls inherit attributes from the spans above them: those are private there too.
#[test]
fn dropped_attributes_are_not_inherited() {
    let receiver = Receiver::start();
    let patterns = ["tenant.email", "llm.secret"];
    let (dispatch, guard) = subscribe(to(&receiver).drop_attributes(patterns));
    let fields = || {
        tracing::info_span!(
            "outer",
            tenant.email = "a@b",
            llm.secret = 1,
            tenant.id = "acme"
        )
    };
    with(&dispatch, || fields().in_scope(|| answer("x")));
    guard.flush().unwrap();
    for name in ["outer", "retrieval handbook"] {
        let attributes = receiver.span(name).attributes;
        assert_eq!(attributes["tenant.id"], "acme");
        for dropped in patterns {
            assert!(!attributes.contains_key(dropped), "{name}: {attributes:?}");
        }
    }
    guard.shutdown().unwrap();
}

#[test]
fn field_named_target_stays() {
    let receiver = Receiver::start();
    let (dispatch, guard) = subscribe(to(&receiver).drop_attributes(["prompt"]));
    with(&dispatch, || {
        tracing::info_span!("aimed", target = "mine").in_scope(|| ());
    });
    guard.flush().unwrap();
    assert_eq!(receiver.span("aimed").attributes["target"], "mine");
    guard.shutdown().unwrap();
}

#[test]
fn dropped_attributes_are_not_printed() {
    let print = |patterns: &[&str]| {
        let screen = Screen::default();
        let telemetry = Telemetry::console()
            .environment(|_| None)
            .writer(screen.clone())
            .drop_attributes(patterns.iter().copied());
        let (dispatch, guard) = subscribe(telemetry);
        with(&dispatch, || answer("x"));
        guard.shutdown().unwrap();
        screen.text()
    };
    assert!(print(&[]).contains("hidden"), "{}", print(&[]));
    assert!(!print(&["*.model"]).contains("hidden"));
}

#[test]
fn an_empty_pattern_is_an_error() {
    let telemetry = Telemetry::console().drop_attributes(["a", " "]);
    let error = telemetry.layer::<Registry>().map(drop).unwrap_err();
    assert!(
        error.to_string().starts_with("drop_attributes: "),
        "{error}"
    );
}
