//! A loopback Bedrock that answers as it is told, faults included.
//!
//! A test starts a [`Server`], queues an [`Answer`] for each request and gives
//! the SDK its [`Server::client_config`].
//!
//! It has a thread and a runtime of its own: tests may run on any runtime, may
//! block, and end it by dropping the [`Server`]. Its pauses are real time.

mod answer;
mod http;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_credential_types::Credentials;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Builder, Region};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use answer::{Answer, REQUEST_ID};
pub use http::Request;

/// The running server.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Starts a server on a free port of 127.0.0.1.
    pub async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let (ready, addr) = oneshot::channel();
        std::thread::spawn({
            let shared = shared.clone();
            move || run(shared, ready, stopped)
        });
        Self {
            addr: addr.await.expect("the server binds a port"),
            shared,
            _stop: stop,
        }
    }

    /// Where the server listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The server's address for an SDK's `endpoint_url`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Configuration of a client that talks to this server. Retries are off.
    pub fn client_config(&self) -> Builder {
        aws_sdk_bedrockruntime::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"))
            .endpoint_url(self.endpoint())
            .retry_config(RetryConfig::disabled())
    }

    /// The same for agents, knowledge bases and flows.
    #[cfg(feature = "agent-runtime")]
    pub fn agent_config(&self) -> aws_sdk_bedrockagentruntime::config::Builder {
        aws_sdk_bedrockagentruntime::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"))
            .endpoint_url(self.endpoint())
            .retry_config(RetryConfig::disabled())
    }

    /// The same for AgentCore.
    #[cfg(feature = "agentcore")]
    pub fn core_config(&self) -> aws_sdk_bedrockagentcore::config::Builder {
        aws_sdk_bedrockagentcore::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"))
            .endpoint_url(self.endpoint())
            .retry_config(RetryConfig::disabled())
    }

    /// Queues an answer. Each request takes the next one; the last stays and
    /// answers every request that follows.
    pub fn answer(&self, answer: Answer) {
        lock(&self.shared.answers).push_back(answer);
    }

    /// Sets the answer of every request from now on, in place of those queued.
    pub fn answer_with(&self, answer: Answer) {
        let mut answers = lock(&self.shared.answers);
        answers.clear();
        answers.push_back(answer);
    }

    /// What was received so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }
}

#[derive(Debug, Default)]
struct Shared {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Request>>,
}

impl Shared {
    fn receive(&self, request: Request) -> Answer {
        lock(&self.requests).push(request);
        let mut answers = lock(&self.answers);
        if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        }
        .unwrap_or_else(|| {
            Answer::error(500, "InternalServerException", "the test queued no answer")
        })
    }
}

/// The server's thread: accepts until the [`Server`] is dropped, then drops
/// every connection with the runtime.
fn run(shared: Arc<Shared>, ready: oneshot::Sender<SocketAddr>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("a bound address");
        // A test that has gone already needs no address.
        let _ = ready.send(addr);
        tokio::select! {
            () = accept(listener, shared) => {}
            _ = stopped => {}
        }
    });
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((socket, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            // A client that hangs up in the middle is what some tests are about.
            let _ = http::serve(socket, |request| shared.receive(request)).await;
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
