//! The HTTP client.
//!
//! opentelemetry-otlp's own clients are reqwest, a second HTTP stack beside the
//! hyper and rustls of the AWS SDK, and a hyper client with one timeout for status
//! and body: a 200 whose body hangs is a failure there, and the batch is sent twice.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::attempt_error::describe_error;
use super::connector::{Connector, build_connector};
use super::counted_body::CountedBody;
use super::pending_request::PendingRequest;
use super::response::ExportResponse;
use crate::telemetry::connection::{Connection, Proxy};
use crate::telemetry::report::counters::Counters;
use crate::telemetry::report::failure::{Cause, Failure};

/// Sends requests over pooled connections.
#[derive(Clone)]
pub(super) struct Transport {
    client: Client<Connector, CountedBody>,
    proxy: Option<Proxy>,
    counters: Arc<Counters>,
}

impl Transport {
    /// Must be called on the runtime that runs the client.
    pub(super) fn new(connection: &Connection, counters: &Arc<Counters>) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // One connection for each signal.
            .pool_max_idle_per_host(3)
            .build(build_connector(connection));
        Self {
            client,
            proxy: connection.proxy.clone(),
            counters: Arc::clone(counters),
        }
    }

    /// One attempt. The error says why there was no response.
    pub(super) async fn send(
        &self,
        request: &mut PendingRequest,
        timeout: Duration,
    ) -> Result<ExportResponse, Failure> {
        let started = Instant::now();
        let response = self.exchange(request, timeout).await;
        request.duration = started.elapsed();
        response
    }

    async fn exchange(
        &self,
        request: &PendingRequest,
        timeout: Duration,
    ) -> Result<ExportResponse, Failure> {
        let exchange = send_request(&self.client, self.build_request(request));
        match tokio::time::timeout(timeout, exchange).await {
            Ok(Ok(response)) => {
                let (parts, body) = response.into_parts();
                Ok(ExportResponse::parse(
                    request.signal(),
                    parts.status,
                    &parts.headers,
                    &body,
                ))
            }
            Ok(Err(error)) => {
                let proxy = self.proxy.as_ref().map(|proxy| &proxy.uri);
                Err(describe_error(&error, &request.config.endpoint, proxy))
            }
            Err(_) => {
                let problem = format!("no response within {timeout:.0?}");
                Err(Failure::new(Cause::Timeout, problem))
            }
        }
    }

    fn build_request(&self, pending: &PendingRequest) -> Request<CountedBody> {
        let config = &pending.config;
        let mut request = Request::new(CountedBody::new(pending.body.clone(), &self.counters));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = config.endpoint.clone();
        let headers = request.headers_mut();
        headers.clone_from(&config.headers);
        headers.insert(header::CONTENT_TYPE, PROTOBUF);
        if let Some(encoding) = pending.compression.content_encoding() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
        // In a tunnel the proxy reads its own request only.
        if config.endpoint.scheme() == Some(&Scheme::HTTP)
            && let Some(proxy) = &self.proxy
            && let Some(authorization) = &proxy.authorization
        {
            headers.insert(header::PROXY_AUTHORIZATION, authorization.clone());
        }
        request
    }
}

async fn send_request(
    client: &Client<Connector, CountedBody>,
    request: Request<CountedBody>,
) -> Result<Response<Bytes>, hyper_util::client::legacy::Error> {
    let (parts, mut body) = client.request(request).await?.into_parts();
    let mut bytes = BytesMut::new();
    // The status decides: a body that breaks off or never ends must not turn an
    // accepted batch into one that is sent again.
    while bytes.len() < MAX_RESPONSE_BYTES {
        let frame = tokio::time::timeout(BODY_FRAME_TIMEOUT, body.frame());
        let Ok(Some(Ok(frame))) = frame.await else {
            break;
        };
        if let Ok(mut data) = frame.into_data() {
            data.truncate(MAX_RESPONSE_BYTES - bytes.len());
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Response::from_parts(parts, bytes.freeze()))
}

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!(
    "nr-bedrock-observability/",
    env!("CARGO_PKG_VERSION"),
    " OTel-OTLP-Exporter-Rust"
));
/// For the next frame of a response body.
const BODY_FRAME_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_RESPONSE_BYTES: usize = 64 * 1024;
