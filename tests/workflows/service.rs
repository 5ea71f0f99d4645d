//! A service that answers questions, as an application would write it.

use std::net::SocketAddr;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseStreamOutput,
    Message, ToolResultBlock, ToolResultContentBlock, ToolUseBlock,
};
use axum::extract::{Json, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use nr_bedrock_observability::rag::opensearch::Search;
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{Feedback, TraceRef, propagation};
use opensearch::OpenSearch;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::Instrument as _;

use crate::support::typed;

#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) bedrock: Client,
    pub(crate) index: OpenSearch,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Question {
    pub(crate) conversation: String,
    pub(crate) text: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Answered {
    pub(crate) text: String,
    pub(crate) trace: TraceRef,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Thumb {
    pub(crate) trace: TraceRef,
    pub(crate) message: String,
}

impl Service {
    /// On a free port, for as long as the runtime lives.
    pub(crate) async fn start(self) -> SocketAddr {
        let router = axum::Router::new()
            .route("/ask", post(ask))
            .route("/feedback", post(feedback))
            .layer(from_fn(traced))
            .with_state(self);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }
}

/// A request goes on with its sender's trace.
async fn traced(request: Request, next: Next) -> Response {
    let name = format!("{} {}", request.method(), request.uri().path());
    let span = tracing::info_span!("request", otel.name = name, otel.kind = "server");
    propagation::set_parent(&span, request.headers());
    next.run(request).instrument(span).await
}

async fn ask(State(service): State<Service>, Json(question): Json<Question>) -> Json<Answered> {
    Json(service.answer(question).await)
}

async fn feedback(Json(thumb): Json<Thumb>) {
    Feedback::positive()
        .message(thumb.message)
        .record_for(&thumb.trace);
}

impl Service {
    #[tracing::instrument(skip_all, fields(workflow.type = "rag", user.id = "u-7"))]
    async fn answer(&self, question: Question) -> Answered {
        propagation::set_conversation_id(question.conversation);
        let vector = self.embed(&question.text).await;
        let passages = self.search(&question.text, &vector).await;
        let best = self.rerank(&question.text, &passages).await;
        let text = format!("{}\n\n{best}", question.text);
        let mut messages = vec![typed::user(json!([{"text": text}])).await];
        let mut said = self.converse(&messages).await;
        if let Some(asked) = said.tool.take() {
            let call = ToolCall::from(&asked);
            let state = call.run(async || order(asked.input()).await, Value::to_string);
            let state = state.await.unwrap();
            messages.push(message(
                ConversationRole::Assistant,
                ContentBlock::ToolUse(asked.clone()),
            ));
            let result = ToolResultBlock::builder()
                .tool_use_id(asked.tool_use_id())
                .content(ToolResultContentBlock::Json(typed::document(&state)));
            messages.push(message(
                ConversationRole::User,
                ContentBlock::ToolResult(result.build().unwrap()),
            ));
            said = self.converse(&messages).await;
        }
        Answered {
            text: said.text,
            trace: TraceRef::current().unwrap(),
        }
    }

    async fn embed(&self, text: &str) -> Vec<f32> {
        let body = Blob::new(json!({"inputText": text}).to_string());
        let call = self.bedrock.invoke_model().body(body);
        let call = call.model_id("amazon.titan-embed-text-v2:0").send();
        let answer: Value = serde_json::from_slice(call.await.unwrap().body().as_ref()).unwrap();
        serde_json::from_value(answer["embedding"].clone()).unwrap()
    }

    async fn search(&self, text: &str, vector: &[f32]) -> Vec<String> {
        let search = Search::knn("handbook", "vector", vector, 2).query_text(text);
        let response = search.send(&self.index).await.unwrap();
        let found: Value = response
            .error_for_status_code()
            .unwrap()
            .json()
            .await
            .unwrap();
        let hits = found["hits"]["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["_source"]["text"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn rerank<'a>(&self, text: &str, passages: &'a [String]) -> &'a str {
        let body = json!({"api_version": 2, "query": text, "documents": passages});
        let call = self
            .bedrock
            .invoke_model()
            .body(Blob::new(body.to_string()));
        let call = call.model_id("cohere.rerank-v3-5:0").send();
        let answer: Value = serde_json::from_slice(call.await.unwrap().body().as_ref()).unwrap();
        let best = answer["results"][0]["index"].as_u64().unwrap();
        &passages[usize::try_from(best).unwrap()]
    }

    async fn converse(&self, messages: &[Message]) -> Said {
        let call = self.bedrock.converse_stream();
        let call = call.model_id("amazon.nova-lite-v1:0");
        let call = call.set_messages(Some(messages.to_vec())).send();
        let mut stream = call.await.unwrap().stream;
        let mut said = Said::default();
        let mut arguments = String::new();
        while let Some(event) = stream.recv().await.unwrap() {
            match event {
                ConverseStreamOutput::ContentBlockStart(start) => {
                    if let Some(ContentBlockStart::ToolUse(tool)) = start.start {
                        said.started = Some((tool.tool_use_id, tool.name));
                    }
                }
                ConverseStreamOutput::ContentBlockDelta(delta) => match delta.delta {
                    Some(ContentBlockDelta::Text(text)) => said.text.push_str(&text),
                    Some(ContentBlockDelta::ToolUse(piece)) => arguments.push_str(&piece.input),
                    _ => {}
                },
                _ => {}
            }
        }
        said.tool = said.started.take().map(|(id, name)| {
            let input: Value = serde_json::from_str(&arguments).unwrap();
            let tool = ToolUseBlock::builder().tool_use_id(id).name(name);
            tool.input(typed::document(&input)).build().unwrap()
        });
        said
    }
}

#[derive(Default)]
struct Said {
    text: String,
    started: Option<(String, String)>,
    tool: Option<ToolUseBlock>,
}

async fn order(arguments: &aws_smithy_types::Document) -> Result<Value, std::io::Error> {
    tokio::task::yield_now().await;
    assert!(arguments.as_object().is_some());
    Ok(json!({"state": "shipped"}))
}

fn message(role: ConversationRole, content: ContentBlock) -> Message {
    let message = Message::builder().role(role).content(content);
    message.build().unwrap()
}
