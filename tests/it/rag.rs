//! Searches of the application's own become spans.

#[cfg(feature = "opensearch")]
mod opensearch;

use std::io;

use nr_bedrock_observability::rag::{Document, Retrieval};
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::json;
use tracing::level_filters::LevelFilter;

use crate::support::records::Records;
use crate::support::spans::Spans;

/// A result that says when it is copied: it has no `Clone`.
#[derive(Debug, PartialEq)]
struct Hits(Vec<(&'static str, f64, &'static str)>);

fn hits() -> Hits {
    Hits(vec![
        ("refunds.md#1", 0.91, "Refunds take ten days."),
        ("returns.md#4", 0.0, "Send it back within a month."),
    ])
}

fn documents(hits: &Hits) -> Vec<Document> {
    let documents = hits.0.iter().map(|(id, score, text)| {
        let source = id.split('#').next().unwrap_or_default();
        Document::new(*id)
            .score(*score)
            .source(source)
            .excerpt(*text)
    });
    documents.collect()
}

fn retrieval(options: MonitorOptions) -> Retrieval {
    Retrieval::new("handbook")
        .query("How do refunds work?")
        .top_k(2)
        .options(options)
}

#[tokio::test]
async fn a_search_is_a_span_and_its_result_goes_through() {
    let spans = Spans::collect();
    let search = retrieval(MonitorOptions::new())
        .system("postgresql")
        .collection("passages")
        .server("db.internal", 5432)
        .model("amazon.titan-embed-text-v2:0");
    let found = search.run(async || Ok::<_, io::Error>(hits()), documents);
    assert_eq!(found.await.unwrap(), hits());

    let [span] = spans.all().try_into().unwrap();
    assert_eq!(span.name(), "retrieval handbook");
    assert!(span.is_client() && span.error().is_none());
    let documents = json!([
        {"id": "refunds.md#1", "score": 0.91, "source": "refunds.md",
            "content": "Refunds take ten days."},
        {"id": "returns.md#4", "score": 0.0, "source": "returns.md",
            "content": "Send it back within a month."},
    ]);
    assert_eq!(span.json("gen_ai.retrieval.documents"), documents);
    let mut attributes = json!(span.attributes());
    let map = attributes.as_object_mut().unwrap();
    map.remove("gen_ai.retrieval.documents");
    let expected = json!({
        "gen_ai.operation.name": "retrieval",
        "gen_ai.data_source.id": "handbook",
        "gen_ai.request.model": "amazon.titan-embed-text-v2:0",
        "aws.bedrock.model.name": "titan-embed-text",
        "aws.bedrock.model.vendor": "amazon",
        "gen_ai.retrieval.query.text": "How do refunds work?",
        "gen_ai.retrieval.top_k": 2,
        "db.system.name": "postgresql",
        "db.collection.name": "passages",
        "server.address": "db.internal",
        "server.port": 5432,
    });
    assert_eq!(attributes, expected);
}

#[tokio::test]
async fn an_error_goes_through_and_is_told() {
    let spans = Spans::collect();
    let refused = || io::Error::new(io::ErrorKind::ConnectionRefused, "nobody is there");
    let search = retrieval(MonitorOptions::new());
    let error = search.run(async || Err::<Hits, _>(refused()), documents);
    assert_eq!(error.await.unwrap_err().to_string(), "nobody is there");
    // An error of any type tells no more than its text.
    let search = retrieval(MonitorOptions::new());
    let error = search.run(
        async || Err::<Hits, _>(Box::<dyn std::error::Error>::from("odd")),
        documents,
    );
    error.await.unwrap_err();
    let [typed, odd] = spans.all().try_into().unwrap();
    assert_eq!(typed.text("error.type"), "_OTHER");
    assert_eq!(typed.error().as_deref(), Some("nobody is there"));
    assert_eq!(odd.error().as_deref(), Some("odd"));
    assert_eq!(
        typed.events_named("exception"),
        [json!({"exception.type": "_OTHER", "exception.message": "nobody is there"})]
    );
    assert!(!typed.has("gen_ai.retrieval.documents"));
    // The process's own search is no call of a client.
    assert!(!typed.is_client());
}

/// An error type of the application's own.
#[derive(Debug)]
struct NoSuchIndex;

impl std::fmt::Display for NoSuchIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no such index")
    }
}

#[tokio::test]
async fn a_type_of_error_is_its_name() {
    let spans = Spans::collect();
    let search = retrieval(MonitorOptions::new());
    let _ = search
        .run(async || Err::<Hits, _>(NoSuchIndex), documents)
        .await;
    let [span] = spans.all().try_into().unwrap();
    assert_eq!(span.text("error.type"), "it::rag::NoSuchIndex");
}

