//! Every attribute, event and value name that the crate emits.
//!
//! The names follow the GenAI semantic conventions, repository
//! `open-telemetry/semantic-conventions-genai` at `024a4f9` (October 2026), and
//! for what is not specific to models the core conventions v1.44.0. They are
//! spelled out here because the constants of the crate
//! `opentelemetry-semantic-conventions` are all deprecated: GenAI moved out of
//! the repository that they are generated from.
//!
//! What Bedrock tells and no convention names is under `aws.bedrock.`; those
//! names are this crate's own.

#![cfg_attr(
    not(all(feature = "agent-runtime", feature = "agentcore")),
    expect(dead_code, reason = "names that only a feature emits")
)]

/// `gen_ai.provider.name` of everything behind the Bedrock API, whoever made
/// the model.
pub(crate) const PROVIDER: &str = "aws.bedrock";

pub(crate) mod agentcore;
pub(crate) mod metrics;
pub(crate) mod new_relic;
#[cfg(feature = "telemetry")]
pub(crate) mod pipeline;

/// Values of `gen_ai.operation.name`.
pub(crate) mod operation {
    pub(crate) const CHAT: &str = "chat";
    pub(crate) const CREATE_MEMORY: &str = "create_memory";
    pub(crate) const DELETE_MEMORY: &str = "delete_memory";
    pub(crate) const EMBEDDINGS: &str = "embeddings";
    pub(crate) const EXECUTE_TOOL: &str = "execute_tool";
    pub(crate) const GENERATE_CONTENT: &str = "generate_content";
    pub(crate) const INVOKE_AGENT: &str = "invoke_agent";
    pub(crate) const INVOKE_WORKFLOW: &str = "invoke_workflow";
    pub(crate) const RETRIEVAL: &str = "retrieval";
    pub(crate) const SEARCH_MEMORY: &str = "search_memory";
    pub(crate) const TEXT_COMPLETION: &str = "text_completion";
    pub(crate) const UPDATE_MEMORY: &str = "update_memory";

    // The conventions have no names for these.
    pub(crate) const APPLY_GUARDRAIL: &str = "apply_guardrail";
    pub(crate) const COUNT_TOKENS: &str = "count_tokens";
    pub(crate) const GENERATE_QUERY: &str = "generate_query";
    pub(crate) const OPTIMIZE_PROMPT: &str = "optimize_prompt";
    pub(crate) const RERANK: &str = "rerank";
}

/// `gen_ai.response.finish_reasons` of a candidate that a failure cut off.
pub(crate) const FINISH_REASON_ERROR: &str = "error";

/// Names of span events.
pub(crate) mod event {
    pub(crate) const ASSISTANT_MESSAGE: &str = "gen_ai.assistant.message";
    pub(crate) const ATTEMPT_FAILED: &str = "aws.request.attempt.failed";
    pub(crate) const CHOICE: &str = "gen_ai.choice";
    pub(crate) const EVALUATION_RESULT: &str = "gen_ai.evaluation.result";
    pub(crate) const EXCEPTION: &str = "exception";
    pub(crate) const SYSTEM_MESSAGE: &str = "gen_ai.system.message";
    pub(crate) const TOOL_MESSAGE: &str = "gen_ai.tool.message";
    pub(crate) const USER_MESSAGE: &str = "gen_ai.user.message";
}

/// Attributes of the message events. They are those of the per-message events
/// of the conventions up to v1.36, flat, because a span event has no body.
pub(crate) mod message {
    pub(crate) const CONTENT: &str = "content";
    pub(crate) const FINISH_REASON: &str = "finish_reason";
    pub(crate) const ID: &str = "id";
    pub(crate) const INDEX: &str = "index";
    pub(crate) const ROLE: &str = "role";
    pub(crate) const TOOL_CALLS: &str = "tool_calls";
}

