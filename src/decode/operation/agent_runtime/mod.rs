//! The operations of `aws-sdk-bedrockagentruntime`.
//!
//! In and out as for [`super`]. Agents, flows and knowledge bases report their
//! own steps in traces, which become steps of the record.

mod agent;
mod agent_memory;
mod agentic;
mod document_access;
mod documents;
mod flow;
mod flow_executions;
mod generate;
mod guardrail;
mod knowledge_base;
mod prompts;
mod rerank;
mod resource_tags;
mod retrieve;
mod sessions;
mod step;
mod table;
mod text;

pub(super) use self::table::TABLES;
