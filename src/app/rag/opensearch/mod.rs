//! Searches with the official OpenSearch client, as spans (feature `opensearch`).
//!
//! [`Search`] builds the usual queries: full text, vector and hybrid.
//! [`Retrieval::opensearch`](super::Retrieval::opensearch) runs any request whose
//! response has hits. Both return the client's own
//! [`Response`](::opensearch::http::response::Response) unchanged. An error status
//! is recorded on the span with OpenSearch's error type
//! (`index_not_found_exception`); the caller still has to check it.
//!
//! ```
//! use nr_bedrock_observability::rag::opensearch::Search;
//! use opensearch::OpenSearch;
//! use serde_json::Value;
//!
//! async fn passages(client: &OpenSearch, question: &str, vector: &[f32]) -> Result<Value, opensearch::Error> {
//!     let search = Search::knn("handbook", "vector", vector, 3).query_text(question);
//!     let response = search.send(client).await?;
//!     response.error_for_status_code()?.json().await
//! }
//! ```

mod hits;
mod response;
mod search;

pub use self::search::Search;