// The GenAI conventions.
pub(crate) const AGENT_ID: &str = "gen_ai.agent.id";
pub(crate) const AGENT_NAME: &str = "gen_ai.agent.name";
pub(crate) const AGENT_VERSION: &str = "gen_ai.agent.version";
pub(crate) const CONVERSATION_ID: &str = "gen_ai.conversation.id";
pub(crate) const DATA_SOURCE_ID: &str = "gen_ai.data_source.id";
pub(crate) const EMBEDDINGS_DIMENSION_COUNT: &str = "gen_ai.embeddings.dimension.count";
pub(crate) const EVALUATION_EXPLANATION: &str = "gen_ai.evaluation.explanation";
pub(crate) const EVALUATION_NAME: &str = "gen_ai.evaluation.name";
pub(crate) const EVALUATION_SCORE_LABEL: &str = "gen_ai.evaluation.score.label";
pub(crate) const EVALUATION_SCORE_VALUE: &str = "gen_ai.evaluation.score.value";
pub(crate) const INPUT_MESSAGES: &str = "gen_ai.input.messages";
/// How many records of a memory an operation was about, or found.
pub(crate) const MEMORY_RECORD_COUNT: &str = "gen_ai.memory.record.count";
pub(crate) const MEMORY_RECORD_ID: &str = "gen_ai.memory.record.id";
pub(crate) const MEMORY_STORE_ID: &str = "gen_ai.memory.store.id";
/// The session with a server of the Model Context Protocol.
pub(crate) const MCP_SESSION_ID: &str = "mcp.session.id";
pub(crate) const OPERATION_NAME: &str = "gen_ai.operation.name";
pub(crate) const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";
pub(crate) const OUTPUT_TYPE: &str = "gen_ai.output.type";
pub(crate) const PROMPT_NAME: &str = "gen_ai.prompt.name";
/// A prefix: the variable's name follows.
pub(crate) const PROMPT_VARIABLE: &str = "gen_ai.prompt.variable.";
pub(crate) const PROMPT_VERSION: &str = "gen_ai.prompt.version";
pub(crate) const PROVIDER_NAME: &str = "gen_ai.provider.name";
pub(crate) const REQUEST_CHOICE_COUNT: &str = "gen_ai.request.choice.count";
pub(crate) const REQUEST_ENCODING_FORMATS: &str = "gen_ai.request.encoding_formats";
pub(crate) const REQUEST_FREQUENCY_PENALTY: &str = "gen_ai.request.frequency_penalty";
pub(crate) const REQUEST_MAX_TOKENS: &str = "gen_ai.request.max_tokens";
pub(crate) const REQUEST_MODEL: &str = "gen_ai.request.model";
pub(crate) const REQUEST_PRESENCE_PENALTY: &str = "gen_ai.request.presence_penalty";
pub(crate) const REQUEST_REASONING_LEVEL: &str = "gen_ai.request.reasoning.level";
pub(crate) const REQUEST_SEED: &str = "gen_ai.request.seed";
pub(crate) const REQUEST_STOP_SEQUENCES: &str = "gen_ai.request.stop_sequences";
pub(crate) const REQUEST_STREAM: &str = "gen_ai.request.stream";
pub(crate) const REQUEST_TEMPERATURE: &str = "gen_ai.request.temperature";
pub(crate) const REQUEST_TOP_K: &str = "gen_ai.request.top_k";
pub(crate) const REQUEST_TOP_P: &str = "gen_ai.request.top_p";
pub(crate) const RESPONSE_FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
pub(crate) const RESPONSE_ID: &str = "gen_ai.response.id";
pub(crate) const RESPONSE_MODEL: &str = "gen_ai.response.model";
/// Seconds, from the request to the first chunk.
pub(crate) const RESPONSE_TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
/// JSON: a list of documents, each with its id and its score.
pub(crate) const RETRIEVAL_DOCUMENTS: &str = "gen_ai.retrieval.documents";
pub(crate) const RETRIEVAL_QUERY_TEXT: &str = "gen_ai.retrieval.query.text";
pub(crate) const RETRIEVAL_TOP_K: &str = "gen_ai.retrieval.top_k";
pub(crate) const SYSTEM_INSTRUCTIONS: &str = "gen_ai.system_instructions";
pub(crate) const TOOL_DEFINITIONS: &str = "gen_ai.tool.definitions";
pub(crate) const TOOL_DESCRIPTION: &str = "gen_ai.tool.description";
pub(crate) const TOOL_CALL_ARGUMENTS: &str = "gen_ai.tool.call.arguments";
pub(crate) const TOOL_CALL_ID: &str = "gen_ai.tool.call.id";
pub(crate) const TOOL_CALL_RESULT: &str = "gen_ai.tool.call.result";
pub(crate) const TOOL_NAME: &str = "gen_ai.tool.name";
pub(crate) const TOOL_TYPE: &str = "gen_ai.tool.type";
pub(crate) const USAGE_CACHE_READ_INPUT_TOKENS: &str = "gen_ai.usage.cache_read.input_tokens";
pub(crate) const USAGE_CACHE_WRITE_INPUT_TOKENS: &str = "gen_ai.usage.cache_write.input_tokens";
/// All input tokens, cached ones included.
pub(crate) const USAGE_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
pub(crate) const USAGE_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
pub(crate) const USAGE_REASONING_OUTPUT_TOKENS: &str = "gen_ai.usage.reasoning.output_tokens";

