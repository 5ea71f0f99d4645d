//! This crate's own names for what AgentCore tells.

/// The A/B test of an agent.
pub(crate) const AB_TEST_ID: &str = "aws.bedrock.agentcore.ab_test.id";
/// Whose memory it is, in the caller's own words.
pub(crate) const ACTOR_ID: &str = "aws.bedrock.agentcore.actor.id";
/// A batch evaluation of recorded sessions.
pub(crate) const BATCH_EVALUATION_ID: &str = "aws.bedrock.agentcore.batch_evaluation.id";
/// What a browser was told to do: `mouseClick`, `screenshot`, …; never with what.
pub(crate) const BROWSER_ACTION: &str = "aws.bedrock.agentcore.browser.action";
/// The browser that a session is of.
pub(crate) const BROWSER_ID: &str = "aws.bedrock.agentcore.browser.id";
/// The capacity provider of a session.
pub(crate) const CAPACITY_PROVIDER_ID: &str = "aws.bedrock.agentcore.capacity_provider.id";
/// The code interpreter that a session is of.
pub(crate) const CODE_INTERPRETER_ID: &str = "aws.bedrock.agentcore.code_interpreter.id";
/// Which of its tools a code interpreter ran: `executeCode`, `readFiles`, …
pub(crate) const CODE_INTERPRETER_TOOL: &str = "aws.bedrock.agentcore.code_interpreter.tool";
/// The name of the provider that credentials come from; never what it gives.
pub(crate) const CREDENTIAL_PROVIDER: &str = "aws.bedrock.agentcore.credential_provider.name";
/// The evaluator that scores a session.
pub(crate) const EVALUATOR_ID: &str = "aws.bedrock.agentcore.evaluator.id";
/// The conversational event of a memory.
pub(crate) const EVENT_ID: &str = "aws.bedrock.agentcore.memory.event.id";
/// Milliseconds that a tool took, as it measured.
pub(crate) const EXECUTION_TIME: &str = "aws.bedrock.agentcore.execution_time";
/// The gateway whose traffic an A/B test splits.
pub(crate) const GATEWAY_ARN: &str = "aws.bedrock.agentcore.gateway.arn";
/// The harness that runs an agent.
pub(crate) const HARNESS_ARN: &str = "aws.bedrock.agentcore.harness.arn";
/// A job that takes records out of conversations.
pub(crate) const MEMORY_JOB_ID: &str = "aws.bedrock.agentcore.memory.job.id";
/// The part of a memory that was looked at: a namespace, or the path of some.
pub(crate) const MEMORY_NAMESPACE: &str = "aws.bedrock.agentcore.memory.namespace";
/// The strategy by which a memory keeps what it keeps.
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
/// The endpoint or version of a runtime or harness that was asked for.
pub(crate) const QUALIFIER: &str = "aws.bedrock.agentcore.qualifier";
/// A recommendation for an agent.
pub(crate) const RECOMMENDATION_ID: &str = "aws.bedrock.agentcore.recommendation.id";
/// Records of a batch that the memory did not take.
pub(crate) const RECORDS_FAILED: &str = "aws.bedrock.agentcore.memory.records.failed";
/// The registry that was searched: its id or its ARN.
pub(crate) const REGISTRY_ID: &str = "aws.bedrock.agentcore.registry.id";
/// The form of what an agent on AgentCore Runtime was sent.
pub(crate) const REQUEST_MEDIA_TYPE: &str = "aws.bedrock.agentcore.request.media_type";
/// The form of what it answered.
pub(crate) const RESPONSE_MEDIA_TYPE: &str = "aws.bedrock.agentcore.response.media_type";
/// The ARN of the runtime that an agent runs on, or its id where the caller
/// named it so.
pub(crate) const RUNTIME_ARN: &str = "aws.bedrock.agentcore.runtime.arn";
/// The session of a browser, a code interpreter or a capacity provider.
pub(crate) const SESSION_ID: &str = "aws.bedrock.agentcore.session.id";
/// The workload whose identity is asked for.
pub(crate) const WORKLOAD_NAME: &str = "aws.bedrock.agentcore.workload.name";
