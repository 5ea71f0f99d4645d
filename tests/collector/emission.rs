//! Spans and records of every kind, with a planted word wherever one can hold
//! content.

use std::error::Error;
use std::fmt;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    GuardrailContentBlock, GuardrailContentSource, GuardrailTextBlock, PromptVariableValues,
    SystemContentBlock, Tool, ToolConfiguration, ToolInputSchema, ToolSpecification,
};
use nr_bedrock_observability::rag::{Document, Retrieval};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{
    ContentCapture, Evaluation, Feedback, MonitorOptions, Score, TraceRef, monitor_bedrock_with,
};
use serde_json::json;
use tracing::Instrument as _;

use crate::support::mock_bedrock::frames::converse_text;
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::typed;

#[cfg(feature = "agent-runtime")]
#[path = "emission/agents.rs"]
mod agents;

/// Part of every planted text, and of nothing else.
pub(super) const PLANTED: &str = "planted";

pub(super) async fn emit_every_kind(capture: ContentCapture) {
    let options = || MonitorOptions::new().capture(capture).llm_events(true);
    let server = MockBedrock::start().await;
    let config = monitor_bedrock_with(server.client_config(), options());
    let client = Client::from_conf(config.build());
    let calls = async {
        chat(&server, &client).await;
        fail(&server, &client).await;
        invoke(&server, &client).await;
        #[cfg(feature = "agent-runtime")]
        agents::emit(&server, options()).await;
        run_own_work(options()).await;
        judge(&options()).await;
    };
    let span = tracing::info_span!("answer", workflow.type = "rag");
    calls.instrument(span).await;
    report_own_errors();
}

async fn chat(server: &MockBedrock, client: &Client) {
    let content = json!([
        {"reasoningContent": {"reasoningText": {"text": "planted reasoning"}}},
        {"text": "planted answer"},
        {"toolUse": {"toolUseId": "t-2", "name": "get_order", "input": {"q": "planted argument"}}},
    ]);
    let usage = json!({"inputTokens": 10, "outputTokens": 3, "totalTokens": 13});
    server.set_answer(Answer::json(
        200,
        &json!({
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": "tool_use",
            "usage": usage,
            "metrics": {"latencyMs": 1},
        }),
    ));
    let tool = ToolSpecification::builder()
        .name("get_order")
        .description("planted description")
        .input_schema(ToolInputSchema::Json(typed::document(&json!({}))));
    let tools = ToolConfiguration::builder().tools(Tool::ToolSpec(tool.build().unwrap()));
    let history = json!([
        {"role": "user", "content": [{"text": "planted question"}]},
        {"role": "assistant", "content": [{"toolUse": {
            "toolUseId": "t-1", "name": "get_order", "input": {"q": "planted argument"},
        }}]},
        {"role": "user", "content": [{"toolResult": {
            "toolUseId": "t-1", "content": [{"text": "planted result"}],
        }}]},
        // Longer than an attribute, so that a log record has it whole.
        {"role": "user", "content": [{"text": "planted again ".repeat(400)}]},
    ]);
    let messages = typed::messages(history.as_array().unwrap()).await;
    let call = client.converse().model_id(MODEL);
    call.system(SystemContentBlock::Text("planted instruction".to_owned()))
        .tool_config(tools.build().unwrap())
        .prompt_variables(
            "city",
            PromptVariableValues::Text("planted city".to_owned()),
        )
        .set_messages(Some(messages.clone()))
        .send()
        .await
        .unwrap();
    server.set_answer(Answer::events(converse_text(&["planted ", "stream"])));
    let call = client.converse_stream().model_id(MODEL);
    let call = call.set_messages(Some(messages)).send().await;
    let mut stream = call.unwrap().stream;
    while stream.recv().await.unwrap().is_some() {}
}

async fn fail(server: &MockBedrock, client: &Client) {
    let message = "planted words are not allowed";
    server.set_answer(Answer::error(400, "ValidationException", message));
    let history = json!([{"role": "user", "content": [{"text": "planted question"}]}]);
    let messages = typed::messages(history.as_array().unwrap()).await;
    let call = client.converse().model_id(MODEL);
    let call = call.set_messages(Some(messages));
    call.send().await.unwrap_err();
}

