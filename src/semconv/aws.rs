//! AWS names. The conventions define the guardrail id, the knowledge base id and
//! the request id; all other names are this crate's own.

/// `gen_ai.provider.name` of every model behind the Bedrock API.
pub(crate) const PROVIDER: &str = "aws.bedrock";
/// Maximum number of rounds of an agentic retrieval.
pub(crate) const AGENTIC_MAX_ITERATIONS: &str = "aws.bedrock.agentic_retrieve.max_iterations";
/// Step of an agentic retrieval: `Planning`, `Retrieval`, …
pub(crate) const AGENTIC_STEP: &str = "aws.bedrock.agentic_retrieve.step";
/// Action group of an agent's tool.
pub(crate) const AGENT_ACTION_GROUP: &str = "aws.bedrock.agent.action_group";
pub(crate) const AGENT_ALIAS_ID: &str = "aws.bedrock.agent.alias_id";
/// Purpose of a model invocation by an agent: `ORCHESTRATION`,
/// `PRE_PROCESSING`, …
pub(crate) const AGENT_INVOCATION_TYPE: &str = "aws.bedrock.agent.invocation_type";
/// Memory that an agent keeps for a user.
pub(crate) const AGENT_MEMORY_ID: &str = "aws.bedrock.agent.memory_id";
/// Step of an agent run: `orchestration`, `pre_processing`, …
pub(crate) const AGENT_STEP: &str = "aws.bedrock.agent.step";
/// Trace id that the agent service assigns to a step.
pub(crate) const AGENT_TRACE_ID: &str = "aws.bedrock.agent.trace_id";
/// Failure message of the asynchronous invocation.
pub(crate) const ASYNC_FAILURE_MESSAGE: &str = "aws.bedrock.async_invoke.failure_message";
pub(crate) const ASYNC_INVOCATION_ARN: &str = "aws.bedrock.async_invoke.arn";
/// S3 location of the output.
pub(crate) const ASYNC_OUTPUT_URI: &str = "aws.bedrock.async_invoke.output_uri";
/// `InProgress`, `Completed` or `Failed`.
pub(crate) const ASYNC_STATUS: &str = "aws.bedrock.async_invoke.status";
/// Result of CountTokens. These tokens were not consumed.
pub(crate) const COUNTED_INPUT_TOKENS: &str = "aws.bedrock.count_tokens.input_tokens";
/// Whether the user in the request may access the document.
pub(crate) const DOCUMENT_HAS_ACCESS: &str = "aws.bedrock.document.has_access";
/// Document of a knowledge base's data source.
pub(crate) const DOCUMENT_ID: &str = "aws.bedrock.document.id";
/// Size of a knowledge base document in bytes.
pub(crate) const DOCUMENT_SIZE: &str = "aws.bedrock.document.size";
/// Milliseconds until the first byte left the model, measured by the service.
pub(crate) const FIRST_BYTE_LATENCY: &str = "aws.bedrock.first_byte_latency";
pub(crate) const FLOW_ALIAS_ID: &str = "aws.bedrock.flow.alias_id";
/// Names of the conditions that a flow node evaluated to true.
pub(crate) const FLOW_CONDITIONS: &str = "aws.bedrock.flow.conditions";
/// Id or ARN of a flow execution or of a conversation with a flow.
pub(crate) const FLOW_EXECUTION_ID: &str = "aws.bedrock.flow.execution.id";
/// Execution name assigned by the caller.
pub(crate) const FLOW_EXECUTION_NAME: &str = "aws.bedrock.flow.execution.name";
/// `Running`, `Succeeded`, `Failed`, …
pub(crate) const FLOW_EXECUTION_STATUS: &str = "aws.bedrock.flow.execution.status";
/// Id or ARN of the flow, as in the request.
pub(crate) const FLOW_ID: &str = "aws.bedrock.flow.id";
pub(crate) const FLOW_NODE_NAME: &str = "aws.bedrock.flow.node.name";
pub(crate) const FLOW_VERSION: &str = "aws.bedrock.flow.version";
/// `INTERVENED` or `NONE`.
pub(crate) const GUARDRAIL_ACTION: &str = "aws.bedrock.guardrail.action";
/// Guardrail usage: billed units by policy.
pub(crate) const GUARDRAIL_CONTENT_UNITS: &str = "aws.bedrock.guardrail.usage.content_policy_units";
pub(crate) const GUARDRAIL_GROUNDING_UNITS: &str =
    "aws.bedrock.guardrail.usage.contextual_grounding_policy_units";
