//! The HTTP side.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Json, Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, Sse};
use axum::response::{Html, Response};
use axum::routing::{get, post};
use futures_util::stream::{Stream, unfold};
use nr_bedrock_observability::{Feedback, TraceRef, propagation};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tracing::Instrument as _;

use crate::answer::{Piece, Service};
use crate::waterfall::{Row, Waterfall};

pub(crate) fn all(service: Arc<Service>, waterfall: Waterfall) -> Router {
    Router::new()
        .route("/ask", post(ask))
        .route("/feedback", post(feedback))
        .layer(from_fn(traced))
        .with_state(service)
        // What follows belongs to no answer.
        .route("/", get(async || Html(PAGE)))
        .route("/trace/{id}", get(trace))
        .with_state(waterfall)
}

/// A request goes on with the trace of its sender, where that is in its headers.
async fn traced(request: Request, next: Next) -> Response {
    let name = format!("{} {}", request.method(), request.uri().path());
    let span = tracing::info_span!("request", otel.name = name, otel.kind = "server");
    propagation::set_parent(&span, request.headers());
    next.run(request).instrument(span).await
}

#[derive(Deserialize)]
struct Question {
    question: String,
}

async fn ask(
    State(service): State<Arc<Service>>,
    Json(asked): Json<Question>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let (to, from) = mpsc::channel(16);
    let answer = async move { service.answer(asked.question, to).await };
    // A task starts outside of every span: it is told its own.
    tokio::spawn(answer.in_current_span());
    Sse::new(unfold(from, async |mut from| {
        let piece = from.recv().await?;
        Some((Ok(event(piece)), from))
    }))
}

fn event(piece: Piece) -> Event {
    let (name, data) = match piece {
        Piece::Word(text) => ("word", json!(text)),
        Piece::Sources(sources) => ("sources", json!(sources)),
        Piece::Done(trace) => ("done", json!({"trace": trace, "id": trace.trace_id()})),
        Piece::Problem(text) => ("problem", json!(text)),
    };
    Event::default().event(name).data(data.to_string())
}

#[derive(Deserialize)]
struct Thumb {
    trace: String,
    helpful: bool,
    message: Option<String>,
}

/// The answer's span has ended long ago: the feedback becomes one below it.
async fn feedback(Json(thumb): Json<Thumb>) -> Result<StatusCode, (StatusCode, String)> {
    let trace: TraceRef =
        thumb
            .trace
            .parse()
            .map_err(|error: nr_bedrock_observability::Error| {
                (StatusCode::BAD_REQUEST, error.to_string())
            })?;
    let mut feedback = if thumb.helpful {
        Feedback::positive()
    } else {
        Feedback::negative()
    };
    if let Some(message) = thumb.message {
        feedback = feedback.message(message);
    }
    feedback.record_for(&trace);
    Ok(StatusCode::NO_CONTENT)
}

async fn trace(
    State(waterfall): State<Waterfall>,
    Path(id): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    let rows = waterfall.rows(&id).ok_or(StatusCode::NOT_FOUND)?;
    let rows: Vec<Value> = rows.iter().map(Row::json).collect();
    Ok(Json(json!(rows)))
}

const PAGE: &str = include_str!("page.html");
