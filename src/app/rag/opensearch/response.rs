//! Observes the responses of OpenSearch requests.

use ::opensearch::http::Method;
use ::opensearch::http::response::Response;
use bytes::Bytes;
use opensearch::Error;
use reqwest::ResponseBuilderExt as _;

use super::hits::{parse_error, parse_hits};
use crate::app::instrument::instrument;
use crate::app::rag::document::record_documents;
use crate::app::rag::retrieval::Retrieval;
use crate::emit::Recording;
use crate::record::{Call, Failure, SpanOrigin};
use crate::semconv;

impl Retrieval {
    /// Runs a request of the OpenSearch client whose response has hits. The response
    /// is returned unchanged, with its body buffered.
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
    /// The errors of the request.
    pub async fn opensearch(
        self,
        search: impl AsyncFnOnce() -> Result<Response, Error>,
    ) -> Result<Response, Error> {
        self.observe_opensearch(search, None).await
    }

    pub(super) async fn observe_opensearch(
        mut self,
        search: impl AsyncFnOnce() -> Result<Response, Error>,
        excerpt_field: Option<&str>,
    ) -> Result<Response, Error> {
        if !Recording::is_wanted() {
            return search().await;
        }
        self.system.get_or_insert_with(|| SYSTEM.to_owned());
        let (mut call, settings) = self.into_call();
        call.origin = SpanOrigin::Server;
        let captures_content = settings.capture.is_on();
        let search = async || BufferedResponse::buffer(search().await?).await;
        let record = |response: &BufferedResponse, call: &mut Call| {
            response.record(excerpt_field, captures_content, call);
        };
        let response = instrument(call, settings, search, record).await?;
        Ok(response.into_response())
    }
}

/// A response whose body has been read.
struct BufferedResponse {
    response: http::Response<Bytes>,
    method: Method,
    url: ::opensearch::http::Url,
}

impl BufferedResponse {
    async fn buffer(response: Response) -> Result<Self, Error> {
        let (method, url) = (response.method(), response.url().clone());
        let mut buffered = http::Response::new(Bytes::new());
        *buffered.status_mut() = response.status_code();
        buffered.headers_mut().clone_from(response.headers());
        *buffered.body_mut() = response.bytes().await?;
        Ok(Self {
            response: buffered,
            method,
            url,
        })
    }

    fn record(&self, excerpt_field: Option<&str>, captures_content: bool, call: &mut Call) {
        let status = self.response.status();
        let code = i64::from(status.as_u16());
        let port = self.url.port_or_known_default().map(i64::from);
        let attributes = &mut call.extra_attributes;
        attributes.insert_if_some(semconv::SERVER_ADDRESS, self.url.host_str());
        attributes.insert_if_some(semconv::SERVER_PORT, port);
        attributes.insert(semconv::DB_OPERATION_NAME, OPERATION);
        attributes.insert(semconv::HTTP_RESPONSE_STATUS_CODE, code);
        call.http.status = Some(code);
        let body = self.response.body();
        if status.is_client_error() || status.is_server_error() {
            attributes.insert(semconv::DB_RESPONSE_STATUS_CODE, status.as_str());
            let (kind, reason) = parse_error(body);
            let kind = kind.unwrap_or_else(|| status.as_str().to_owned());
            // The reason may quote the query.
            let reason = reason.filter(|_| captures_content);
            call.failure = Some(Failure::quoting_content(kind, reason));
        } else {
            match parse_hits(body, excerpt_field, call.cap().is_some()) {
                Some(documents) => record_documents(documents, call),
                None => call.note_unreadable("the OpenSearch response has no hits"),
            }
        }
    }

    fn into_response(self) -> Response {
        let (parts, body) = self.response.into_parts();
        let with_url = http::Response::builder().url(self.url);
        // Building cannot fail: the URL is parsed.
        let mut response = with_url.body(body).unwrap_or_default();
        *response.status_mut() = parts.status;
        *response.headers_mut() = parts.headers;
        Response::new(reqwest::Response::from(response), self.method)
    }
}

const SYSTEM: &str = "opensearch";
const OPERATION: &str = "search";
