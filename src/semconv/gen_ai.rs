//! Names of the GenAI semantic conventions: repository
//! `open-telemetry/semantic-conventions-genai` at `024a4f9` (October 2026).

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

    // Not in the conventions.
    pub(crate) const APPLY_GUARDRAIL: &str = "apply_guardrail";
    pub(crate) const COUNT_TOKENS: &str = "count_tokens";
    pub(crate) const GENERATE_QUERY: &str = "generate_query";
    pub(crate) const OPTIMIZE_PROMPT: &str = "optimize_prompt";
    pub(crate) const RERANK: &str = "rerank";

    /// Operations that are inference in the sense of the conventions.
    pub(crate) const INFERENCE: [&str; 3] = [CHAT, GENERATE_CONTENT, TEXT_COMPLETION];
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
    /// This crate's own: the content of a tool run.
    pub(crate) const EXECUTE_TOOL_DETAILS: &str = "gen_ai.execute_tool.details";
    /// This crate's own: the content of a retrieval.
    pub(crate) const RETRIEVAL_DETAILS: &str = "gen_ai.retrieval.details";
    pub(crate) const SYSTEM_MESSAGE: &str = "gen_ai.system.message";
    pub(crate) const TOOL_MESSAGE: &str = "gen_ai.tool.message";
    pub(crate) const USER_MESSAGE: &str = "gen_ai.user.message";
}

/// Attributes of the message events: the per-message events of the conventions
/// up to v1.36, flattened because a span event has no body.
pub(crate) mod message {
    pub(crate) const CONTENT: &str = "content";
    pub(crate) const FINISH_REASON: &str = "finish_reason";
    pub(crate) const ID: &str = "id";
    pub(crate) const INDEX: &str = "index";
    pub(crate) const ROLE: &str = "role";
    pub(crate) const TOOL_CALLS: &str = "tool_calls";
}

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
/// This crate's own: the topic of user feedback.
pub(crate) const FEEDBACK_CATEGORY: &str = "feedback.category";
pub(crate) const INPUT_MESSAGES: &str = "gen_ai.input.messages";
/// Memory records that the operation named or returned.
pub(crate) const MEMORY_RECORD_COUNT: &str = "gen_ai.memory.record.count";
pub(crate) const MEMORY_RECORD_ID: &str = "gen_ai.memory.record.id";
pub(crate) const MEMORY_STORE_ID: &str = "gen_ai.memory.store.id";
pub(crate) const OPERATION_NAME: &str = "gen_ai.operation.name";
pub(crate) const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";
pub(crate) const OUTPUT_TYPE: &str = "gen_ai.output.type";
pub(crate) const PROMPT_NAME: &str = "gen_ai.prompt.name";
/// Prefix; the variable name follows.
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
/// Seconds from the request to the first chunk.
pub(crate) const RESPONSE_TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
/// JSON: a list of documents with id and score.
pub(crate) const RETRIEVAL_DOCUMENTS: &str = "gen_ai.retrieval.documents";
pub(crate) const RETRIEVAL_QUERY_TEXT: &str = "gen_ai.retrieval.query.text";
pub(crate) const RETRIEVAL_TOP_K: &str = "gen_ai.retrieval.top_k";
pub(crate) const SYSTEM_INSTRUCTIONS: &str = "gen_ai.system_instructions";
pub(crate) const TOOL_CALL_ARGUMENTS: &str = "gen_ai.tool.call.arguments";
pub(crate) const TOOL_CALL_ID: &str = "gen_ai.tool.call.id";
pub(crate) const TOOL_CALL_RESULT: &str = "gen_ai.tool.call.result";
pub(crate) const TOOL_DEFINITIONS: &str = "gen_ai.tool.definitions";
pub(crate) const TOOL_DESCRIPTION: &str = "gen_ai.tool.description";
pub(crate) const TOOL_NAME: &str = "gen_ai.tool.name";
pub(crate) const TOOL_TYPE: &str = "gen_ai.tool.type";
pub(crate) const USAGE_CACHE_READ_INPUT_TOKENS: &str = "gen_ai.usage.cache_read.input_tokens";
pub(crate) const USAGE_CACHE_WRITE_INPUT_TOKENS: &str = "gen_ai.usage.cache_write.input_tokens";
/// All input tokens, cached tokens included.
pub(crate) const USAGE_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
pub(crate) const USAGE_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
pub(crate) const USAGE_REASONING_OUTPUT_TOKENS: &str = "gen_ai.usage.reasoning.output_tokens";
