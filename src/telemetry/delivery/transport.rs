//! The HTTP client.
//!
//! opentelemetry-otlp's own clients are reqwest, a second HTTP stack beside the
//! hyper and rustls of the AWS SDK, and a hyper client with one timeout for status
//! and body: a 200 whose body hangs is a failure there, and the batch is sent twice.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::pending_request::PendingRequest;
use super::response::ExportResponse;
use crate::Error;

/// Sends requests over pooled connections.
#[derive(Clone, Debug)]
pub(super) struct Transport<C>(Client<C, Full<Bytes>>);

impl<C: Connect + Clone + Send + Sync + 'static> Transport<C> {
    /// Must be called on the runtime that runs the client.
    pub(super) fn new(connector: C) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // One connection for each signal.
            .pool_max_idle_per_host(3)
            .build(connector);
        Self(client)
    }

    /// One attempt. The error says why there was no response.
    pub(super) async fn send(
        &self,
        request: &PendingRequest,
        timeout: Duration,
    ) -> Result<ExportResponse, String> {
        let exchange = send_request(&self.0, build_request(request));
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
            Ok(Err(error)) => Err(format_error_chain(&error)),
            Err(_) => Err(format!("no response within {timeout:.0?}")),
        }
    }
}

fn build_request(pending: &PendingRequest) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(pending.body.clone()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = pending.config.endpoint.clone();
    let headers = request.headers_mut();
    headers.clone_from(&pending.config.headers);
    headers.insert(header::CONTENT_TYPE, PROTOBUF);
    if pending.gzip {
        headers.insert(header::CONTENT_ENCODING, GZIP);
    }
    headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
    request
}

async fn send_request<C>(
    client: &Client<C, Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, hyper_util::client::legacy::Error>
where
    C: Connect + Clone + Send + Sync + 'static,
{
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

/// An error with its sources: hyper's own text is only "client error (Connect)".
fn format_error_chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

pub(super) fn http_connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    connector
}

/// # Errors
///
/// If no root certificates are found.
pub(super) fn https_connector() -> Result<HttpsConnector<HttpConnector>, Error> {
    // The provider is explicit because rustls panics if two are compiled in and
    // none was chosen for the process.
    let builder = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
        .map_err(|error| {
            Error::export("could not load the system's root certificates").with_source(error)
        })?;
    // Each signal may have its own endpoint, with either scheme.
    Ok(builder
        .https_or_http()
        .enable_http1()
        .wrap_connector(http_connector()))
}

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!(
    "nr-bedrock-observability/",
    env!("CARGO_PKG_VERSION"),
    " OTel-OTLP-Exporter-Rust"
));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For the next frame of a response body.
const BODY_FRAME_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_RESPONSE_BYTES: usize = 64 * 1024;
