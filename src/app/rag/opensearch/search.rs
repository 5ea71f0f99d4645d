//! A search with OpenSearch's query language.

use std::fmt;

use ::opensearch::http::Method;
use ::opensearch::http::request::JsonBody;
use ::opensearch::http::response::Response;
use http::HeaderMap;
use opensearch::{Error, OpenSearch, SearchParts};
use serde_json::{Value, json};

use crate::app::rag::hidden_text::HiddenText;
use crate::app::rag::retrieval::Retrieval;
use crate::config::MonitorOptions;

/// A full-text, vector or hybrid search.
#[derive(Clone)]
#[must_use = "a search does nothing until it is sent"]
pub struct Search {
    index: String,
    query: Value,
    size: usize,
    pipeline: Option<String>,
    query_text: Option<String>,
    excerpt_field: Option<String>,
    options: Option<MonitorOptions>,
}

impl Search {
    /// A full-text search: a `match` query for ten hits.
    pub fn lexical(index: impl Into<String>, field: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        let search = Self::new(index, json!({"match": {field: {"query": text}}}));
        search.query_text(text).excerpt(field)
    }

    /// A vector search: a `knn` query for `k` hits.
    pub fn knn(index: impl Into<String>, field: &str, vector: &[f32], k: usize) -> Self {
        let query = json!({"knn": {field: {"vector": vector, "k": k}}});
        Self::new(index, query).size(k)
    }

    /// A combination of searches: a `hybrid` query with the index and size of the
    /// first. Scores are only comparable with a normalising search pipeline; see
    /// [`pipeline`](Self::pipeline).
    pub fn hybrid(first: Self, others: impl IntoIterator<Item = Self>) -> Self {
        let mut search = first;
        let mut queries = vec![search.query];
        for other in others {
            queries.push(other.query);
            search.query_text = search.query_text.or(other.query_text);
            search.excerpt_field = search.excerpt_field.or(other.excerpt_field);
        }
        search.query = json!({"hybrid": {"queries": queries}});
        search
    }

    /// A search with a query of OpenSearch's query language, for ten hits.
    pub fn new(index: impl Into<String>, query: Value) -> Self {
        Self {
            index: index.into(),
            query,
            size: 10,
            pipeline: None,
            query_text: None,
            excerpt_field: None,
            options: None,
        }
    }

    /// Sets the number of hits requested.
    pub fn size(self, size: usize) -> Self {
        Self { size, ..self }
    }

    /// Sets the search pipeline. Default: that of the index.
    pub fn pipeline(self, name: impl Into<String>) -> Self {
        Self {
            pipeline: Some(name.into()),
            ..self
        }
    }

    /// Sets the query text for the span. Default: the text of a full-text search;
    /// unset for other searches.
    pub fn query_text(self, text: impl Into<String>) -> Self {
        Self {
            query_text: Some(text.into()),
            ..self
        }
    }

    /// Sets the field with the passages for the span. Default: the field of a
    /// full-text search, or else the first of `text`, `content`, `passage`, `body`
    /// and `page_content` in a hit.
    pub fn excerpt(self, field: impl Into<String>) -> Self {
        Self {
            excerpt_field: Some(field.into()),
            ..self
        }
    }

    /// Sets what is recorded. Default: as for [`Retrieval::options`].
    pub fn options(self, options: MonitorOptions) -> Self {
        Self {
            options: Some(options),
            ..self
        }
    }

    /// Sends the search in a span `retrieval {index}`.
    ///
    /// # Errors
    /// The client's errors: no connection, no response. As with the client itself, a
    /// status of 400 or more is not an error.
    pub async fn send(self, client: &OpenSearch) -> Result<Response, Error> {
        let mut retrieval = Retrieval::new(&*self.index)
            .collection(&*self.index)
            .top_k(self.size);
        retrieval.query = self.query_text.map(HiddenText);
        retrieval.options = self.options;
        let body = JsonBody::new(json!({"query": self.query, "size": self.size}));
        let path = SearchParts::Index(&[&self.index]).url();
        let pipeline = self.pipeline.map(|name| [("search_pipeline", name)]);
        let search = async || {
            let (query, headers) = (pipeline.as_ref(), HeaderMap::new());
            let request = client.send(Method::Post, &path, headers, query, Some(body), None);
            request.await
        };
        retrieval
            .observe_opensearch(search, self.excerpt_field.as_deref())
            .await
    }
}

/// Without the query.
impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("index", &self.index)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
