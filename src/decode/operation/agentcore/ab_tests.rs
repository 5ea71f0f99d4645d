//! A/B tests of agents behind a gateway.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::RESULT_COUNT;
use crate::semconv::agentcore::{AB_TEST_ID, GATEWAY_ARN};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    create_ab_test(CreateAbTestInput, CreateABTestError)
        [GATEWAY_ARN = gateway_arn]
        .record_request_members(&[(GATEWAY_ARN, "gatewayArn")])
        .record_response_members(&[(AB_TEST_ID, "abTestId")]);
    delete_ab_test(DeleteAbTestInput, DeleteABTestError)
        [AB_TEST_ID = ab_test_id];
    get_ab_test(GetAbTestInput, GetABTestError)
        [AB_TEST_ID = ab_test_id]
        .record_response_members(&[(GATEWAY_ARN, "gatewayArn")]);
    list_ab_tests(ListAbTestsInput, ListABTestsError)
        .record_response_members(&[(RESULT_COUNT, "abTests")]);
    update_ab_test(UpdateAbTestInput, UpdateABTestError)
        [AB_TEST_ID = ab_test_id];
};