#[tokio::test]
async fn content_follows_the_options() {
    let secret = |text: &str| text.contains("efund");
    let cases = [
        (
            "off",
            MonitorOptions::new().capture(ContentCapture::Off),
            None,
        ),
        (
            "redacted",
            MonitorOptions::new().redact_with(|content| {
                let hidden = content.text().replace("efunds", "…").replace("efund", "…");
                content.set_text(hidden);
            }),
            Some("How do r… work?"),
        ),
    ];
    for (name, options, query) in cases {
        let spans = Spans::collect();
        let search = retrieval(options);
        search
            .run(
                async || Ok::<_, io::Error>(hits()),
                |hits| {
                    let mut found = documents(hits);
                    found.truncate(1);
                    found
                },
            )
            .await
            .unwrap();
        let [span] = spans.all().try_into().unwrap();
        let told = span.attribute("gen_ai.retrieval.query.text");
        assert_eq!(told.as_str(), query, "{name}");
        let documents = span.json("gen_ai.retrieval.documents");
        assert_eq!(documents[0]["id"], "refunds.md#1", "{name}");
        assert_eq!(documents[0]["score"], 0.91, "{name}");
        let content = documents[0]["content"].as_str().unwrap_or_default();
        assert!(!secret(content), "{name}: {content}");
        assert_eq!(content.is_empty(), query.is_none(), "{name}");
    }
}

#[tokio::test]
async fn nothing_is_asked_where_nobody_listens() {
    for spans in [None, Some(Spans::collect_at(LevelFilter::WARN))] {
        let search = retrieval(MonitorOptions::new());
        let found = search.run(async || Ok::<_, io::Error>(hits()), |_| panic!("asked"));
        assert_eq!(found.await.unwrap(), hits());
        assert!(spans.is_none_or(|spans| spans.all().is_empty()));
    }
}

#[tokio::test]
async fn a_reader_that_panics_costs_the_documents_alone() {
    let spans = Spans::collect();
    let search = retrieval(MonitorOptions::new());
    let found = search.run(async || Ok::<_, io::Error>(hits()), |_| panic!("no"));
    assert_eq!(found.await.unwrap(), hits());
    let [span] = spans.all().try_into().unwrap();
    assert!(!span.has("gen_ai.retrieval.documents") && span.error().is_none());
}

#[tokio::test]
async fn a_search_that_is_dropped_says_so() {
    let spans = Spans::collect();
    let never = async || {
        std::future::pending::<()>().await;
        Ok::<_, io::Error>(hits())
    };
    let search = retrieval(MonitorOptions::new()).run(never, documents);
    let waited = tokio::time::timeout(std::time::Duration::from_millis(20), search).await;
    waited.unwrap_err();
    let [span] = spans.all().try_into().unwrap();
    assert_eq!(span.text("error.type"), "cancelled");
}

#[tokio::test]
async fn what_runs_inside_is_below_and_the_search_below_its_caller() {
    let spans = Spans::collect();
    let outer = tracing::info_span!("answer");
    let search = retrieval(MonitorOptions::new()).run(
        async || {
            tracing::info_span!("embed").in_scope(|| ());
            tokio::task::yield_now().await;
            tracing::info_span!("scan").in_scope(|| ());
            Ok::<_, io::Error>(hits())
        },
        documents,
    );
    tracing::Instrument::instrument(search, outer.clone())
        .await
        .unwrap();
    drop(outer);
    let all = spans.all();
    let named = |name: &str| all.iter().find(|span| span.name() == name).unwrap();
    let search = named("retrieval handbook");
    assert!(search.is_child_of(named("answer")));
    assert!(named("embed").is_child_of(search));
    assert!(named("scan").is_child_of(search));
}

#[tokio::test]
async fn a_search_is_new_relics_event_too() {
    let (spans, records) = (Spans::collect(), Records::default());
    let options = MonitorOptions::new()
        .llm_events(true)
        .logger_provider(records.provider());
    retrieval(options)
        .run(async || Ok::<_, io::Error>(hits()), documents)
        .await
        .unwrap();
    let [search] = records.of("LlmVectorSearch").try_into().unwrap();
    assert_eq!(search.text("request.query"), "How do refunds work?");
    assert_eq!(search.attributes["request.k"], 2);
    assert_eq!(search.attributes["response.number_of_documents"], 2);
    let [first, _] = records.of("LlmVectorSearchResult").try_into().unwrap();
    assert_eq!(first.text("page_content"), "Refunds take ten days.");
    assert_eq!(first.text("metadata.source"), "refunds.md");
    assert_eq!(first.text("search_id"), search.text("id"));
    let [span] = spans.all().try_into().unwrap();
    assert_eq!(
        search.text("span_id"),
        span.0.span_context.span_id().to_string()
    );
}

#[test]
fn debug_shows_no_content() {
    let text = format!(
        "{:?} {:?}",
        retrieval(MonitorOptions::new()),
        Document::new("1").excerpt("secret passage")
    );
    assert!(text.contains("handbook"), "{text}");
    assert!(
        !text.contains("refunds") && !text.contains("secret"),
        "{text}"
    );
}
