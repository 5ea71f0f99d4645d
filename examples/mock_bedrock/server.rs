//! The server: a thread that answers requests from a queue or by a function.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::answer::Answer;
use super::http::{Request, serve_connection};
use super::replies;

/// A running mock Bedrock. Dropping it stops the server and closes its
/// connections.
///
/// It has a thread and a runtime of its own, so tests may run on any runtime and
/// may block. Its pauses are real time.
#[derive(Debug)]
pub struct MockBedrock {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

/// Starts a mock Bedrock for the rest of the process and returns the SDK's
/// configuration for it, in place of `aws_config::load_defaults`.
pub async fn start() -> SdkConfig {
    let server = MockBedrock::start_with(replies::reply_to).await;
    let config = server.sdk_config();
    // Dropping the server would stop it.
    std::mem::forget(server);
    config
}

impl MockBedrock {
    /// Starts a server on a free port of 127.0.0.1.
    pub async fn start() -> Self {
        Self::start_with(|_| {
            Answer::error(500, "InternalServerException", "the test queued no answer")
        })
        .await
    }

    /// Starts a server that calls `reply` while no answer is queued.
    async fn start_with(reply: fn(&Request) -> Answer) -> Self {
        let shared = Arc::new(Shared {
            answers: Mutex::default(),
            requests: Mutex::default(),
            reply,
        });
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = oneshot::channel();
        std::thread::spawn({
            let shared = shared.clone();
            move || run(shared, ready, stopped)
        });
        Self {
            address: address.await.expect("the server listens"),
            shared,
            _stop: stop,
        }
    }

    /// The address on which the server listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The server's URL, for an SDK's `endpoint_url`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Configuration for any client of the AWS SDK. Retries are off.
    pub fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::new("mock", "mock", None, None, "mock");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(self.endpoint())
            .retry_config(RetryConfig::disabled())
            .build()
    }

    /// [`sdk_config`](Self::sdk_config) for models.
    pub fn client_config(&self) -> aws_sdk_bedrockruntime::config::Builder {
        (&self.sdk_config()).into()
    }

    /// [`sdk_config`](Self::sdk_config) for agents, knowledge bases and flows.
    #[cfg(feature = "agent-runtime")]
    pub fn agent_config(&self) -> aws_sdk_bedrockagentruntime::config::Builder {
        (&self.sdk_config()).into()
    }

    /// [`sdk_config`](Self::sdk_config) for AgentCore.
    #[cfg(feature = "agentcore")]
    pub fn agentcore_config(&self) -> aws_sdk_bedrockagentcore::config::Builder {
        (&self.sdk_config()).into()
    }

    /// Queues an answer. Each request takes the next one; the last one stays and
    /// answers every request that follows.
    pub fn queue_answer(&self, answer: Answer) {
        lock(&self.shared.answers).push_back(answer);
    }

    /// Answers every request from now on, in place of the queued answers.
    pub fn set_answer(&self, answer: Answer) {
        *lock(&self.shared.answers) = VecDeque::from([answer]);
    }

    /// The requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }
}

#[derive(Debug)]
struct Shared {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Request>>,
    reply: fn(&Request) -> Answer,
}

impl Shared {
    fn answer_request(&self, request: Request) -> Answer {
        let mut answers = lock(&self.answers);
        let queued = if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        };
        let mut requests = lock(&self.requests);
        let answer = queued.unwrap_or_else(|| {
            // Counted, so that two runs have the same ids.
            let id = format!("00000000-0000-4000-8000-{:012x}", requests.len() + 1);
            (self.reply)(&request).header("x-amzn-requestid", &id)
        });
        requests.push(request);
        answer
    }
}

/// Accepts connections until the [`MockBedrock`] is dropped. The runtime then closes
/// every connection.
fn run(shared: Arc<Shared>, ready: oneshot::Sender<SocketAddr>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        // A caller that was cancelled needs no address.
        let _ = ready.send(address);
        tokio::select! {
            () = accept_connections(listener, shared) => {}
            _ = stopped => {}
        }
    });
}

async fn accept_connections(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((socket, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            // Some tests close their connection in the middle of an answer.
            let _ = serve_connection(socket, |request| shared.answer_request(request)).await;
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
