//! Agents, knowledge bases, flows and sessions.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::{
    ExternalSourcesGenerationConfiguration, ExternalSourcesRetrieveAndGenerateConfiguration,
    GenerationConfiguration, GuardrailConfiguration, GuardrailConfigurationWithArn,
    KnowledgeBaseRetrieveAndGenerateConfiguration, RetrieveAndGenerateConfiguration,
    RetrieveAndGenerateType,
};
use nr_bedrock_observability::monitor_bedrock;
use serde_json::json;

use super::{Case, NoCredentials, UnsentCall};
use crate::support::mock_bedrock::MockBedrock;

const MODEL: &str = "amazon.nova-lite-v1:0";

pub(super) fn calls(server: &MockBedrock) -> Vec<Case> {
    let config = server.agent_config().credentials_provider(NoCredentials);
    let client = monitor_bedrock(Client::from_conf(config.build()));
    let mut calls = knowledge_base_calls(&client);
    calls.extend(agent_and_flow_calls(&client));
    calls
}

fn knowledge_base_calls(client: &Client) -> Vec<Case> {
    vec![
        (
            "retrieval KB1".into(),
            unsent!(
                client
                    .retrieve()
                    .knowledge_base_id("KB1")
                    .guardrail_configuration(guardrail())
            ),
            json!({
                "aws.bedrock.knowledge_base.id": "KB1",
                "aws.bedrock.guardrail.id": "gr-1",
                "aws.bedrock.guardrail.version": "3",
            }),
        ),
        (
            format!("chat {MODEL}"),
            unsent!(
                client
                    .retrieve_and_generate()
                    .session_id("session-1")
                    .retrieve_and_generate_configuration(knowledge_base())
            ),
            json!({
                "gen_ai.conversation.id": "session-1",
                "aws.bedrock.knowledge_base.id": "KB1",
                "gen_ai.data_source.id": "KB1",
                "aws.bedrock.guardrail.id": "gr-1",
                "aws.bedrock.guardrail.version": "3",
            }),
        ),
        (
            format!("chat {MODEL}"),
            unsent!(
                client
                    .retrieve_and_generate_stream()
                    .session_id("session-1")
                    .retrieve_and_generate_configuration(external_sources())
            ),
            json!({
                "gen_ai.conversation.id": "session-1",
                "aws.bedrock.guardrail.id": "gr-1",
                "aws.bedrock.guardrail.version": "3",
            }),
        ),
    ]
}

fn agent_and_flow_calls(client: &Client) -> Vec<Case> {
    let guardrail = GuardrailConfigurationWithArn::builder()
        .guardrail_identifier("gr-1")
        .guardrail_version("3")
        .build()
        .unwrap();
    vec![
        (
            "invoke_agent".into(),
            unsent!(
                client
                    .invoke_agent()
                    .agent_id("AGENT1")
                    .agent_alias_id("ALIAS1")
                    .session_id("session-1")
                    .memory_id("memory-1")
            ),
            json!({
                "gen_ai.agent.id": "AGENT1",
                "gen_ai.conversation.id": "session-1",
                "aws.bedrock.agent.memory_id": "memory-1",
            }),
        ),
        (
            "invoke_agent refunds".into(),
            unsent!(
                client
                    .invoke_inline_agent()
                    .agent_name("refunds")
                    .session_id("session-1")
                    .guardrail_configuration(guardrail)
            ),
            json!({
                "gen_ai.agent.name": "refunds",
                "gen_ai.conversation.id": "session-1",
                "aws.bedrock.guardrail.id": "gr-1",
                "aws.bedrock.guardrail.version": "3",
            }),
        ),
        (
            "invoke_workflow FLOW1".into(),
            unsent!(
                client
                    .invoke_flow()
                    .flow_identifier("FLOW1")
                    .flow_alias_identifier("ALIAS1")
                    .execution_id("execution-1")
            ),
            json!({"aws.bedrock.flow.execution.id": "execution-1"}),
        ),
        (
            "BedrockAgentRuntime.StartFlowExecution".into(),
            unsent!(
                client
                    .start_flow_execution()
                    .flow_identifier("FLOW1")
                    .flow_alias_identifier("ALIAS1")
                    .flow_execution_name("nightly")
            ),
            json!({"aws.bedrock.flow.execution.name": "nightly"}),
        ),
        (
            "BedrockAgentRuntime.PutInvocationStep".into(),
            unsent!(
                client
                    .put_invocation_step()
                    .session_identifier("session-1")
                    .invocation_identifier("invocation-1")
                    .invocation_step_id("step-1")
            ),
            json!({
                "gen_ai.conversation.id": "session-1",
                "aws.bedrock.invocation.id": "invocation-1",
                "aws.bedrock.invocation.step.id": "step-1",
            }),
        ),
    ]
}

fn guardrail() -> GuardrailConfiguration {
    GuardrailConfiguration::builder()
        .guardrail_id("gr-1")
        .guardrail_version("3")
        .build()
        .unwrap()
}

fn knowledge_base() -> RetrieveAndGenerateConfiguration {
    let base = KnowledgeBaseRetrieveAndGenerateConfiguration::builder()
        .knowledge_base_id("KB1")
        .model_arn(MODEL)
        .generation_configuration(
            GenerationConfiguration::builder()
                .guardrail_configuration(guardrail())
                .build(),
        )
        .build()
        .unwrap();
    RetrieveAndGenerateConfiguration::builder()
        .r#type(RetrieveAndGenerateType::KnowledgeBase)
        .knowledge_base_configuration(base)
        .build()
        .unwrap()
}

fn external_sources() -> RetrieveAndGenerateConfiguration {
    let sources = ExternalSourcesRetrieveAndGenerateConfiguration::builder()
        .model_arn(MODEL)
        .set_sources(Some(Vec::new()))
        .generation_configuration(
            ExternalSourcesGenerationConfiguration::builder()
                .guardrail_configuration(guardrail())
                .build(),
        )
        .build()
        .unwrap();
    RetrieveAndGenerateConfiguration::builder()
        .r#type(RetrieveAndGenerateType::ExternalSources)
        .external_sources_configuration(sources)
        .build()
        .unwrap()
}
