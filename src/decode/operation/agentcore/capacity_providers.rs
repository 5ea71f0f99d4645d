//! Sessions of capacity providers.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::agentcore::{CAPACITY_PROVIDER_ID, SESSION_ID};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    delete_capacity_provider_session(
        DeleteCapacityProviderSessionInput, DeleteCapacityProviderSessionError
    )
        [CAPACITY_PROVIDER_ID = capacity_provider_id, SESSION_ID = session_id];
};