/// Embeddings, a guardrail, an invocation that failed later.
async fn invoke(server: &MockBedrock, client: &Client) {
    let embedding = json!({"embedding": [0.5], "inputTextTokenCount": 3});
    server.set_answer(Answer::json(200, &embedding));
    let body = json!({"inputText": "planted passage"}).to_string();
    let call = client.invoke_model().model_id(EMBEDDER);
    call.body(Blob::new(body)).send().await.unwrap();

    let outputs = json!([{"text": "planted refusal"}]);
    let answer = json!({
        "action": "GUARDRAIL_INTERVENED",
        "outputs": outputs,
        "assessments": [],
        "usage": {
            "topicPolicyUnits": 1, "contentPolicyUnits": 1, "wordPolicyUnits": 1,
            "sensitiveInformationPolicyUnits": 1, "sensitiveInformationPolicyFreeUnits": 1,
            "contextualGroundingPolicyUnits": 1,
        },
    });
    server.set_answer(Answer::json(200, &answer));
    let text = GuardrailTextBlock::builder().text("planted text");
    let call = client.apply_guardrail().guardrail_identifier("gr-1");
    call.guardrail_version("1")
        .source(GuardrailContentSource::Input)
        .content(GuardrailContentBlock::Text(text.build().unwrap()))
        .send()
        .await
        .unwrap();

    let answer = json!({
        "invocationArn": INVOCATION,
        "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-reel-v1:0",
        "status": "Failed",
        "failureMessage": "planted reason",
        "submitTime": "2026-11-23T12:00:00Z",
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/out"}},
    });
    server.set_answer(Answer::json(200, &answer));
    let call = client.get_async_invoke().invocation_arn(INVOCATION);
    call.send().await.unwrap();
}

/// A search and a tool of the application's, done and failed.
async fn run_own_work(options: MonitorOptions) {
    let search = || Retrieval::new("handbook").query("planted query");
    let document = Document::new("a.md").score(0.5).excerpt("planted passage");
    search()
        .options(options.clone())
        .run(async || Ok::<_, OwnError>(()), |()| vec![document])
        .await
        .unwrap();
    let failed = search().options(options.clone());
    let failed = failed.run(async || Err::<(), _>(OwnError), |()| Vec::new());
    failed.await.unwrap_err();

    let tool = || {
        let tool = ToolCall::new("get_order").id("t-1");
        tool.description("planted description")
            .arguments("planted argument")
            .options(options.clone())
    };
    let result = || "planted result".to_owned();
    let run = tool().run(async || Ok::<_, OwnError>(result()), Clone::clone);
    run.await.unwrap();
    let run = tool().run(async || Err::<String, _>(OwnError), Clone::clone);
    run.await.unwrap_err();
}

/// On the open span, and on one that has ended.
async fn judge(options: &MonitorOptions) {
    let feedback = || {
        let feedback = Feedback::negative().message("planted complaint");
        feedback.options(options.clone())
    };
    let evaluation = || {
        let score = Score::relevance(0.5).unwrap();
        let evaluation = Evaluation::new().score(score.explanation("planted explanation"));
        evaluation.options(options.clone())
    };
    feedback().record();
    evaluation().record();
    let ended = async { TraceRef::current().unwrap() };
    let ended = ended.instrument(tracing::info_span!("ended")).await;
    feedback().record_for(&ended);
    evaluation().record_for(&ended);
}

/// Errors and events of the application, as `tracing` has them.
fn report_own_errors() {
    let error: &(dyn Error + 'static) = &OwnError;
    tracing::info_span!("error as a field", error).in_scope(|| ());
    tracing::info_span!("error as an event").in_scope(|| tracing::error!(error));
    let returned = tracing::info_span!("error as a text");
    returned.in_scope(|| tracing::error!(error = %OwnError));
    let spoken = tracing::info_span!("message");
    spoken.in_scope(|| tracing::warn!(attempt = 2, "planted message"));
}

#[derive(Clone, Copy, Debug)]
struct OwnError;

impl fmt::Display for OwnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("planted error")
    }
}

impl Error for OwnError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Cause)
    }
}

#[derive(Debug)]
struct Cause;

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("planted cause")
    }
}

impl Error for Cause {}

const MODEL: &str = "amazon.nova-lite-v1:0";
const EMBEDDER: &str = "amazon.titan-embed-text-v2:0";
const INVOCATION: &str = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl";
