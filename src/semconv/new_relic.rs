//! Names of New Relic's AI monitoring events, as its agents send them.

/// On a log record: the type of the New Relic event to create from it.
pub(crate) const EVENT_TYPE: &str = "newrelic.event.type";

/// Event types.
pub(crate) mod event {
    pub(crate) const AGENT: &str = "LlmAgent";
    pub(crate) const ANALYSIS: &str = "LlmMessageCustomAnalysis";
    pub(crate) const COMPLETION: &str = "LlmCompletion";
    pub(crate) const EMBEDDING: &str = "LlmEmbedding";
    pub(crate) const FEEDBACK: &str = "LlmFeedbackMessage";
    pub(crate) const MESSAGE: &str = "LlmChatCompletionMessage";
    pub(crate) const SUMMARY: &str = "LlmChatCompletionSummary";
    pub(crate) const TOOL: &str = "LlmTool";
    pub(crate) const VECTOR_SEARCH: &str = "LlmVectorSearch";
    pub(crate) const VECTOR_SEARCH_RESULT: &str = "LlmVectorSearchResult";
}

/// Attribute values.
pub(crate) const INGEST_SOURCE_RUST: &str = "Rust";
pub(crate) const VENDOR_BEDROCK: &str = "bedrock";

/// Prefix of the application's custom attributes.
pub(crate) const CUSTOM_PREFIX: &str = "llm.";

pub(crate) const COMPLETION_ID: &str = "completion_id";
pub(crate) const CONTENT: &str = "content";
pub(crate) const CONVERSATION_ID: &str = "llm.conversation_id";
/// Fractional milliseconds.
pub(crate) const DURATION: &str = "duration";
pub(crate) const ERROR: &str = "error";
pub(crate) const ERROR_CODE: &str = "error.code";
pub(crate) const ERROR_MESSAGE: &str = "error.message";
pub(crate) const HTTP_STATUS: &str = "http.statusCode";
pub(crate) const ID: &str = "id";
pub(crate) const INGEST_SOURCE: &str = "ingest_source";
pub(crate) const INPUT: &str = "input";
pub(crate) const IS_RESPONSE: &str = "is_response";
pub(crate) const MESSAGE: &str = "message";
pub(crate) const NAME: &str = "name";
pub(crate) const OUTPUT: &str = "output";
pub(crate) const PAGE_CONTENT: &str = "page_content";
pub(crate) const RATE_LIMIT_EXCEEDED: &str = "rate_limit_exceeded";
pub(crate) const RATING: &str = "rating";
pub(crate) const REQUEST_ID: &str = "request_id";
pub(crate) const REQUEST_K: &str = "request.k";
pub(crate) const REQUEST_MAX_TOKENS: &str = "request.max_tokens";
pub(crate) const REQUEST_MODEL: &str = "request.model";
pub(crate) const REQUEST_QUERY: &str = "request.query";
pub(crate) const REQUEST_TEMPERATURE: &str = "request.temperature";
pub(crate) const RESPONSE_COMPLETION_TOKENS: &str = "response.usage.completion_tokens";
pub(crate) const RESPONSE_DOCUMENTS: &str = "response.number_of_documents";
pub(crate) const RESPONSE_FINISH_REASON: &str = "response.choices.finish_reason";
pub(crate) const RESPONSE_ID: &str = "response_id";
pub(crate) const RESPONSE_MESSAGES: &str = "response.number_of_messages";
pub(crate) const RESPONSE_MODEL: &str = "response.model";
pub(crate) const RESPONSE_PROMPT_TOKENS: &str = "response.usage.prompt_tokens";
pub(crate) const RESPONSE_TOTAL_TOKENS: &str = "response.usage.total_tokens";
pub(crate) const ROLE: &str = "role";
pub(crate) const RUN_ID: &str = "run_id";
pub(crate) const SEARCH_ID: &str = "search_id";
pub(crate) const SEQUENCE: &str = "sequence";
pub(crate) const SPAN_ID: &str = "span_id";
pub(crate) const AGENT_NAME: &str = "agent_name";
pub(crate) const CATEGORY: &str = "category";
/// Source of a retrieved document.
pub(crate) const METADATA_SOURCE: &str = "metadata.source";
// `LlmMessageCustomAnalysis`, whose trace and span ids have names of their own.
pub(crate) const ANALYSIS_EXPLANATION: &str = "explanation";
pub(crate) const ANALYSIS_FLAGGED: &str = "flagged";
pub(crate) const ANALYSIS_LABEL: &str = "label";
pub(crate) const ANALYSIS_SCORE: &str = "score";
pub(crate) const ANALYSIS_SPAN_ID: &str = "span.id";
pub(crate) const ANALYSIS_THRESHOLD: &str = "threshold";
pub(crate) const ANALYSIS_TRACE_ID: &str = "trace.id";
/// Milliseconds since 1970.
pub(crate) const TIMESTAMP: &str = "timestamp";
/// Milliseconds.
pub(crate) const TIME_TO_FIRST_TOKEN: &str = "time_to_first_token";
pub(crate) const TOKEN_COUNT: &str = "token_count";
pub(crate) const TRACE_ID: &str = "trace_id";
pub(crate) const VENDOR: &str = "vendor";
/// `true` for the messages of an agent run, which is not a model call.
pub(crate) const VIRTUAL_LLM: &str = "virtual_llm";
/// Id and score of a retrieved document.
pub(crate) const METADATA_ID: &str = "metadata.id";
pub(crate) const METADATA_SCORE: &str = "metadata.score";

/// `LlmCompletion`: an event that New Relic's agents do not send; existing
/// dashboards query these names.
pub(crate) mod completion {
    #[cfg(feature = "telemetry")]
    pub(crate) const APPLICATION_NAME: &str = "applicationName";
    pub(crate) const COMPLETION_TOKENS: &str = "completion_tokens";
    pub(crate) const ERROR_CODE: &str = "error_code";
    pub(crate) const ERROR_MESSAGE: &str = "error_message";
    pub(crate) const ERROR_REQUEST_ID: &str = "error_request_id";
    pub(crate) const ERROR_STATUS: &str = "error_status";
    pub(crate) const ERROR_TYPE: &str = "error_type";
    pub(crate) const FEEDBACK: &str = "feedback";
    pub(crate) const FEEDBACK_MESSAGE: &str = "feedback_message";
    pub(crate) const FINISH_REASON: &str = "finish_reason";
    pub(crate) const IS_STREAMING: &str = "is_streaming";
    pub(crate) const PROMPT_TOKENS: &str = "prompt_tokens";
    pub(crate) const REGION: &str = "region";
    pub(crate) const REQUEST_MODEL: &str = "request_model";
    pub(crate) const RESPONSE_MODEL: &str = "response_model";
    /// Milliseconds.
    pub(crate) const RESPONSE_TIME: &str = "response_time";
    pub(crate) const SENTIMENT: &str = "sentiment";
    pub(crate) const TEMPERATURE: &str = "temperature";
    pub(crate) const TOP_P: &str = "top_p";
    pub(crate) const TOTAL_TOKENS: &str = "total_tokens";
}

/// Names that New Relic's AI views read in place of the conventions' names.
#[cfg(feature = "telemetry")]
pub(crate) mod alias {
    pub(crate) const CACHE_READ_INPUT_TOKENS: &str = "gen_ai.usage.cache_read_input_tokens";
    pub(crate) const CACHE_WRITE_INPUT_TOKENS: &str = "gen_ai.usage.cache_write_input_tokens";
    pub(crate) const SYSTEM: &str = "gen_ai.system";
}
