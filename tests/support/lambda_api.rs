//! A loopback Lambda runtime API: hands events to a function and takes its responses.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

/// The runtime API. It closes all connections when dropped, which ends the function.
pub struct LambdaApi {
    /// `127.0.0.1:PORT`, for `AWS_LAMBDA_RUNTIME_API`.
    pub address: String,
    _stop: oneshot::Sender<()>,
    events: mpsc::UnboundedSender<Event>,
    invoked: u32,
}

/// How an invocation ended.
#[derive(Debug)]
pub struct Outcome {
    /// What the function returned, or the error that it reported.
    pub body: String,
    pub failed: bool,
    /// From the event's hand-over to the response: what is billed.
    pub took: Duration,
}

struct Event {
    id: String,
    headers: Vec<(&'static str, String)>,
    body: String,
    outcome: oneshot::Sender<Outcome>,
}

struct Shared {
    events: AsyncMutex<mpsc::UnboundedReceiver<Event>>,
    running: Mutex<HashMap<String, (Instant, oneshot::Sender<Outcome>)>>,
}

impl LambdaApi {
    pub fn start() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            events: AsyncMutex::new(receiver),
            running: Mutex::default(),
        });
        let base = "/2018-06-01/runtime/invocation";
        let router = Router::new()
            .route(&format!("{base}/next"), get(next))
            .route(&format!("{base}/{{id}}/response"), post(respond))
            .route(&format!("{base}/{{id}}/error"), post(report_error))
            .with_state(shared);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    _ = axum::serve(listener, router) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            address,
            _stop: stop,
            events: sender,
            invoked: 0,
        }
    }

    /// Invokes the function, with the request ids `request-1`, `request-2`, ….
    pub async fn invoke(&mut self, body: &str, trace_header: &str) -> Outcome {
        self.invoked += 1;
        let deadline = SystemTime::now() + Duration::from_secs(30);
        let deadline = deadline.duration_since(UNIX_EPOCH).unwrap().as_millis();
        let id = format!("request-{}", self.invoked);
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:support-function:live";
        let headers = vec![
            ("lambda-runtime-aws-request-id", id.clone()),
            ("lambda-runtime-deadline-ms", deadline.to_string()),
            ("lambda-runtime-invoked-function-arn", arn.to_owned()),
            ("lambda-runtime-trace-id", trace_header.to_owned()),
        ];
        let (sender, outcome) = oneshot::channel();
        let event = Event {
            id,
            headers,
            body: body.to_owned(),
            outcome: sender,
        };
        self.events.send(event).ok().unwrap();
        outcome.await.unwrap()
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    let Some(event) = shared.events.lock().await.recv().await else {
        return std::future::pending().await;
    };
    let mut response = event.body.into_response();
    for (name, value) in event.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    let running = (Instant::now(), event.outcome);
    shared.running.lock().unwrap().insert(event.id, running);
    response
}

async fn respond(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    finish(&shared, &id, &body, false)
}

async fn report_error(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    finish(&shared, &id, &body, true)
}

fn finish(shared: &Shared, id: &str, body: &Bytes, failed: bool) -> StatusCode {
    let (started, outcome) = shared.running.lock().unwrap().remove(id).unwrap();
    let _ = outcome.send(Outcome {
        body: String::from_utf8_lossy(body).into_owned(),
        failed,
        took: started.elapsed(),
    });
    StatusCode::ACCEPTED
}
