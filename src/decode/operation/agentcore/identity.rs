//! Identities of agents, and what they may use. Only names are read: no token,
//! no key, no address that holds one.

use aws_sdk_bedrockagentcore::operation::{
    complete_resource_token_auth as complete, get_resource_api_key as api_key,
    get_resource_oauth2_token as oauth2, get_resource_payment_token as payment,
    get_workload_access_token as workload, get_workload_access_token_for_jwt as for_jwt,
    get_workload_access_token_for_user_id as for_user,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::semconv::agentcore::{CREDENTIAL_PROVIDER, WORKLOAD_NAME};

pub(super) static COMPLETE_RESOURCE_TOKEN_AUTH: Typed<
    complete::CompleteResourceTokenAuthInput,
    complete::CompleteResourceTokenAuthError,
> = Typed::new(SERVICE, "CompleteResourceTokenAuth");

pub(super) static GET_RESOURCE_API_KEY: Typed<
    api_key::GetResourceApiKeyInput,
    api_key::GetResourceApiKeyError,
> = Typed::new(SERVICE, "GetResourceApiKey").ids(
    |input: &api_key::GetResourceApiKeyInput, call| {
        let provider = input.resource_credential_provider_name.as_deref();
        call.extra_attributes
            .insert_text(CREDENTIAL_PROVIDER, provider);
    },
);

pub(super) static GET_RESOURCE_OAUTH2_TOKEN: Typed<
    oauth2::GetResourceOauth2TokenInput,
    oauth2::GetResourceOauth2TokenError,
> = Typed::new(SERVICE, "GetResourceOauth2Token").ids(
    |input: &oauth2::GetResourceOauth2TokenInput, call| {
        let provider = input.resource_credential_provider_name.as_deref();
        call.extra_attributes
            .insert_text(CREDENTIAL_PROVIDER, provider);
    },
);

pub(super) static GET_RESOURCE_PAYMENT_TOKEN: Typed<
    payment::GetResourcePaymentTokenInput,
    payment::GetResourcePaymentTokenError,
> = Typed::new(SERVICE, "GetResourcePaymentToken").ids(
    |input: &payment::GetResourcePaymentTokenInput, call| {
        let provider = input.resource_credential_provider_name.as_deref();
        call.extra_attributes
            .insert_text(CREDENTIAL_PROVIDER, provider);
    },
);

pub(super) static GET_WORKLOAD_ACCESS_TOKEN: Typed<
    workload::GetWorkloadAccessTokenInput,
    workload::GetWorkloadAccessTokenError,
> = Typed::new(SERVICE, "GetWorkloadAccessToken").ids(
    |input: &workload::GetWorkloadAccessTokenInput, call| {
        let name = input.workload_name.as_deref();
        call.extra_attributes.insert_text(WORKLOAD_NAME, name);
    },
);

pub(super) static GET_WORKLOAD_ACCESS_TOKEN_FOR_JWT: Typed<
    for_jwt::GetWorkloadAccessTokenForJwtInput,
    for_jwt::GetWorkloadAccessTokenForJWTError,
> = Typed::new(SERVICE, "GetWorkloadAccessTokenForJWT").ids(
    |input: &for_jwt::GetWorkloadAccessTokenForJwtInput, call| {
        let name = input.workload_name.as_deref();
        call.extra_attributes.insert_text(WORKLOAD_NAME, name);
    },
);

pub(super) static GET_WORKLOAD_ACCESS_TOKEN_FOR_USER_ID: Typed<
    for_user::GetWorkloadAccessTokenForUserIdInput,
    for_user::GetWorkloadAccessTokenForUserIdError,
> = Typed::new(SERVICE, "GetWorkloadAccessTokenForUserId").ids(
    |input: &for_user::GetWorkloadAccessTokenForUserIdInput, call| {
        let name = input.workload_name.as_deref();
        call.extra_attributes.insert_text(WORKLOAD_NAME, name);
    },
);
