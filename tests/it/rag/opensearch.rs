//! Searches with the client of OpenSearch.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use nr_bedrock_observability::rag::Retrieval;
use nr_bedrock_observability::rag::opensearch::Search;
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use opensearch::http::transport::Transport;
use opensearch::{OpenSearch, SearchParts};
use serde_json::{Value, json};

use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

fn client(server: &MockBedrock) -> OpenSearch {
    OpenSearch::new(Transport::single_node(&server.endpoint()).unwrap())
}

fn answer() -> Value {
    json!({"took": 3, "timed_out": false, "hits": {"total": {"value": 2}, "hits": [
        {"_index": "handbook", "_id": "7", "_score": 0.75,
            "_source": {"title": "Refunds", "text": "Refunds take ten days."}},
        {"_index": "handbook", "_id": "9", "_score": null, "_source": {"note": "Other"}},
    ]}})
}

fn search() -> Search {
    let search = Search::knn("handbook", "vector", &[0.5, -1.0], 3);
    search
        .query_text("How do refunds work?")
        .options(MonitorOptions::new())
}

fn one(spans: &Spans) -> Span {
    let [span] = spans.all().try_into().unwrap();
    span
}

#[tokio::test]
async fn a_search_by_vectors_is_a_span_and_the_response_is_the_clients() {
    let (spans, server) = (Spans::collect(), MockBedrock::start().await);
    let answered = Answer::json(200, &answer()).header("x-opaque-id", "kept");
    server.queue_answer(answered);
    let response = search().send(&client(&server)).await.unwrap();
    assert_eq!(response.status_code(), 200);
    assert_eq!(response.headers()["x-opaque-id"], "kept");
    assert_eq!(response.content_type(), "application/json");
    assert_eq!(response.url().path(), "/handbook/_search");
    assert_eq!(response.json::<Value>().await.unwrap(), answer());

    let request = server.requests().remove(0);
    assert_eq!(request.path, "/handbook/_search");
    assert_eq!(
        request.json(),
        json!({"query": {"knn": {"vector": {"vector": [0.5, -1.0], "k": 3}}}, "size": 3})
    );
    let span = one(&spans);
    assert_eq!(span.name(), "retrieval handbook");
    assert!(span.is_client());
    assert_eq!(
        span.json("gen_ai.retrieval.documents"),
        json!([
            {"id": "7", "score": 0.75, "source": "handbook", "content": "Refunds take ten days."},
            {"id": "9", "source": "handbook"},
        ])
    );
    for (key, value) in [
        ("gen_ai.retrieval.query.text", json!("How do refunds work?")),
        ("gen_ai.retrieval.top_k", json!(3)),
        ("db.system.name", json!("opensearch")),
        ("db.collection.name", json!("handbook")),
        ("db.operation.name", json!("search")),
        ("server.address", json!("127.0.0.1")),
        ("server.port", json!(server.addr().port())),
        ("http.response.status_code", json!(200)),
    ] {
        assert_eq!(span.attribute(key), value, "{key}");
    }
}

#[tokio::test]
async fn searches_by_words_and_by_both_are_written() {
    let server = MockBedrock::start().await;
    server.set_answer(Answer::json(200, &answer()));
    let words = || Search::lexical("handbook", "text", "refunds").options(MonitorOptions::new());
    let both = Search::hybrid(words(), [search()])
        .pipeline("normalise")
        .size(5);
    for (search, target, body) in [
        (
            words(),
            "/handbook/_search",
            json!({"query": {"match": {"text": {"query": "refunds"}}}, "size": 10}),
        ),
        (
            both,
            "/handbook/_search?search_pipeline=normalise",
            json!({"query": {"hybrid": {"queries": [
                {"match": {"text": {"query": "refunds"}}},
                {"knn": {"vector": {"vector": [0.5, -1.0], "k": 3}}},
            ]}}, "size": 5}),
        ),
    ] {
        let spans = Spans::collect();
        search.send(&client(&server)).await.unwrap();
        let request = server.requests().pop().unwrap();
        assert_eq!((request.path.as_str(), request.json()), (target, body));
        assert_eq!(one(&spans).text("gen_ai.retrieval.query.text"), "refunds");
    }
}

