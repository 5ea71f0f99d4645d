//! Searches in a real OpenSearch.
//!
//! Run with `bash tests/support/opensearch/serve 9201 &`, which needs Java 17 and
//! Maven, and then
//! `OPENSEARCH_URL=http://127.0.0.1:9201 cargo test --features opensearch --test opensearch -- --ignored`.

#![cfg(feature = "opensearch")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "other tests use the rest")]
mod support;

use nr_bedrock_observability::MonitorOptions;
use nr_bedrock_observability::rag::opensearch::Search;
use opensearch::http::transport::Transport;
use opensearch::indices::IndicesCreateParts;
use opensearch::params::Refresh;
use opensearch::{IndexParts, OpenSearch};
use serde_json::{Value, json};
use support::spans::{Span, Spans};

#[tokio::test]
#[ignore = "needs OpenSearch: bash tests/support/opensearch/serve 9201"]
async fn searches_by_words_and_by_vectors_find_what_is_there() {
    let client = filled().await;
    let words = Search::lexical(INDEX, "text", "how do refunds work").size(2);
    let (found, span) = searched(&client, words).await;
    assert_eq!(found["hits"]["hits"][0]["_id"], "refunds");
    let documents = span.json("gen_ai.retrieval.documents");
    assert_eq!(documents[0]["id"], "refunds");
    assert_eq!(documents[0]["score"], found["hits"]["hits"][0]["_score"]);
    assert_eq!(documents[0]["content"], "Refunds take ten days.");
    assert_eq!(
        span.text("gen_ai.retrieval.query.text"),
        "how do refunds work"
    );

    let nearest = Search::knn(INDEX, "vector", &[0.1, 0.9], 1);
    let (found, span) = searched(&client, nearest).await;
    assert_eq!(found["hits"]["hits"][0]["_id"], "shipping");
    let documents = span.json("gen_ai.retrieval.documents");
    assert_eq!(documents.as_array().unwrap().len(), 1);
    assert_eq!(documents[0]["id"], "shipping");
    assert_eq!(documents[0]["source"], INDEX);
    assert_eq!(span.attribute("http.response.status_code"), json!(200));
    assert!(span.error().is_none());
}

#[tokio::test]
#[ignore = "needs OpenSearch: bash tests/support/opensearch/serve 9201"]
async fn its_errors_have_its_names() {
    let client = client();
    for (search, status, kind) in [
        (
            Search::lexical("no-such-index", "text", "refunds"),
            404,
            "index_not_found_exception",
        ),
        (
            Search::new(filled_name().await, json!({"no_such_query": {}})),
            400,
            "parsing_exception",
        ),
    ] {
        let (answer, span) = searched(&client, search).await;
        assert_eq!(answer["error"]["type"], kind);
        assert_eq!(span.text("error.type"), kind);
        assert_eq!(span.error().as_deref(), answer["error"]["reason"].as_str());
        assert_eq!(span.attribute("http.response.status_code"), json!(status));
    }
}

async fn searched(client: &OpenSearch, search: Search) -> (Value, Span) {
    let spans = Spans::collect();
    let search = search.options(MonitorOptions::new());
    let answer = search.send(client).await.unwrap().json().await.unwrap();
    let [span] = spans.all().try_into().unwrap();
    (answer, span)
}

fn client() -> OpenSearch {
    let url = std::env::var("OPENSEARCH_URL");
    let url = url.unwrap_or_else(|_| "http://127.0.0.1:9201".to_owned());
    OpenSearch::new(Transport::single_node(&url).unwrap())
}

async fn filled_name() -> String {
    filled().await;
    INDEX.to_owned()
}

/// A client of an index with two passages.
async fn filled() -> OpenSearch {
    let client = client();
    let vector = json!({"type": "knn_vector", "dimension": 2, "method":
        {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}});
    let create = json!({
        "settings": {"index.knn": true},
        "mappings": {"properties": {"vector": vector, "text": {"type": "text"}}},
    });
    let indices = client.indices();
    let made = indices
        .create(IndicesCreateParts::Index(INDEX))
        .body(create);
    // It may be there from the other test.
    let _ = made.send().await.unwrap();
    for (id, text, vector) in [
        ("refunds", "Refunds take ten days.", [1.0, 0.0]),
        ("shipping", "Orders ship every day.", [0.0, 1.0]),
    ] {
        let put = client
            .index(IndexParts::IndexId(INDEX, id))
            .refresh(Refresh::True);
        let put = put.body(json!({"text": text, "vector": vector})).send();
        put.await.unwrap().error_for_status_code().unwrap();
    }
    client
}

const INDEX: &str = "handbook";
