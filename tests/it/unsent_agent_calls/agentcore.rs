//! Memories, harnesses, tools and identities of AgentCore.

use aws_sdk_bedrockagentcore::types::{MemoryRecordDeleteInput, SearchCriteria, ToolName};
use nr_bedrock_observability::monitor_bedrock;
use serde_json::json;

use super::{Case, NoCredentials, UnsentCall};
use crate::support::mock_bedrock::MockBedrock;

pub(super) fn calls(server: &MockBedrock) -> Vec<Case> {
    let config = server.agentcore_config();
    let config = config.credentials_provider(NoCredentials);
    let client = monitor_bedrock(aws_sdk_bedrockagentcore::Client::from_conf(config.build()));
    let record = MemoryRecordDeleteInput::builder().memory_record_id("record-1");
    let search = SearchCriteria::builder()
        .search_query("refunds")
        .memory_strategy_id("strategy-1")
        .build()
        .unwrap();
    vec![
        (
            "delete_memory".into(),
            unsent!(
                client
                    .batch_delete_memory_records()
                    .memory_id("memory-1")
                    .records(record.build().unwrap())
            ),
            json!({
                "gen_ai.memory.store.id": "memory-1",
                "gen_ai.memory.record.count": 1,
            }),
        ),
        (
            "create_memory".into(),
            unsent!(
                client
                    .create_event()
                    .memory_id("memory-1")
                    .actor_id("actor-1")
                    .session_id("session-1")
            ),
            json!({
                "aws.bedrock.agentcore.actor.id": "actor-1",
                "gen_ai.conversation.id": "session-1",
            }),
        ),
        (
            "search_memory".into(),
            unsent!(
                client
                    .retrieve_memory_records()
                    .memory_id("memory-1")
                    .namespace("/actors/actor-1")
                    .search_criteria(search)
            ),
            json!({
                "aws.bedrock.agentcore.memory.namespace": "/actors/actor-1",
                "aws.bedrock.agentcore.memory.strategy.id": "strategy-1",
                // The query is content and is read from the body only.
                "gen_ai.retrieval.query.text": null,
            }),
        ),
        (
            "invoke_agent".into(),
            unsent!(
                client
                    .invoke_harness()
                    .harness_arn("arn:aws:bedrock-agentcore:us-east-1:123456789012:harness/refunds")
                    .runtime_session_id("session-1")
                    .actor_id("actor-1")
            ),
            json!({
                "aws.bedrock.agentcore.actor.id": "actor-1",
                "gen_ai.conversation.id": "session-1",
            }),
        ),
        (
            "execute_tool code_interpreter".into(),
            unsent!(
                client
                    .invoke_code_interpreter()
                    .code_interpreter_identifier("aws.codeinterpreter.v1")
                    .name(ToolName::ExecuteCode)
            ),
            json!({"aws.bedrock.agentcore.code_interpreter.tool": "executeCode"}),
        ),
        (
            "BedrockAgentCore.GetResourceApiKey".into(),
            unsent!(
                client
                    .get_resource_api_key()
                    .resource_credential_provider_name("crm")
            ),
            json!({"aws.bedrock.agentcore.credential_provider.name": "crm"}),
        ),
        (
            "BedrockAgentCore.GetWorkloadAccessToken".into(),
            unsent!(
                client
                    .get_workload_access_token()
                    .workload_name("support-bot")
            ),
            json!({"aws.bedrock.agentcore.workload.name": "support-bot"}),
        ),
    ]
}