/// Besides the knowledge base id, the only Bedrock attribute of the
/// conventions.
pub(crate) const GUARDRAIL_ID: &str = "aws.bedrock.guardrail.id";
/// Guardrail coverage: how much of the content was assessed.
pub(crate) const GUARDRAIL_IMAGES_GUARDED: &str = "aws.bedrock.guardrail.coverage.images.guarded";
pub(crate) const GUARDRAIL_IMAGES_TOTAL: &str = "aws.bedrock.guardrail.coverage.images.total";
pub(crate) const GUARDRAIL_IMAGE_UNITS: &str =
    "aws.bedrock.guardrail.usage.content_policy_image_units";
/// Milliseconds spent in the guardrail.
pub(crate) const GUARDRAIL_LATENCY: &str = "aws.bedrock.guardrail.latency";
/// JSON: the policies that acted, each with type, name, action and confidence
/// or score. Matched text is never included.
pub(crate) const GUARDRAIL_POLICIES: &str = "aws.bedrock.guardrail.policies";
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
/// `INPUT` or `OUTPUT`: the role of the assessed text.
pub(crate) const GUARDRAIL_SOURCE: &str = "aws.bedrock.guardrail.source";
pub(crate) const GUARDRAIL_TEXT_GUARDED: &str =
    "aws.bedrock.guardrail.coverage.text_characters.guarded";
pub(crate) const GUARDRAIL_TEXT_TOTAL: &str =
    "aws.bedrock.guardrail.coverage.text_characters.total";
