//! The tables of the agent runtime operations.

use super::{
    agent, agent_memory, agentic, document_access, flow, flow_executions, generate, prompts,
    rerank, resource_tags, retrieve, sessions,
};
use crate::decode::operation::operation_trait::Table;

pub(in crate::decode::operation) static TABLES: &[Table] = &[
    agent::OPERATIONS,
    retrieve::OPERATIONS,
    generate::OPERATIONS,
    agentic::OPERATIONS,
    rerank::OPERATIONS,
    prompts::OPERATIONS,
    flow::OPERATIONS,
    flow_executions::OPERATIONS,
    agent_memory::OPERATIONS,
    sessions::OPERATIONS,
    document_access::OPERATIONS,
    resource_tags::OPERATIONS,
];