// The core conventions.
pub(crate) const CLOUD_REGION: &str = "cloud.region";
pub(crate) const ERROR_TYPE: &str = "error.type";
pub(crate) const EXCEPTION_MESSAGE: &str = "exception.message";
pub(crate) const EXCEPTION_TYPE: &str = "exception.type";
pub(crate) const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";
pub(crate) const PROCESS_EXIT_CODE: &str = "process.exit.code";
pub(crate) const RPC_METHOD: &str = "rpc.method";
pub(crate) const RPC_SERVICE: &str = "rpc.service";
pub(crate) const RPC_SYSTEM: &str = "rpc.system";
/// `rpc.system` of the APIs of AWS.
pub(crate) const RPC_SYSTEM_AWS: &str = "aws-api";
/// What applications put on their spans, and those below get: who asked, for
/// whom, in which conversation.
pub(crate) const ENDUSER_ID: &str = "enduser.id";
pub(crate) const SESSION_ID: &str = "session.id";
pub(crate) const USER_ID: &str = "user.id";
pub(crate) const TENANT_PREFIX: &str = "tenant.";
pub(crate) const WORKFLOW_PREFIX: &str = "workflow.";
/// Databases that are searched.
pub(crate) const DB_COLLECTION_NAME: &str = "db.collection.name";
pub(crate) const DB_OPERATION_NAME: &str = "db.operation.name";
pub(crate) const DB_RESPONSE_STATUS_CODE: &str = "db.response.status_code";
pub(crate) const DB_SYSTEM_NAME: &str = "db.system.name";
pub(crate) const SERVER_ADDRESS: &str = "server.address";
pub(crate) const SERVER_PORT: &str = "server.port";
pub(crate) const REQUEST_ID: &str = "aws.request_id";

