//! What an agent remembers of a user.

use aws_sdk_bedrockagentruntime::operation::delete_agent_memory::{
    DeleteAgentMemoryError, DeleteAgentMemoryInput,
};
use aws_sdk_bedrockagentruntime::operation::get_agent_memory::{
    GetAgentMemoryError, GetAgentMemoryInput,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::Call;
use crate::semconv::operation::{DELETE_MEMORY, SEARCH_MEMORY};
use crate::semconv::{
    AGENT_ALIAS_ID, AGENT_ID, AGENT_MEMORY_ID, CONVERSATION_ID, MEMORY_RECORD_COUNT,
    MEMORY_STORE_ID,
};

pub(super) static GET: Typed<GetAgentMemoryInput, GetAgentMemoryError> =
    Typed::new(SERVICE, "GetAgentMemory")
        .named(SEARCH_MEMORY)
        .ids(|input: &GetAgentMemoryInput, call| {
            let alias = input.agent_alias_id.as_deref();
            agent(input.agent_id.as_deref(), alias, call);
            memory(input.memory_id.as_deref(), call);
        })
        .answered(|body, call| {
            let records = body.array_len("memoryContents");
            call.extra_attributes
                .insert_if_some(MEMORY_RECORD_COUNT, records);
        });

pub(super) static DELETE: Typed<DeleteAgentMemoryInput, DeleteAgentMemoryError> =
    Typed::new(SERVICE, "DeleteAgentMemory")
        .named(DELETE_MEMORY)
        .ids(|input: &DeleteAgentMemoryInput, call| {
            let alias = input.agent_alias_id.as_deref();
            agent(input.agent_id.as_deref(), alias, call);
            memory(input.memory_id.as_deref(), call);
            let session = input.session_id.as_deref();
            call.extra_attributes.insert_text(CONVERSATION_ID, session);
        });

fn agent(id: Option<&str>, alias: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(AGENT_ID, id);
    call.extra_attributes.insert_text(AGENT_ALIAS_ID, alias);
}

/// The convention's name, and the one that the agent's own calls have.
fn memory(id: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(MEMORY_STORE_ID, id);
    call.extra_attributes.insert_text(AGENT_MEMORY_ID, id);
}
