//! The SDK crates, by the short names that `operations!` takes: the crate's
//! operations and the service name of its RPC methods.

#[cfg(feature = "agent-runtime")]
pub(super) mod agent_runtime {
    pub(in crate::decode::operation) use aws_sdk_bedrockagentruntime::operation;

    pub(in crate::decode::operation) const NAME: &str = "BedrockAgentRuntime";
}

#[cfg(feature = "agentcore")]
pub(super) mod agentcore {
    pub(in crate::decode::operation) use aws_sdk_bedrockagentcore::operation;

    pub(in crate::decode::operation) const NAME: &str = "BedrockAgentCore";
}

pub(super) mod runtime {
    pub(in crate::decode::operation) use aws_sdk_bedrockruntime::operation;

    pub(crate) const NAME: &str = "BedrockRuntime";
}