// This crate's own.
/// What a user's feedback is about.
pub(crate) const FEEDBACK_CATEGORY: &str = "feedback.category";
/// Attempts that the SDK made for this call, the first one included.
pub(crate) const REQUEST_ATTEMPTS: &str = "aws.request.attempts";
/// On the event of a failed attempt: which one it was, from 1.
pub(crate) const REQUEST_ATTEMPT: &str = "aws.request.attempt";
pub(crate) const ASYNC_INVOCATION_ARN: &str = "aws.bedrock.async_invoke.arn";
/// Why the invocation failed, in the service's words.
pub(crate) const ASYNC_FAILURE_MESSAGE: &str = "aws.bedrock.async_invoke.failure_message";
/// Where in S3 the output goes.
pub(crate) const ASYNC_OUTPUT_URI: &str = "aws.bedrock.async_invoke.output_uri";
/// `InProgress`, `Completed` or `Failed`, as the service says.
pub(crate) const ASYNC_STATUS: &str = "aws.bedrock.async_invoke.status";
/// The tokens that CountTokens counted, which nothing used.
pub(crate) const COUNTED_INPUT_TOKENS: &str = "aws.bedrock.count_tokens.input_tokens";
/// The alias under which an agent was called.
pub(crate) const AGENT_ALIAS_ID: &str = "aws.bedrock.agent.alias_id";
/// The action group that a tool of an agent belongs to.
pub(crate) const AGENT_ACTION_GROUP: &str = "aws.bedrock.agent.action_group";
/// What the agent asked of its model: `ORCHESTRATION`, `PRE_PROCESSING`, …
pub(crate) const AGENT_INVOCATION_TYPE: &str = "aws.bedrock.agent.invocation_type";
/// The memory that an agent keeps for a user.
pub(crate) const AGENT_MEMORY_ID: &str = "aws.bedrock.agent.memory_id";
/// What an agent did in a step of its run: `orchestration`,
/// `pre_processing`, …
pub(crate) const AGENT_STEP: &str = "aws.bedrock.agent.step";
/// The id that the agent's own trace has for a step.
pub(crate) const AGENT_TRACE_ID: &str = "aws.bedrock.agent.trace_id";
/// What a search that plans for itself did in a step: `Planning`,
/// `Retrieval`, …
pub(crate) const AGENTIC_STEP: &str = "aws.bedrock.agentic_retrieve.step";
/// Rounds that a search that plans for itself may take.
pub(crate) const AGENTIC_MAX_ITERATIONS: &str = "aws.bedrock.agentic_retrieve.max_iterations";
/// A document of a knowledge base's data source.
pub(crate) const DOCUMENT_ID: &str = "aws.bedrock.document.id";
/// Whether the user that was asked about may read the document.
pub(crate) const DOCUMENT_HAS_ACCESS: &str = "aws.bedrock.document.has_access";
/// Bytes of a document of a knowledge base.
pub(crate) const DOCUMENT_SIZE: &str = "aws.bedrock.document.size";
/// The alias under which a flow was called.
pub(crate) const FLOW_ALIAS_ID: &str = "aws.bedrock.flow.alias_id";
/// Names of the conditions that a node of a flow found satisfied.
pub(crate) const FLOW_CONDITIONS: &str = "aws.bedrock.flow.conditions";
/// One run of a flow, or one conversation with it: its id or its ARN.
pub(crate) const FLOW_EXECUTION_ID: &str = "aws.bedrock.flow.execution.id";
/// The caller's name for a run of a flow.
pub(crate) const FLOW_EXECUTION_NAME: &str = "aws.bedrock.flow.execution.name";
/// `Running`, `Succeeded`, `Failed`, …
pub(crate) const FLOW_EXECUTION_STATUS: &str = "aws.bedrock.flow.execution.status";
/// The flow's id or ARN, as the caller named it.
pub(crate) const FLOW_ID: &str = "aws.bedrock.flow.id";
pub(crate) const FLOW_NODE_NAME: &str = "aws.bedrock.flow.node.name";
pub(crate) const FLOW_VERSION: &str = "aws.bedrock.flow.version";
/// Milliseconds until the first byte left the model, as the service measured.
pub(crate) const FIRST_BYTE_LATENCY: &str = "aws.bedrock.first_byte_latency";
/// `INTERVENED` or `NONE`, as the service says.
pub(crate) const GUARDRAIL_ACTION: &str = "aws.bedrock.guardrail.action";
/// The convention's only attributes for Bedrock are this one and the knowledge
/// base's.
pub(crate) const GUARDRAIL_ID: &str = "aws.bedrock.guardrail.id";
/// JSON: the policies that acted, each with type, name, action and confidence or
/// score; never with what they matched.
pub(crate) const GUARDRAIL_POLICIES: &str = "aws.bedrock.guardrail.policies";
/// Milliseconds that the guardrail took.
pub(crate) const GUARDRAIL_LATENCY: &str = "aws.bedrock.guardrail.latency";
/// `INPUT` or `OUTPUT`: what a text was that was to be looked at.
pub(crate) const GUARDRAIL_SOURCE: &str = "aws.bedrock.guardrail.source";
// How much the guardrail looked at, and how much there was.
pub(crate) const GUARDRAIL_IMAGES_GUARDED: &str = "aws.bedrock.guardrail.coverage.images.guarded";
pub(crate) const GUARDRAIL_IMAGES_TOTAL: &str = "aws.bedrock.guardrail.coverage.images.total";
pub(crate) const GUARDRAIL_TEXT_GUARDED: &str =
    "aws.bedrock.guardrail.coverage.text_characters.guarded";
pub(crate) const GUARDRAIL_TEXT_TOTAL: &str =
    "aws.bedrock.guardrail.coverage.text_characters.total";
// Units that each policy is paid by.
pub(crate) const GUARDRAIL_CONTENT_UNITS: &str = "aws.bedrock.guardrail.usage.content_policy_units";
pub(crate) const GUARDRAIL_GROUNDING_UNITS: &str =
    "aws.bedrock.guardrail.usage.contextual_grounding_policy_units";
pub(crate) const GUARDRAIL_IMAGE_UNITS: &str =
    "aws.bedrock.guardrail.usage.content_policy_image_units";
pub(crate) const GUARDRAIL_PROMPT_ATTACK_UNITS: &str =
    "aws.bedrock.guardrail.usage.prompt_attack_units";
pub(crate) const GUARDRAIL_REASONING_POLICIES: &str =
    "aws.bedrock.guardrail.usage.automated_reasoning_policies";
pub(crate) const GUARDRAIL_REASONING_UNITS: &str =
    "aws.bedrock.guardrail.usage.automated_reasoning_policy_units";
pub(crate) const GUARDRAIL_SENSITIVE_FREE_UNITS: &str =
    "aws.bedrock.guardrail.usage.sensitive_information_policy_free_units";
