//! Payments of agents. Only ids and the agent's name are read: no user id, no
//! amount, no instrument details, no proof of payment.

use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::table_operation::MemberTable;
use crate::semconv::agentcore::{
    PAYMENT_CONNECTOR_ID, PAYMENT_ID, PAYMENT_INSTRUMENT_ID, PAYMENT_MANAGER_ARN,
    PAYMENT_SESSION_ID,
};
use crate::semconv::{AGENT_NAME, RESULT_COUNT};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    create_payment_instrument(CreatePaymentInstrumentInput, CreatePaymentInstrumentError)
        [
            AGENT_NAME = agent_name,
            PAYMENT_MANAGER_ARN = payment_manager_arn,
            PAYMENT_CONNECTOR_ID = payment_connector_id,
        ]
        .record_request_members(REQUEST_IDS)
        .record_response_members(&[(
            PAYMENT_INSTRUMENT_ID,
            "paymentInstrument.paymentInstrumentId",
        )]);
    create_payment_session(CreatePaymentSessionInput, CreatePaymentSessionError)
        [AGENT_NAME = agent_name, PAYMENT_MANAGER_ARN = payment_manager_arn]
        .record_request_members(REQUEST_IDS)
        .record_response_members(&[(PAYMENT_SESSION_ID, "paymentSession.paymentSessionId")]);
    delete_payment_instrument(DeletePaymentInstrumentInput, DeletePaymentInstrumentError)
        [
            PAYMENT_MANAGER_ARN = payment_manager_arn,
            PAYMENT_CONNECTOR_ID = payment_connector_id,
            PAYMENT_INSTRUMENT_ID = payment_instrument_id,
        ]
        .record_request_members(REQUEST_IDS);
    delete_payment_session(DeletePaymentSessionInput, DeletePaymentSessionError)
        [PAYMENT_MANAGER_ARN = payment_manager_arn, PAYMENT_SESSION_ID = payment_session_id]
        .record_request_members(REQUEST_IDS);
    get_payment_instrument(GetPaymentInstrumentInput, GetPaymentInstrumentError)
        [
            AGENT_NAME = agent_name,
            PAYMENT_MANAGER_ARN = payment_manager_arn,
            PAYMENT_CONNECTOR_ID = payment_connector_id,
            PAYMENT_INSTRUMENT_ID = payment_instrument_id,
        ]
        .record_request_members(REQUEST_IDS);
    get_payment_instrument_balance(
        GetPaymentInstrumentBalanceInput, GetPaymentInstrumentBalanceError
    )
        [
            AGENT_NAME = agent_name,
            PAYMENT_MANAGER_ARN = payment_manager_arn,
            PAYMENT_CONNECTOR_ID = payment_connector_id,
            PAYMENT_INSTRUMENT_ID = payment_instrument_id,
        ]
        .record_request_members(REQUEST_IDS);
    get_payment_session(GetPaymentSessionInput, GetPaymentSessionError)
        [
            AGENT_NAME = agent_name,
            PAYMENT_MANAGER_ARN = payment_manager_arn,
            PAYMENT_SESSION_ID = payment_session_id,
        ]
        .record_request_members(REQUEST_IDS);
    list_payment_instruments(ListPaymentInstrumentsInput, ListPaymentInstrumentsError)
        [
            AGENT_NAME = agent_name,
            PAYMENT_MANAGER_ARN = payment_manager_arn,
            PAYMENT_CONNECTOR_ID = payment_connector_id,
        ]
        .record_request_members(REQUEST_IDS)
        .record_response_members(&[(RESULT_COUNT, "paymentInstruments")]);
    list_payment_sessions(ListPaymentSessionsInput, ListPaymentSessionsError)
        [AGENT_NAME = agent_name, PAYMENT_MANAGER_ARN = payment_manager_arn]
        .record_request_members(REQUEST_IDS)
        .record_response_members(&[(RESULT_COUNT, "paymentSessions")]);
    process_payment(ProcessPaymentInput, ProcessPaymentError)
        [
            AGENT_NAME = agent_name,
            PAYMENT_MANAGER_ARN = payment_manager_arn,
            PAYMENT_SESSION_ID = payment_session_id,
            PAYMENT_INSTRUMENT_ID = payment_instrument_id,
        ]
        .record_request_members(REQUEST_IDS)
        .record_response_members(&[(PAYMENT_ID, "processPaymentId")]);
};

/// Each request has some of these.
const REQUEST_IDS: MemberTable = &[
    (PAYMENT_CONNECTOR_ID, "paymentConnectorId"),
    (PAYMENT_INSTRUMENT_ID, "paymentInstrumentId"),
    (PAYMENT_MANAGER_ARN, "paymentManagerArn"),
    (PAYMENT_SESSION_ID, "paymentSessionId"),
];
