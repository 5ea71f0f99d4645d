//! Searches with the official client of OpenSearch, as spans (feature
//! `opensearch`).
//!
//! [`Search`] writes the usual searches, by words, by vectors and by both;
//! [`Retrieval::opensearch`] takes any request that answers with hits. What
//! comes back is the client's own [`Response`], as it was. A status that tells of
//! an error is on the span, by OpenSearch's own name
//! (`index_not_found_exception`), and remains for the caller to look at.
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

use std::fmt;

use ::opensearch::http::Method;
use ::opensearch::http::request::JsonBody;
use ::opensearch::http::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use opensearch::{Error, OpenSearch, SearchParts};
use reqwest::ResponseBuilderExt as _;
use serde_json::{Value, json};

use super::{Document, Retrieval, note};
use crate::app::instrument as work;
use crate::config::MonitorOptions;
use crate::emit::Recording;
use crate::record::{Call, Failure, SpanOrigin};
use crate::semconv;

mod hits;

/// A search by words, by a vector, or by both.
#[derive(Clone)]
#[must_use = "a search does nothing until it is sent"]
pub struct Search {
    index: String,
    query: Value,
    size: usize,
    pipeline: Option<String>,
    words: Option<String>,
    excerpt: Option<String>,
    options: Option<MonitorOptions>,
}

impl Search {
    /// By words: a `match` query, for ten hits.
    pub fn lexical(index: impl Into<String>, field: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        let search = Self::new(index, json!({"match": {field: {"query": text}}}));
        search.query_text(text).excerpt(field)
    }

    /// By the nearest vectors: a `knn` query.
    pub fn knn(index: impl Into<String>, field: &str, vector: &[f32], k: usize) -> Self {
        let query = json!({"knn": {field: {"vector": vector, "k": k}}});
        Self::new(index, query).size(k)
    }

    /// By several searches at once: a `hybrid` query, in the index and with the
    /// size of the first. Their scores are only comparable after a search
    /// pipeline with a normalisation: see [`pipeline`](Self::pipeline).
    pub fn hybrid(first: Self, others: impl IntoIterator<Item = Self>) -> Self {
        let mut search = first;
        let mut queries = vec![search.query];
        for other in others {
            queries.push(other.query);
            search.words = search.words.or(other.words);
            search.excerpt = search.excerpt.or(other.excerpt);
        }
        search.query = json!({"hybrid": {"queries": queries}});
        search
    }

    /// By a query in OpenSearch's own language, for ten hits.
    pub fn new(index: impl Into<String>, query: Value) -> Self {
        Self {
            index: index.into(),
            query,
            size: 10,
            pipeline: None,
            words: None,
            excerpt: None,
            options: None,
        }
    }

    /// How many hits are asked for.
    pub fn size(self, size: usize) -> Self {
        Self { size, ..self }
    }

    /// The search pipeline that the hits go through. Default: that of the index.
    pub fn pipeline(self, name: impl Into<String>) -> Self {
        Self {
            pipeline: Some(name.into()),
            ..self
        }
    }

    /// What is looked for, in words, for the span: vectors tell nobody anything.
    /// Default: of a search by words, these.
    pub fn query_text(self, text: impl Into<String>) -> Self {
        Self {
            words: Some(text.into()),
            ..self
        }
    }

    /// The field that holds the passages, for the span. Default: that of a search
    /// by words, else the first of `text`, `content`, `passage`, `body` and
    /// `page_content` that a hit has.
    pub fn excerpt(self, field: impl Into<String>) -> Self {
        Self {
            excerpt: Some(field.into()),
            ..self
        }
    }

    /// What is recorded of it. Default: as for [`Retrieval::options`].
    pub fn options(self, options: MonitorOptions) -> Self {
        Self {
            options: Some(options),
            ..self
        }
    }

    /// Sends it, under a span `retrieval {index}`.
    ///
    /// # Errors
    /// The client's own: no connection, no answer. A status of 400 or more is no
    /// error here, as in the client.
    pub async fn send(self, client: &OpenSearch) -> Result<Response, Error> {
        let mut retrieval = Retrieval::new(&*self.index)
            .collection(&*self.index)
            .top_k(self.size);
        retrieval.query = self.words.map(super::Text);
        retrieval.options = self.options;
        let body = JsonBody::new(json!({"query": self.query, "size": self.size}));
        let path = SearchParts::Index(&[&self.index]).url();
        let pipeline = self.pipeline.map(|name| [("search_pipeline", name)]);
        let search = async || {
            let (query, headers) = (pipeline.as_ref(), HeaderMap::new());
            let request = client.send(Method::Post, &path, headers, query, Some(body), None);
            request.await
        };
        retrieval.observe(search, self.excerpt.as_deref()).await
    }
}

