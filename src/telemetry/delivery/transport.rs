//! HTTP.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::pending_request::Parcel;
use super::response::Answer;
use crate::Error;

/// Sends requests over connections that it keeps.
#[derive(Clone, Debug)]
pub(crate) struct Transport<C>(Client<C, Full<Bytes>>);

impl<C: Connect + Clone + Send + Sync + 'static> Transport<C> {
    /// To be called inside the runtime that it will run on.
    pub(crate) fn new(connector: C) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // One for each signal.
            .pool_max_idle_per_host(3)
            .build(connector);
        Self(client)
    }

    /// One try. An error is why there was no answer, for people.
    pub(crate) async fn send(&self, parcel: &Parcel, timeout: Duration) -> Result<Answer, String> {
        let exchange = tokio::time::timeout(timeout, exchange(&self.0, request(parcel)));
        match exchange.await {
            Ok(Ok(response)) => {
                let (parts, body) = response.into_parts();
                Ok(Answer::read(
                    parcel.signal(),
                    parts.status,
                    &parts.headers,
                    &body,
                ))
            }
            Ok(Err(error)) => Err(chain(&error)),
            Err(_) => Err(format!("no answer within {timeout:.0?}")),
        }
    }
}

fn request(parcel: &Parcel) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(parcel.body.clone()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = parcel.route.endpoint.clone();
    let headers = request.headers_mut();
    headers.clone_from(&parcel.route.headers);
    headers.insert(header::CONTENT_TYPE, PROTOBUF);
    if parcel.gzip {
        headers.insert(header::CONTENT_ENCODING, GZIP);
    }
    headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
    request
}

async fn exchange<C>(
    client: &Client<C, Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, hyper_util::client::legacy::Error>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (parts, mut body) = client.request(request).await?.into_parts();
    let mut bytes = BytesMut::new();
    // The status has decided already: a body that breaks off or never ends
    // cannot turn an accepted batch into one to send again.
    while bytes.len() < MAX_RESPONSE {
        let frame = tokio::time::timeout(BODY_WAIT, body.frame());
        let Ok(Some(Ok(frame))) = frame.await else {
            break;
        };
        if let Ok(mut data) = frame.into_data() {
            data.truncate(MAX_RESPONSE - bytes.len());
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Response::from_parts(parts, bytes.freeze()))
}

/// An error with its causes, for people: hyper's own text is only "client
/// error (Connect)".
fn chain(error: &dyn StdError) -> String {
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

pub(crate) fn http_connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    connector
}

/// # Errors
///
/// No root certificates were found.
pub(crate) fn https_connector() -> Result<HttpsConnector<HttpConnector>, Error> {
    // The provider is named, not left to rustls: it panics where two are
    // compiled in and none was chosen for the process.
    let builder = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
        .map_err(|error| {
            Error::export("the system's root certificates could not be loaded").with_source(error)
        })?;
    // Each signal may have an endpoint of its own; the scheme of its URL holds.
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
/// For the next piece of an answer's body.
const BODY_WAIT: Duration = Duration::from_secs(2);
const MAX_RESPONSE: usize = 64 * 1024;
