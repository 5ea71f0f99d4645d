//! HTTP on a thread of its own.
//!
//! The exporter runs on the SDK's batch thread, which has no runtime, and the
//! application has one of any kind or none. So requests go over a channel to
//! one thread with its own small runtime. No `tracing` subscriber is active on
//! it: what HTTP and TLS log about an export must not become spans that are
//! exported in turn.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io, thread};

use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use opentelemetry_http::{HttpClient, HttpError};
use tokio::sync::{mpsc, oneshot};
use tracing::dispatcher::{self, Dispatch};

use super::outcome::Outcome;
use super::resolve::Remote;
use crate::Error;

/// The client that the OTLP exporter is given.
pub(super) struct OtlpClient {
    jobs: mpsc::Sender<Job>,
    headers: HeaderMap,
    timeout: Duration,
    outcome: Arc<Outcome>,
    new_relic: bool,
}

impl OtlpClient {
    /// Starts the thread; it ends when the client is dropped.
    pub(super) fn start(remote: &Remote, outcome: Arc<Outcome>) -> Result<Self, Error> {
        let jobs = if remote.endpoint.scheme() == Some(&Scheme::HTTPS) {
            spawn(https_connector()?)
        } else {
            spawn(http_connector())
        };
        let jobs = jobs.map_err(|error| {
            Error::export("the thread that sends spans could not be started").with_source(error)
        })?;
        Ok(Self {
            jobs,
            headers: remote.headers.clone(),
            timeout: remote.timeout.min(MAX_ATTEMPT),
            outcome,
            new_relic: remote.new_relic,
        })
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (reply, answer) = oneshot::channel();
        let job = Job {
            request: self.prepare(request),
            timeout: self.timeout,
            reply,
        };
        self.jobs.send(job).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)?
    }

    /// Keeps what describes the body and replaces the rest: the exporter lets
    /// headers of the environment win over those of the code.
    fn prepare(&self, request: Request<Bytes>) -> Request<Full<Bytes>> {
        let (mut parts, body) = request.into_parts();
        let mut headers = self.headers.clone();
        for name in [
            header::CONTENT_TYPE,
            header::CONTENT_ENCODING,
            header::USER_AGENT,
        ] {
            if let Some(value) = parts.headers.remove(&name) {
                headers.entry(name).or_insert(value);
            }
        }
        parts.headers = headers;
        Request::from_parts(parts, Full::new(body))
    }
}

#[async_trait::async_trait]
impl HttpClient for OtlpClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let mut response = match self.send(request).await {
            Ok(response) => response,
            Err(error) => {
                self.outcome.no_answer(chain(error.as_ref()));
                return Err(error);
            }
        };
        self.outcome.answered(response.status(), response.body());
        // New Relic asks to try again after these too, which the exporter
        // would take for final.
        if self.new_relic && matches!(response.status().as_u16(), 408 | 500 | 530) {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        Ok(response)
    }
}

impl fmt::Debug for OtlpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpClient").finish_non_exhaustive()
    }
}

struct Job {
    request: Request<Full<Bytes>>,
    timeout: Duration,
    reply: oneshot::Sender<Result<Response<Bytes>, HttpError>>,
}

#[derive(Debug)]
struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread that sends spans has stopped")
    }
}

impl StdError for Stopped {}

fn http_connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    connector
}

fn https_connector() -> Result<HttpsConnector<HttpConnector>, Error> {
    // The provider is named, not left to rustls: it panics where two are
    // compiled in and none was chosen for the process.
    let builder = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
        .map_err(|error| {
            Error::export("the system's root certificates could not be loaded").with_source(error)
        })?;
    Ok(builder
        .https_only()
        .enable_http1()
        .wrap_connector(http_connector()))
}

fn spawn<C>(connector: C) -> io::Result<mpsc::Sender<Job>>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (jobs, queue) = mpsc::channel(8);
    let (started, wait) = std::sync::mpsc::sync_channel(1);
    thread::Builder::new()
        .name("nr-bedrock-otlp".to_owned())
        .spawn(move || {
            let _silent = dispatcher::set_default(&Dispatch::none());
            let _untraced = opentelemetry::Context::enter_telemetry_suppressed_scope();
            // Built here: dropping a runtime on a thread of another one panics.
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build();
            match runtime {
                Ok(runtime) => {
                    let _ = started.send(Ok(()));
                    runtime.block_on(serve(queue, connector));
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            }
        })?;
    wait.recv().map_err(io::Error::other)??;
    Ok(jobs)
}

async fn serve<C>(mut queue: mpsc::Receiver<Job>, connector: C)
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let client = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_max_idle_per_host(1)
        .build::<_, Full<Bytes>>(connector);
    while let Some(job) = queue.recv().await {
        let exchange = tokio::time::timeout(job.timeout, exchange(&client, job.request));
        let answer = match exchange.await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {:?}", job.timeout).into()),
        };
        let _ = job.reply.send(answer);
    }
}

async fn exchange<C>(
    client: &Client<C, Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, HttpError>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (parts, mut body) = client.request(request).await?.into_parts();
    let mut bytes = BytesMut::new();
    // The status has decided already: a body that breaks off or never ends
    // cannot turn an accepted batch into one to send again.
    while bytes.len() < MAX_RESPONSE {
        let Some(Ok(frame)) = body.frame().await else {
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

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// One try of several within the time for a batch.
const MAX_ATTEMPT: Duration = Duration::from_secs(30);
const MAX_RESPONSE: usize = 64 * 1024;