/// Without what is looked for.
impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("index", &self.index)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Retrieval {
    /// Runs a request of OpenSearch's client that answers with hits. The
    /// response comes back as it was; its body has been read.
    ///
    /// ```
    /// use nr_bedrock_observability::rag::Retrieval;
    /// use opensearch::http::response::Response;
    /// use opensearch::{Error, OpenSearch, SearchParts};
    /// use serde_json::json;
    ///
    /// async fn latest(client: &OpenSearch) -> Result<Response, Error> {
    ///     let request = client
    ///         .search(SearchParts::Index(&["handbook"]))
    ///         .body(json!({"query": {"match_all": {}}}));
    ///     Retrieval::new("handbook").opensearch(async || request.send().await).await
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of the request.
    pub async fn opensearch(
        self,
        search: impl AsyncFnOnce() -> Result<Response, Error>,
    ) -> Result<Response, Error> {
        self.observe(search, None).await
    }

    async fn observe(
        mut self,
        search: impl AsyncFnOnce() -> Result<Response, Error>,
        excerpt: Option<&str>,
    ) -> Result<Response, Error> {
        if !Recording::is_wanted() {
            return search().await;
        }
        self.system.get_or_insert_with(|| SYSTEM.to_owned());
        let (mut call, settings) = self.start();
        call.origin = SpanOrigin::Server;
        let read = async || Read::of(search().await?).await;
        let read = work::run(call, settings, read, |read, call| read.note(excerpt, call)).await?;
        Ok(read.into_response())
    }
}

/// A response whose body has been read.
struct Read {
    response: http::Response<Bytes>,
    method: Method,
    url: ::opensearch::http::Url,
}

impl Read {
    async fn of(response: Response) -> Result<Self, Error> {
        let (method, url) = (response.method(), response.url().clone());
        let mut read = http::Response::new(Bytes::new());
        *read.status_mut() = response.status_code();
        read.headers_mut().clone_from(response.headers());
        *read.body_mut() = response.bytes().await?;
        Ok(Self {
            response: read,
            method,
            url,
        })
    }

    fn note(&self, excerpt: Option<&str>, call: &mut Call) {
        if let Some(host) = self.url.host_str() {
            call.extra_attributes.insert(semconv::SERVER_ADDRESS, host);
        }
        let port = self.url.port_or_known_default().map(i64::from);
        call.extra_attributes
            .insert_if_some(semconv::SERVER_PORT, port);
        let status = self.response.status();
        let code = i64::from(status.as_u16());
        call.extra_attributes
            .insert(semconv::DB_OPERATION_NAME, OPERATION);
        call.extra_attributes
            .insert(semconv::HTTP_RESPONSE_STATUS_CODE, code);
        call.http.status = Some(code);
        let body = self.response.body();
        if status.is_client_error() || status.is_server_error() {
            call.extra_attributes
                .insert(semconv::DB_RESPONSE_STATUS_CODE, status.as_str());
            let (kind, reason) = hits::error(body);
            let kind = kind.unwrap_or_else(|| status.as_str().to_owned());
            call.failure = Some(Failure::new(kind, reason));
        } else {
            match hits::read(body, excerpt, call.cap().is_some()) {
                Some(found) => note(found, call),
                None => call.note_unreadable("the answer of OpenSearch has no hits"),
            }
        }
    }

    fn into_response(self) -> Response {
        let (parts, body) = self.response.into_parts();
        let with_url = http::Response::builder().url(self.url);
        // A URL that was one is one.
        let mut whole = with_url.body(body).unwrap_or_default();
        *whole.status_mut() = parts.status;
        *whole.headers_mut() = parts.headers;
        Response::new(reqwest::Response::from(whole), self.method)
    }
}

const SYSTEM: &str = "opensearch";
const OPERATION: &str = "search";

impl From<hits::Hit> for Document {
    fn from(hit: hits::Hit) -> Self {
        Self {
            id: hit.id,
            score: hit.score,
            source: hit.index,
            excerpt: hit.excerpt.map(super::Text),
        }
    }
}
