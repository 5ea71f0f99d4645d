//! A service that answers questions from a folder of text. Its page streams the
//! answer, shows the trace and takes feedback.
//!
//! Run with `cargo run --example rag_service` and open <http://127.0.0.1:3000>.
//! It needs no AWS account: a mock Bedrock answers. `PORT` sets another port,
//! `--aws` uses your account.
//!
//! | request | answer |
//! |---|---|
//! | `POST /ask`, `{"question": "…"}` | server-sent events: `word`s, the `sources`, and `done` with a reference to the trace |
//! | `POST /feedback`, `{"trace": "…", "helpful": true}` | none; the feedback joins the trace, at any later time |
//! | `GET /trace/{id}` | the spans of the trace |
//!
//! Logs are JSON lines on standard output, each with the `trace_id` and `span_id` of
//! its span. Traces are printed, unless `NEW_RELIC_LICENSE_KEY` or
//! `OTEL_EXPORTER_OTLP_ENDPOINT` sets another destination. A request with a W3C
//! `traceparent` continues its sender's trace.

mod answer;
mod json_logs;
mod routes;
mod stop_signal;
mod waterfall;

#[path = "../rag_workflow/embedder.rs"]
mod embedder;
#[path = "../rag_workflow/index.rs"]
mod index;
#[path = "../mock_bedrock/mod.rs"]
#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod mock_bedrock;
#[path = "../rag_workflow/passages.rs"]
mod passages;
#[path = "../rag_workflow/progress.rs"]
mod progress;
#[path = "../rag_workflow/splitter.rs"]
mod splitter;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_sdk_bedrockruntime::Client;
use nr_bedrock_observability::{Telemetry, monitor_bedrock};
use tokio::net::TcpListener;
use tracing_subscriber::prelude::*;

use crate::answer::Service;
use crate::embedder::Embedder;
use crate::index::Index;
use crate::waterfall::Waterfall;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let waterfall = Waterfall::default();
    // The layer brings spans, metrics and events, beside the application's own layers.
    let (layer, telemetry) = Telemetry::from_env().service_name("rag_service").layer()?;
    tracing_subscriber::registry()
        .with(json_logs::layer())
        .with(waterfall.layer())
        .with(layer)
        .try_init()?;

    let aws = if std::env::args().any(|word| word == "--aws") {
        aws_config::load_defaults(BehaviorVersion::latest()).await
    } else {
        mock_bedrock::start().await
    };
    let bedrock = monitor_bedrock(Client::new(&aws));
    let embedder = Embedder::new(bedrock.clone(), EMBEDDINGS);
    let passages = passages::read_folder(Path::new(HANDBOOK))?;
    let index = Index::build("handbook".to_owned(), embedder, passages).await?;
    let service = Arc::new(Service { bedrock, index });

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("Listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes::build_router(service, waterfall))
        .with_graceful_shutdown(stop_signal::wait())
        .await?;
    // Telemetry that was lost is no failure of the service.
    match tokio::task::spawn_blocking(|| telemetry.shutdown()).await? {
        Ok(()) => tracing::info!("telemetry is delivered"),
        Err(error) => tracing::error!(%error, "telemetry was lost"),
    }
    Ok(())
}

type BoxError = Box<dyn Error + Send + Sync>;

const EMBEDDINGS: &str = "amazon.titan-embed-text-v2:0";

const HANDBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/handbook");
