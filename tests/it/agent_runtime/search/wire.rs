//! What is asked of the searches, and what they answer.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::{
    AgenticRetrieveBedrockGuardrailConfiguration, AgenticRetrieveConfiguration,
    AgenticRetrieveMemoryConfiguration, AgenticRetrieveMemorySessionBinding,
    AgenticRetrieveMessage, AgenticRetrieveMessageContent, AgenticRetrievePolicyConfiguration,
    AgenticRetriever, BedrockFoundationModelConfiguration,
    BedrockFoundationModelModelConfiguration, ConversationRole, FoundationModelConfiguration,
    FoundationModelConfigurationType, FoundationModelType, GuardrailConfiguration,
    KnowledgeBaseQuery, KnowledgeBaseRetrievalConfiguration, KnowledgeBaseRetrieverConfiguration,
    KnowledgeBaseVectorSearchConfiguration, RetrievalOverrides, RetrieverConfiguration,
};
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, event};

pub(super) const MODEL: &str = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0";

pub(super) async fn look_up(client: Client) {
    let query = KnowledgeBaseQuery::builder().text("refund time").build();
    let vectors = KnowledgeBaseVectorSearchConfiguration::builder();
    let vectors = vectors.number_of_results(3).build();
    let configuration = KnowledgeBaseRetrievalConfiguration::builder();
    let configuration = configuration.vector_search_configuration(vectors).build();
    let guardrail = GuardrailConfiguration::builder()
        .guardrail_id("gr-1")
        .guardrail_version("DRAFT")
        .build();
    let call = client
        .retrieve()
        .knowledge_base_id("KB1")
        .retrieval_query(query)
        .retrieval_configuration(configuration)
        .guardrail_configuration(guardrail.expect("a guardrail"));
    call.send().await.expect("results");
}

pub(super) async fn search(client: Client) {
    search_in(&client, &["KB1"]).await;
}

/// Asks the third question of a conversation, and reads to the end.
pub(super) async fn search_in(client: &Client, bases: &[&str]) {
    let guardrail = AgenticRetrieveBedrockGuardrailConfiguration::builder()
        .guardrail_id("gr-1")
        .guardrail_version("2")
        .build();
    let policy = AgenticRetrievePolicyConfiguration::builder()
        .bedrock_guardrail_configuration(guardrail.expect("a guardrail"))
        .build();
    let mut call = client
        .agentic_retrieve_stream()
        .agentic_retrieve_configuration(configuration())
        .policy_configuration(policy)
        .memory_configuration(memory())
        .generate_response(true);
    for (role, text) in [
        (ConversationRole::User, "How long?"),
        (ConversationRole::Assistant, "Five days."),
        (ConversationRole::User, "And by mail?"),
    ] {
        let content = AgenticRetrieveMessageContent::builder().text(text).build();
        let message = AgenticRetrieveMessage::builder()
            .role(role)
            .content(content);
        call = call.messages(message.build().expect("a message"));
    }
    for base in bases {
        let overrides = RetrievalOverrides::builder()
            .max_number_of_results(5)
            .build();
        let base = KnowledgeBaseRetrieverConfiguration::builder()
            .knowledge_base_id(*base)
            .retrieval_overrides(overrides)
            .build();
        let base = RetrieverConfiguration::KnowledgeBase(base.expect("a knowledge base"));
        call = call.retrievers(AgenticRetriever::builder().configuration(base).build());
    }
    let mut stream = call.send().await.expect("a stream").stream;
    while let Ok(Some(_)) = stream.recv().await {}
}

fn configuration() -> AgenticRetrieveConfiguration {
    let model = BedrockFoundationModelModelConfiguration::builder().model_arn(MODEL);
    let model = BedrockFoundationModelConfiguration::builder()
        .model_configuration(model.build().expect("a model"))
        .build();
    let model = FoundationModelConfiguration::builder()
        .r#type(FoundationModelConfigurationType::BedrockFoundationModel)
        .bedrock_foundation_model_configuration(model)
        .build();
    AgenticRetrieveConfiguration::builder()
        .foundation_model_type(FoundationModelType::Custom)
        .foundation_model_configuration(model.expect("a model"))
        .max_agent_iteration(3)
        .build()
}

fn memory() -> AgenticRetrieveMemoryConfiguration {
    let session = AgenticRetrieveMemorySessionBinding::builder()
        .actor_id("actor-1")
        .session_id("session-1")
        .build();
    let memory = AgenticRetrieveMemoryConfiguration::builder()
        .memory_id("memory-1")
        .session_binding(session.expect("a session"))
        .build();
    memory.expect("a memory")
}

/// What a search that plans tells, as it goes on.
pub(super) fn planned() -> Vec<Frame> {
    let mail = json!({
        "content": {"text": "Mail takes a week.", "mimeType": "text/plain"},
        "metadata": {"x-amz-bedrock-kb-source-uri": "s3://handbook/m.md"},
    });
    let refunds = json!({
        "content": {"text": "Five days.", "mimeType": "text/plain"},
        "metadata": {"x-amz-bedrock-kb-source-uri": "s3://handbook/r.md"},
    });
    let looking = json!({
        "step": "Retrieval",
        "status": "IN_PROGRESS",
        "message": "",
        "actions": [{"retrieve": {
            "inputQuery": {"text": "mail duration"},
            "sourceRetrievers": [{"identifier": "KB2"}],
        }}],
    });
    let warning = json!({"guardrail": {"id": "gr-1", "version": "2", "action": "INTERVENED"}});
    let looked = json!({
        "step": "Retrieval",
        "status": "SUCCEEDED",
        "message": "I look.",
        "warnings": [warning],
        "retrievalResponse": [mail],
    });
    let expansion = json!({
        "step": "FullDocumentExpansion",
        "status": "FAILED",
        "message": "",
        "failures": [{"message": "no such document"}],
    });
    let planning = |status| json!({"step": "Planning", "status": status, "message": "I plan."});
    let answer = json!({
        "answer": "A week.",
        "citations": [{"startIndex": 0, "endIndex": 7, "references": [{"resultIndex": 0}]}],
    });
    vec![
        // Of the two ways to write a time, the coarser one.
        event(
            "traceEvent",
            &json!({
                "id": "plan",
                "timestamp": BEGAN / 1000,
                "attributes": planning("IN_PROGRESS"),
            }),
        ),
        trace("plan", 40, &planning("SUCCEEDED")),
        trace("look-1", 50, &looking),
        trace("look-2", 90, &looked),
        trace("expand", 100, &expansion),
        event("result", &json!({"results": [mail, refunds]})),
        // Both kinds of pieces may be empty.
        event("responseEvent", &json!({"text": ""})),
        event("responseEvent", &json!({"text": "A week."})),
        event(
            "result",
            &json!({"results": [mail], "generatedResponse": answer}),
        ),
    ]
}

fn trace(id: &str, millis: u64, attributes: &Value) -> Frame {
    let at = BEGAN + millis;
    let event_of = json!({"id": id, "timestamp": at, "attributes": attributes});
    event("traceEvent", &event_of)
}

/// When the search began, in thousandths of a second since 1970.
pub(super) const BEGAN: u64 = 1_795_435_200_000;
