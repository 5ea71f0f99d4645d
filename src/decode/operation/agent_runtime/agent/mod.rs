//! InvokeAgent and InvokeInlineAgent.
//!
//! In: the request, the answer in chunks, and the agent's trace. Out: the record
//! of the agent with a tree of steps: agents, phases, model and tool invocations.

mod agent_tree;
mod invoke_agent;
mod model_invocation;
#[cfg(test)]
mod tests;
mod tool_invocation;
pub(super) mod trace;

pub(super) use self::invoke_agent::OPERATIONS;