#[tokio::test]
async fn statuses_of_errors_are_told_and_left_to_the_caller() {
    let not_found = json!({"error": {"type": "index_not_found_exception",
        "reason": "no such index [handbook]"}, "status": 404});
    for (status, body, kind, message) in [
        (
            404,
            not_found,
            "index_not_found_exception",
            "no such index [handbook]",
        ),
        (503, json!({"error": "unavailable"}), "503", "unavailable"),
        (502, json!("a proxy's page"), "502", ""),
    ] {
        let (spans, server) = (Spans::collect(), MockBedrock::start().await);
        server.queue_answer(Answer::json(status, &body));
        let response = search().send(&client(&server)).await.unwrap();
        assert_eq!(response.status_code(), status);
        let read: Value = response.json().await.unwrap();
        assert_eq!(read, body);
        let span = one(&spans);
        assert_eq!(span.text("error.type"), kind);
        assert_eq!(span.error().as_deref(), Some(message));
        assert_eq!(span.attribute("http.response.status_code"), json!(status));
        let code = status.to_string();
        assert_eq!(span.text("db.response.status_code"), code);
    }
    // No connection: the client's own error.
    let spans = Spans::collect();
    let gone = Transport::single_node("http://127.0.0.1:1").unwrap();
    let error = search().send(&OpenSearch::new(gone)).await;
    assert!(error.is_err());
    let span = one(&spans);
    assert_eq!(span.text("error.type"), "opensearch::error::Error");
    assert!(span.error().is_some_and(|text| !text.is_empty()));
}

/// The reason may quote the query.
#[tokio::test]
async fn reasons_of_errors_are_content() {
    let reason = "failed to parse [How do refunds work?]";
    let body = json!({"error": {"type": "parsing_exception", "reason": reason}});
    for (capture, in_status, in_event) in [
        (ContentCapture::AttributesAndEvents, true, true),
        (ContentCapture::Attributes, true, false),
        (ContentCapture::Events, false, true),
        (ContentCapture::Off, false, false),
    ] {
        let (spans, server) = (Spans::collect(), MockBedrock::start().await);
        server.queue_answer(Answer::json(400, &body));
        let search = search().options(MonitorOptions::new().capture(capture));
        search.send(&client(&server)).await.unwrap();
        let span = one(&spans);
        let expected = if in_status { reason } else { "" };
        assert_eq!(span.error().as_deref(), Some(expected), "{capture:?}");
        assert_eq!(span.text("error.type"), "parsing_exception");
        let event = json!(span.events_named("exception")).to_string();
        assert_eq!(event.contains("refunds"), in_event, "{capture:?}: {event}");
    }
}

#[tokio::test]
async fn any_request_of_the_clients_can_be_watched() {
    let (spans, server) = (Spans::collect(), MockBedrock::start().await);
    server.queue_answer(Answer::json(200, &answer()));
    let client = client(&server);
    let request = client
        .search(SearchParts::Index(&["handbook"]))
        .body(json!({"query": {"match_all": {}}}));
    let retrieval = Retrieval::new("manuals")
        .options(MonitorOptions::new().capture(ContentCapture::Off))
        .query("secret");
    let response = retrieval.opensearch(async || request.send().await).await;
    let read: Value = response.unwrap().json().await.unwrap();
    assert_eq!(read, answer());
    let span = one(&spans);
    assert_eq!(span.name(), "retrieval manuals");
    assert!(!span.has("gen_ai.retrieval.query.text"));
    let documents = span.json("gen_ai.retrieval.documents");
    assert_eq!(
        documents,
        json!([{"id": "7", "score": 0.75, "source": "handbook"}, {"id": "9", "source": "handbook"}])
    );
}