pub(crate) const GUARDRAIL_TOPIC_UNITS: &str = "aws.bedrock.guardrail.usage.topic_policy_units";
pub(crate) const GUARDRAIL_VERSION: &str = "aws.bedrock.guardrail.version";
pub(crate) const GUARDRAIL_WORD_UNITS: &str = "aws.bedrock.guardrail.usage.word_policy_units";
/// Id of the inference profile: that of a system profile, or the last segment of
/// an application profile's ARN.
pub(crate) const INFERENCE_PROFILE: &str = "aws.bedrock.inference_profile";
/// Audio bytes that the caller sent.
pub(crate) const INPUT_MEDIA_BYTES: &str = "aws.bedrock.input.media.bytes";
/// Input messages without an event: a span holds at most 128 events.
pub(crate) const INPUT_MESSAGES_OMITTED: &str = "aws.bedrock.input.messages.omitted";
/// Group of steps in a session.
pub(crate) const INVOCATION_ID: &str = "aws.bedrock.invocation.id";
/// Milliseconds, measured by the service.
pub(crate) const INVOCATION_LATENCY: &str = "aws.bedrock.invocation_latency";
pub(crate) const INVOCATION_STEP_ID: &str = "aws.bedrock.invocation.step.id";
/// Name of the conventions for the knowledge base that was searched.
pub(crate) const KNOWLEDGE_BASE_ID: &str = "aws.bedrock.knowledge_base.id";
/// Knowledge bases that were searched, if more than one.
pub(crate) const KNOWLEDGE_BASE_IDS: &str = "aws.bedrock.knowledge_base.ids";
/// Model id without geography, vendor and version.
pub(crate) const MODEL_NAME: &str = "aws.bedrock.model.name";
pub(crate) const MODEL_VENDOR: &str = "aws.bedrock.model.vendor";
/// Total size of the generated media in bytes.
pub(crate) const OUTPUT_MEDIA_BYTES: &str = "aws.bedrock.output.media.bytes";
/// Number of generated images or videos.
pub(crate) const OUTPUT_MEDIA_COUNT: &str = "aws.bedrock.output.media.count";
/// `standard` or `optimized`.
pub(crate) const PERFORMANCE_CONFIG_LATENCY: &str = "aws.bedrock.performance_config.latency";
/// On the event of a failed attempt: its number, from 1.
pub(crate) const REQUEST_ATTEMPT: &str = "aws.request.attempt";
/// Attempts of the call, the first one included.
pub(crate) const REQUEST_ATTEMPTS: &str = "aws.request.attempts";
pub(crate) const REQUEST_ID: &str = "aws.request_id";
/// Documents that the caller sent for ranking.
pub(crate) const RERANK_DOCUMENT_COUNT: &str = "aws.bedrock.rerank.documents.count";
/// Resource whose tags were listed or changed.
pub(crate) const RESOURCE_ARN: &str = "aws.bedrock.resource.arn";
/// Items of a list operation in this response.
pub(crate) const RESULT_COUNT: &str = "aws.bedrock.result.count";
/// Documents of a search that are counted and not recorded.
pub(crate) const RETRIEVAL_DOCUMENTS_OMITTED: &str = "aws.bedrock.retrieval.documents.omitted";
pub(crate) const SERVICE_TIER: &str = "aws.bedrock.service_tier";
/// `ACTIVE`, `ENDED` or `EXPIRED`.
pub(crate) const SESSION_STATUS: &str = "aws.bedrock.session.status";
/// Bedrock's stop reason before normalisation, comma-separated for several
/// candidates.
pub(crate) const STOP_REASON: &str = "aws.bedrock.stop_reason";
pub(crate) const STOP_SEQUENCE: &str = "aws.bedrock.stop_sequence";
/// Bytes of a stream that carries no events.
pub(crate) const STREAM_BYTES: &str = "aws.bedrock.stream.bytes";
/// `true` if the final event arrived, `false` if the stream was dropped or broke
/// off before it.
pub(crate) const STREAM_COMPLETED: &str = "aws.bedrock.stream.completed";
/// Number of events (frames) of the stream.
pub(crate) const STREAM_EVENTS: &str = "aws.bedrock.stream.events";
/// `true` if the service rejected the call because of a rate limit.
pub(crate) const THROTTLED: &str = "aws.bedrock.throttled";
/// Cache writes with a lifetime of one hour, part of
/// `gen_ai.usage.cache_write.input_tokens`.
pub(crate) const USAGE_CACHE_WRITE_1H: &str = "aws.bedrock.usage.cache_write_1h.input_tokens";
/// Cache writes with a lifetime of five minutes, part of
/// `gen_ai.usage.cache_write.input_tokens`.
pub(crate) const USAGE_CACHE_WRITE_5M: &str = "aws.bedrock.usage.cache_write_5m.input_tokens";