pub(crate) const GUARDRAIL_SENSITIVE_UNITS: &str =
    "aws.bedrock.guardrail.usage.sensitive_information_policy_units";
pub(crate) const GUARDRAIL_TOPIC_UNITS: &str = "aws.bedrock.guardrail.usage.topic_policy_units";
pub(crate) const GUARDRAIL_WORD_UNITS: &str = "aws.bedrock.guardrail.usage.word_policy_units";
pub(crate) const GUARDRAIL_VERSION: &str = "aws.bedrock.guardrail.version";
/// The convention's name for the knowledge base that was searched.
pub(crate) const KNOWLEDGE_BASE_ID: &str = "aws.bedrock.knowledge_base.id";
/// The knowledge bases that were searched, where they are several.
pub(crate) const KNOWLEDGE_BASE_IDS: &str = "aws.bedrock.knowledge_base.ids";
/// A group of steps in a session.
pub(crate) const INVOCATION_ID: &str = "aws.bedrock.invocation.id";
pub(crate) const INVOCATION_STEP_ID: &str = "aws.bedrock.invocation.step.id";
/// Documents that the caller sent to be ordered.
pub(crate) const RERANK_DOCUMENT_COUNT: &str = "aws.bedrock.rerank.documents.count";
/// The resource whose tags were asked for or changed.
pub(crate) const RESOURCE_ARN: &str = "aws.bedrock.resource.arn";
/// How many of what a list was asked for came in this answer.
pub(crate) const RESULT_COUNT: &str = "aws.bedrock.result.count";
/// `ACTIVE`, `ENDED` or `EXPIRED`.
pub(crate) const SESSION_STATUS: &str = "aws.bedrock.session.status";
/// Messages of the request that have no event of their own, because a span
/// holds 128 events at most.
pub(crate) const INPUT_MESSAGES_OMITTED: &str = "aws.bedrock.input.messages.omitted";
/// Bytes of the sound that the caller sent.
pub(crate) const INPUT_MEDIA_BYTES: &str = "aws.bedrock.input.media.bytes";
/// The id of the inference profile that the request went through: that of a
/// system profile, or what ends an application profile's ARN.
pub(crate) const INFERENCE_PROFILE: &str = "aws.bedrock.inference_profile";
/// The model without geography, vendor and version.
pub(crate) const MODEL_NAME: &str = "aws.bedrock.model.name";
pub(crate) const MODEL_VENDOR: &str = "aws.bedrock.model.vendor";
/// Bytes of the images that the model answered with, all together.
pub(crate) const OUTPUT_MEDIA_BYTES: &str = "aws.bedrock.output.media.bytes";
/// Images that the model answered with.
pub(crate) const OUTPUT_MEDIA_COUNT: &str = "aws.bedrock.output.media.count";
/// Milliseconds that the service took, as it measured.
pub(crate) const INVOCATION_LATENCY: &str = "aws.bedrock.invocation_latency";
/// `standard` or `optimized`.
pub(crate) const PERFORMANCE_CONFIG_LATENCY: &str = "aws.bedrock.performance_config.latency";
pub(crate) const SERVICE_TIER: &str = "aws.bedrock.service_tier";
/// Bedrock's own word for why the model stopped, before normalisation; those of
/// several candidates with commas between.
pub(crate) const STOP_REASON: &str = "aws.bedrock.stop_reason";
pub(crate) const STOP_SEQUENCE: &str = "aws.bedrock.stop_sequence";
/// Bytes of a stream that holds no events.
pub(crate) const STREAM_BYTES: &str = "aws.bedrock.stream.bytes";
/// `true` when the model's last word arrived, `false` when the reader left or
/// the stream broke before it.
pub(crate) const STREAM_COMPLETED: &str = "aws.bedrock.stream.completed";
/// Events of the stream, in frames.
pub(crate) const STREAM_EVENTS: &str = "aws.bedrock.stream.events";
/// `true` when the service turned the call away because of its rate.
pub(crate) const THROTTLED: &str = "aws.bedrock.throttled";
/// Cache writes that live for five minutes, a part of
/// `gen_ai.usage.cache_write.input_tokens`.
pub(crate) const USAGE_CACHE_WRITE_5M: &str = "aws.bedrock.usage.cache_write_5m.input_tokens";
/// Cache writes that live for one hour, a part of
/// `gen_ai.usage.cache_write.input_tokens`.
pub(crate) const USAGE_CACHE_WRITE_1H: &str = "aws.bedrock.usage.cache_write_1h.input_tokens";
