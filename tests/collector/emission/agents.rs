//! Agents with their steps, flows, knowledge bases, memories.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::{FlowInput, FlowInputContent, KnowledgeBaseQuery};
use aws_smithy_types::{Document, base64};
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, event};
use crate::support::mock_bedrock::{Answer, MockBedrock};

pub(super) async fn emit(server: &MockBedrock, options: MonitorOptions) {
    #[cfg(feature = "agentcore")]
    search_memory(server, options.clone()).await;
    let config = monitor_bedrock_with(server.agent_config(), options);
    let client = Client::from_conf(config.build());
    invoke_agent(server, &client).await;
    invoke_flow(server, &client).await;
    retrieve(server, &client).await;
}

async fn invoke_agent(server: &MockBedrock, client: &Client) {
    server.set_answer(Answer::events(run_of_agent()));
    let call = client.invoke_agent().agent_id("SUP").agent_alias_id("LIVE");
    let call = call.session_id("session-1").enable_trace(true);
    let call = call.input_text("planted question").send().await;
    let mut completion = call.unwrap().completion;
    while completion.recv().await.unwrap().is_some() {}
}

/// A model, a tool, a search and a failure.
fn run_of_agent() -> Vec<Frame> {
    let prompt = json!({
        "system": "planted instruction",
        "messages": [{"role": "user", "content": "planted question"}],
    });
    let said = json!({
        "role": "assistant",
        "content": [{"type": "text", "text": "planted thought"}],
    });
    let tool = json!({
        "actionGroupName": "shop",
        "executionType": "LAMBDA",
        "function": "find_order",
        "parameters": [{"name": "order", "type": "string", "value": "planted argument"}],
    });
    let found = json!([{
        "content": {"type": "TEXT", "text": "planted passage"},
        "location": {"type": "S3", "s3Location": {"uri": "s3://handbook/refunds.md"}},
    }]);
    let parts = [
        json!({"modelInvocationInput": {
            "traceId": "s-0",
            "foundationModel": "anthropic.claude-3-5-haiku-20241022-v1:0",
            "text": prompt.to_string(),
            "type": "ORCHESTRATION",
        }}),
        json!({"modelInvocationOutput": {
            "traceId": "s-0",
            "metadata": {"usage": {"inputTokens": 5, "outputTokens": 2}},
            "rawResponse": {"content": said.to_string()},
        }}),
        json!({"invocationInput": {
            "traceId": "s-0",
            "invocationType": "ACTION_GROUP",
            "actionGroupInvocationInput": tool,
        }}),
        json!({"observation": {
            "traceId": "s-0",
            "type": "ACTION_GROUP",
            "actionGroupInvocationOutput": {"text": "planted result", "metadata": times()},
        }}),
        json!({"invocationInput": {
            "traceId": "s-1",
            "invocationType": "KNOWLEDGE_BASE",
            "knowledgeBaseLookupInput": {"knowledgeBaseId": "KB1", "text": "planted query"},
        }}),
        json!({"observation": {
            "traceId": "s-1",
            "type": "KNOWLEDGE_BASE",
            "knowledgeBaseLookupOutput": {"retrievedReferences": found, "metadata": times()},
        }}),
    ];
    let orchestration = parts
        .into_iter()
        .map(|part| json!({ "orchestrationTrace": part }));
    let failure = json!({"failureTrace": {
        "traceId": "s-2", "failureReason": "planted failure", "metadata": times(),
    }});
    let frames = orchestration.chain([failure]).map(|part| {
        let payload = json!({
            "agentId": "SUP",
            "agentAliasId": "LIVE",
            "sessionId": "session-1",
            "callerChain": [{"agentAliasArn": AGENT}],
            "eventTime": "2026-11-23T12:00:00.500Z",
            "trace": part,
        });
        event("trace", &payload)
    });
    let answer = json!({ "bytes": base64::encode("planted answer") });
    frames.chain([event("chunk", &answer)]).collect()
}

fn times() -> Value {
    json!({
        "startTime": "2026-11-23T12:00:00.100Z",
        "endTime": "2026-11-23T12:00:00.400Z",
        "totalTimeMs": 300,
    })
}

async fn invoke_flow(server: &MockBedrock, client: &Client) {
    let field = |kind: &str, text: &str| json!([{kind: "it", "content": {"document": text}}]);
    let trace = |kind: &str, fields: Value| {
        let part = json!({
            "nodeName": "Ask", "timestamp": "2026-11-23T12:00:00.100Z", "fields": fields,
        });
        event("flowTraceEvent", &json!({"trace": {kind: part}}))
    };
    let output = json!({
        "nodeName": "End",
        "nodeType": "FlowOutputNode",
        "content": {"document": "planted answer"},
    });
    server.set_answer(Answer::events(vec![
        trace("nodeInputTrace", field("nodeInputName", "planted question")),
        trace("nodeOutputTrace", field("nodeOutputName", "planted answer")),
        event("flowOutputEvent", &output),
        event(
            "flowCompletionEvent",
            &json!({"completionReason": "SUCCESS"}),
        ),
    ]));
    let input = FlowInputContent::Document(Document::from("planted question"));
    let input = FlowInput::builder().node_name("In").content(input);
    let call = client.invoke_flow().flow_identifier("FLOW123456");
    let call = call.flow_alias_identifier("LIVE").enable_trace(true);
    let call = call.inputs(input.build().unwrap()).send().await;
    let mut stream = call.unwrap().response_stream;
    while stream.recv().await.unwrap().is_some() {}
}

async fn retrieve(server: &MockBedrock, client: &Client) {
    let found = json!([{"content": {"type": "TEXT", "text": "planted passage"}, "score": 0.5}]);
    server.set_answer(Answer::json(200, &json!({ "retrievalResults": found })));
    let query = KnowledgeBaseQuery::builder().text("planted query").build();
    let call = client.retrieve().knowledge_base_id("KB1");
    call.retrieval_query(query).send().await.unwrap();
}

#[cfg(feature = "agentcore")]
async fn search_memory(server: &MockBedrock, options: MonitorOptions) {
    use aws_sdk_bedrockagentcore::Client;
    use aws_sdk_bedrockagentcore::types::SearchCriteria;

    let record = json!({
        "memoryRecordId": "record-1",
        "content": {"text": "planted memory"},
        "memoryStrategyId": "facts",
        "namespaces": ["/users/7"],
        "createdAt": 1_700_000_000,
        "score": 0.5,
    });
    let found = json!({ "memoryRecordSummaries": [record] });
    server.set_answer(Answer::json(200, &found));
    let client =
        Client::from_conf(monitor_bedrock_with(server.agentcore_config(), options).build());
    let criteria = SearchCriteria::builder().search_query("planted query");
    let call = client.retrieve_memory_records().memory_id("mem-1");
    let call = call.namespace("/users/7");
    let call = call.search_criteria(criteria.build().unwrap());
    call.send().await.unwrap();
}

const AGENT: &str = "arn:aws:bedrock:us-east-1:123456789012:agent-alias/SUP/LIVE";
