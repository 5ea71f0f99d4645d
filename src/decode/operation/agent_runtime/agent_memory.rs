//! The memory that an agent keeps of a user. The memory's id is recorded under the
//! convention's name and under the one that the agent's own spans have.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::operation::{DELETE_MEMORY, SEARCH_MEMORY};
use crate::semconv::{
    AGENT_ALIAS_ID, AGENT_ID, AGENT_MEMORY_ID, CONVERSATION_ID, MEMORY_RECORD_COUNT,
    MEMORY_STORE_ID,
};

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    get_agent_memory(GetAgentMemoryInput, GetAgentMemoryError)
        [
            AGENT_ID = agent_id,
            AGENT_ALIAS_ID = agent_alias_id,
            MEMORY_STORE_ID = memory_id,
            AGENT_MEMORY_ID = memory_id,
        ]
        .name_operation(SEARCH_MEMORY)
        .record_response_members(&[(MEMORY_RECORD_COUNT, "memoryContents")]);
    delete_agent_memory(DeleteAgentMemoryInput, DeleteAgentMemoryError)
        [
            AGENT_ID = agent_id,
            AGENT_ALIAS_ID = agent_alias_id,
            MEMORY_STORE_ID = memory_id,
            AGENT_MEMORY_ID = memory_id,
            CONVERSATION_ID = session_id,
        ]
        .name_operation(DELETE_MEMORY);
};
