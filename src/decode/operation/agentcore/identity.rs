//! Workload identities and the credentials of resources. Only the names of
//! workloads and providers are read, and no response.

use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::table_operation::MemberTable;
use crate::semconv::agentcore::{CREDENTIAL_PROVIDER, WORKLOAD_NAME};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    complete_resource_token_auth(CompleteResourceTokenAuthInput, CompleteResourceTokenAuthError);
    get_resource_api_key(GetResourceApiKeyInput, GetResourceApiKeyError)
        [CREDENTIAL_PROVIDER = resource_credential_provider_name]
        .record_request_members(PROVIDER);
    get_resource_oauth2_token(GetResourceOauth2TokenInput, GetResourceOauth2TokenError)
        [CREDENTIAL_PROVIDER = resource_credential_provider_name]
        .record_request_members(PROVIDER);
    get_resource_payment_token(GetResourcePaymentTokenInput, GetResourcePaymentTokenError)
        [CREDENTIAL_PROVIDER = resource_credential_provider_name]
        .record_request_members(PROVIDER);
    get_workload_access_token(GetWorkloadAccessTokenInput, GetWorkloadAccessTokenError)
        [WORKLOAD_NAME = workload_name]
        .record_request_members(WORKLOAD);
    get_workload_access_token_for_jwt(
        GetWorkloadAccessTokenForJwtInput, GetWorkloadAccessTokenForJWTError
    )
        [WORKLOAD_NAME = workload_name]
        .record_request_members(WORKLOAD);
    get_workload_access_token_for_user_id(
        GetWorkloadAccessTokenForUserIdInput, GetWorkloadAccessTokenForUserIdError
    )
        [WORKLOAD_NAME = workload_name]
        .record_request_members(WORKLOAD);
};

const PROVIDER: MemberTable = &[(CREDENTIAL_PROVIDER, "resourceCredentialProviderName")];
const WORKLOAD: MemberTable = &[(WORKLOAD_NAME, "workloadName")];