/// Bedrock AgentCore.
pub(crate) mod agentcore {
    /// The A/B test of an agent.
    pub(crate) const AB_TEST_ID: &str = "aws.bedrock.agentcore.ab_test.id";
    /// Owner of a memory, as named by the caller.
    pub(crate) const ACTOR_ID: &str = "aws.bedrock.agentcore.actor.id";
    /// A batch evaluation of recorded sessions.
    pub(crate) const BATCH_EVALUATION_ID: &str = "aws.bedrock.agentcore.batch_evaluation.id";
    /// Browser action: `mouseClick`, `screenshot`, … Its arguments are never recorded.
    pub(crate) const BROWSER_ACTION: &str = "aws.bedrock.agentcore.browser.action";
    /// Browser that the session belongs to.
    pub(crate) const BROWSER_ID: &str = "aws.bedrock.agentcore.browser.id";
    /// The capacity provider of a session.
    pub(crate) const CAPACITY_PROVIDER_ID: &str = "aws.bedrock.agentcore.capacity_provider.id";
    /// Code interpreter that the session belongs to.
    pub(crate) const CODE_INTERPRETER_ID: &str = "aws.bedrock.agentcore.code_interpreter.id";
    /// Tool that a code interpreter ran: `executeCode`, `readFiles`, …
    pub(crate) const CODE_INTERPRETER_TOOL: &str = "aws.bedrock.agentcore.code_interpreter.tool";
    /// Name of the credential provider; never the credentials.
    pub(crate) const CREDENTIAL_PROVIDER: &str = "aws.bedrock.agentcore.credential_provider.name";
    /// The evaluator that scores a session.
    pub(crate) const EVALUATOR_ID: &str = "aws.bedrock.agentcore.evaluator.id";
    /// Conversational event of a memory.
    pub(crate) const EVENT_ID: &str = "aws.bedrock.agentcore.memory.event.id";
    /// Milliseconds of a tool execution, measured by the tool.
    pub(crate) const EXECUTION_TIME: &str = "aws.bedrock.agentcore.execution_time";
    /// The gateway whose traffic an A/B test splits.
    pub(crate) const GATEWAY_ARN: &str = "aws.bedrock.agentcore.gateway.arn";
    /// Harness that runs an agent.
    pub(crate) const HARNESS_ARN: &str = "aws.bedrock.agentcore.harness.arn";
    /// Job that extracts records from conversations.
    pub(crate) const MEMORY_JOB_ID: &str = "aws.bedrock.agentcore.memory.job.id";
    /// Namespace or namespace path of the memory that was read.
    pub(crate) const MEMORY_NAMESPACE: &str = "aws.bedrock.agentcore.memory.namespace";
    /// Extraction strategy of a memory.
    pub(crate) const MEMORY_STRATEGY_ID: &str = "aws.bedrock.agentcore.memory.strategy.id";
    /// The connector between a payment manager and a payment provider.
    pub(crate) const PAYMENT_CONNECTOR_ID: &str = "aws.bedrock.agentcore.payment.connector.id";
    /// A processed payment.
    pub(crate) const PAYMENT_ID: &str = "aws.bedrock.agentcore.payment.id";
    /// The instrument that pays; never its details.
    pub(crate) const PAYMENT_INSTRUMENT_ID: &str = "aws.bedrock.agentcore.payment.instrument.id";
    /// The manager of an account's payments.
    pub(crate) const PAYMENT_MANAGER_ARN: &str = "aws.bedrock.agentcore.payment.manager.arn";
    /// The session that limits what an agent may spend.
    pub(crate) const PAYMENT_SESSION_ID: &str = "aws.bedrock.agentcore.payment.session.id";
    /// Requested endpoint or version of a runtime or harness.
    pub(crate) const QUALIFIER: &str = "aws.bedrock.agentcore.qualifier";
    /// A recommendation for an agent.
    pub(crate) const RECOMMENDATION_ID: &str = "aws.bedrock.agentcore.recommendation.id";
    /// Records of a batch that the memory rejected.
    pub(crate) const RECORDS_FAILED: &str = "aws.bedrock.agentcore.memory.records.failed";
    /// The registry that was searched: its id or its ARN.
    pub(crate) const REGISTRY_ID: &str = "aws.bedrock.agentcore.registry.id";
    /// Media type of the request to an agent on AgentCore Runtime.
    pub(crate) const REQUEST_MEDIA_TYPE: &str = "aws.bedrock.agentcore.request.media_type";
    /// Media type of its response.
    pub(crate) const RESPONSE_MEDIA_TYPE: &str = "aws.bedrock.agentcore.response.media_type";
    /// ARN of the agent runtime, or its id if the caller used the id.
    pub(crate) const RUNTIME_ARN: &str = "aws.bedrock.agentcore.runtime.arn";
    /// Session of a browser, a code interpreter or a capacity provider.
    pub(crate) const SESSION_ID: &str = "aws.bedrock.agentcore.session.id";
    /// Workload whose identity is requested.
    pub(crate) const WORKLOAD_NAME: &str = "aws.bedrock.agentcore.workload.name";
}
