//! The HTTP routes.

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

pub(crate) fn build_router(service: Arc<Service>, waterfall: Waterfall) -> Router {
    Router::new()
        .route("/ask", post(ask_question))
        .route("/feedback", post(record_feedback))
        .layer(from_fn(trace_request))
        .with_state(service)
        // Requests without a span.
        .route("/", get(async || Html(PAGE)))
        .route("/trace/{id}", get(show_trace))
        .with_state(waterfall)
}

/// Gives the request a span, as a child of the span in its `traceparent` header.
async fn trace_request(request: Request, next: Next) -> Response {
    let name = format!("{} {}", request.method(), request.uri().path());
    let span = tracing::info_span!("request", otel.name = name, otel.kind = "server");
    propagation::set_parent(&span, request.headers());
    next.run(request).instrument(span).await
}

#[derive(Deserialize)]
struct Question {
    question: String,
}

async fn ask_question(
    State(service): State<Arc<Service>>,
    Json(body): Json<Question>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let (to, from) = mpsc::channel(16);
    let answer = async move { service.answer(body.question, to).await };
    // A spawned task is outside of the current span.
    tokio::spawn(answer.in_current_span());
    Sse::new(unfold(from, async |mut from| {
        let piece = from.recv().await?;
        Some((Ok(build_event(piece)), from))
    }))
}

fn build_event(piece: Piece) -> Event {
    let (name, data) = match piece {
        Piece::Word(text) => ("word", json!(text)),
        Piece::Sources(sources) => ("sources", json!(sources)),
        Piece::Done(trace) => ("done", json!({"trace": trace, "id": trace.trace_id()})),
        Piece::Problem(text) => ("problem", json!(text)),
    };
    Event::default().event(name).data(data.to_string())
}

#[derive(Deserialize)]
struct Rating {
    trace: String,
    helpful: bool,
    message: Option<String>,
}

/// The span of the answer has ended: the feedback becomes a span below it.
async fn record_feedback(Json(body): Json<Rating>) -> Result<StatusCode, (StatusCode, String)> {
    let trace: TraceRef =
        body.trace
            .parse()
            .map_err(|error: nr_bedrock_observability::Error| {
                (StatusCode::BAD_REQUEST, error.to_string())
            })?;
    let mut feedback = if body.helpful {
        Feedback::positive()
    } else {
        Feedback::negative()
    };
    if let Some(message) = body.message {
        feedback = feedback.message(message);
    }
    feedback.record_for(&trace);
    tracing::info!(helpful = body.helpful, "feedback");
    Ok(StatusCode::NO_CONTENT)
}

async fn show_trace(
    State(waterfall): State<Waterfall>,
    Path(id): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    let rows = waterfall.rows(&id).ok_or(StatusCode::NOT_FOUND)?;
    let rows: Vec<Value> = rows.iter().map(Row::to_json).collect();
    Ok(Json(json!(rows)))
}

const PAGE: &str = include_str!("page.html");
