//! Operations without a name in the GenAI conventions: their spans have the names
//! of the RPC method and ids, and nothing else of the bodies.

use aws_sdk_bedrockagentcore::types::{
    CryptoX402PaymentInput, EvaluationInput, EvaluationTarget, PaymentInput, PaymentType,
};
use aws_smithy_types::Document;
use serde_json::{Value, json};

use super::{Core, says};
use crate::support::mock_bedrock::Answer;

/// Content, amounts and proofs of payment, which no span may hold.
const SECRET: &str = "s3cr3t";

async fn answer_everything() -> Core {
    let answer = json!({
        "abTestId": "ab-1", "name": SECRET, "gatewayArn": "arn:gateway/g-1",
        "batchEvaluationId": "be-1", "batchEvaluations": [], "errorDetails": [SECRET],
        "evaluationResults": [{"explanation": SECRET}, {"label": SECRET}],
        "recommendationId": "r-1", "recommendationSummaries": [], "description": SECRET,
        "paymentInstrument": {"paymentInstrumentId": "pi-1", "userId": SECRET},
        "paymentSession": {"paymentSessionId": "ps-1", "userId": SECRET},
        "paymentSessions": [{"userId": SECRET}],
        "processPaymentId": "pp-1",
        "paymentOutput": {"cryptoX402": {"version": "1", "payload": SECRET}},
        "sessionId": "s-1", "status": "DELETING",
    });
    Core::answering(Answer::json(200, &answer)).await
}

/// Checks the only span: its method, its ids, and that it holds no secret.
fn assert_plain_span(core: &Core, method: &str, ids: &[(&str, Value)]) {
    let span = core.spans.one();
    assert_eq!(span.name(), format!("BedrockAgentCore.{method}"));
    says(&span, &[("rpc.method", json!(method))]);
    says(&span, &[("gen_ai.operation.name", Value::Null)]);
    says(&span, ids);
    assert_eq!(span.error(), None);
    let printed = format!("{span:?}");
    assert!(!printed.contains(SECRET), "{printed}");
}

#[tokio::test]
async fn ab_test_has_its_id_and_its_gateway() {
    let ab_test = ("aws.bedrock.agentcore.ab_test.id", json!("ab-1"));
    let gateway = (
        "aws.bedrock.agentcore.gateway.arn",
        json!("arn:gateway/g-1"),
    );
    let core = answer_everything().await;
    let call = core.client.create_ab_test().name(SECRET);
    let call = call.gateway_arn("arn:gateway/g-1").role_arn(SECRET);
    call.send().await.unwrap();
    assert_plain_span(&core, "CreateABTest", &[ab_test.clone(), gateway.clone()]);

    let core = answer_everything().await;
    let call = core.client.get_ab_test().ab_test_id("ab-1");
    call.send().await.unwrap();
    assert_plain_span(&core, "GetABTest", &[ab_test.clone(), gateway]);

    let core = answer_everything().await;
    let call = core.client.update_ab_test().ab_test_id("ab-1").name(SECRET);
    call.send().await.unwrap();
    assert_plain_span(&core, "UpdateABTest", &[ab_test]);
}

#[tokio::test]
async fn evaluation_has_its_evaluator_and_the_number_of_results() {
    let core = answer_everything().await;
    let spans = vec![Document::String(SECRET.to_owned())];
    let call = core.client.evaluate().evaluator_id("Builtin.Helpfulness");
    let call = call.evaluation_input(EvaluationInput::SessionSpans(spans));
    let target = EvaluationTarget::TraceIds(vec![SECRET.to_owned()]);
    call.evaluation_target(target).send().await.unwrap();
    let ids = [
        (
            "aws.bedrock.agentcore.evaluator.id",
            json!("Builtin.Helpfulness"),
        ),
        ("aws.bedrock.result.count", json!(2)),
    ];
    assert_plain_span(&core, "Evaluate", &ids);
}

#[tokio::test]
async fn batch_evaluation_and_recommendation_have_their_ids() {
    let batch = [("aws.bedrock.agentcore.batch_evaluation.id", json!("be-1"))];
    let core = answer_everything().await;
    let call = core.client.start_batch_evaluation();
    let call = call.batch_evaluation_name(SECRET).description(SECRET);
    call.send().await.unwrap();
    assert_plain_span(&core, "StartBatchEvaluation", &batch);

    let core = answer_everything().await;
    let call = core.client.stop_batch_evaluation();
    call.batch_evaluation_id("be-1").send().await.unwrap();
    assert_plain_span(&core, "StopBatchEvaluation", &batch);

    let recommendation = [("aws.bedrock.agentcore.recommendation.id", json!("r-1"))];
    let core = answer_everything().await;
    let call = core.client.start_recommendation().name(SECRET);
    call.send().await.unwrap();
    assert_plain_span(&core, "StartRecommendation", &recommendation);

    let core = answer_everything().await;
    let call = core.client.delete_recommendation();
    call.recommendation_id("r-1").send().await.unwrap();
    assert_plain_span(&core, "DeleteRecommendation", &recommendation);
}

#[tokio::test]
async fn payment_has_ids_and_the_agents_name() {
    let manager = ("aws.bedrock.agentcore.payment.manager.arn", json!("arn:pm"));
    let session = ("aws.bedrock.agentcore.payment.session.id", json!("ps-1"));
    let instrument = ("aws.bedrock.agentcore.payment.instrument.id", json!("pi-1"));
    let connector = ("aws.bedrock.agentcore.payment.connector.id", json!("pc-1"));
    let agent = ("gen_ai.agent.name", json!("buyer"));

    let core = answer_everything().await;
    let call = core.client.create_payment_session().user_id(SECRET);
    let call = call.agent_name("buyer").payment_manager_arn("arn:pm");
    call.send().await.unwrap();
    let ids = [manager.clone(), session.clone(), agent.clone()];
    assert_plain_span(&core, "CreatePaymentSession", &ids);

    let core = answer_everything().await;
    let call = core.client.create_payment_instrument().user_id(SECRET);
    let call = call.payment_connector_id("pc-1");
    call.payment_manager_arn("arn:pm").send().await.unwrap();
    let ids = [manager.clone(), connector, instrument.clone()];
    assert_plain_span(&core, "CreatePaymentInstrument", &ids);

    let core = answer_everything().await;
    let payload = Document::String(SECRET.to_owned());
    let proof = CryptoX402PaymentInput::builder()
        .version("1")
        .payload(payload)
        .build();
    let call = core.client.process_payment().user_id(SECRET);
    let call = call.agent_name("buyer").payment_manager_arn("arn:pm");
    let call = call
        .payment_session_id("ps-1")
        .payment_instrument_id("pi-1");
    let call = call.payment_type(PaymentType::CryptoX402);
    let call = call.payment_input(PaymentInput::CryptoX402(proof.unwrap()));
    call.send().await.unwrap();
    let payment = ("aws.bedrock.agentcore.payment.id", json!("pp-1"));
    let ids = [manager.clone(), session, instrument, payment, agent];
    assert_plain_span(&core, "ProcessPayment", &ids);

    let core = answer_everything().await;
    let call = core.client.list_payment_sessions().user_id(SECRET);
    call.payment_manager_arn("arn:pm").send().await.unwrap();
    let ids = [manager, ("aws.bedrock.result.count", json!(1))];
    assert_plain_span(&core, "ListPaymentSessions", &ids);
}

#[tokio::test]
async fn session_of_a_capacity_provider_has_its_ids() {
    let core = answer_everything().await;
    let call = core.client.delete_capacity_provider_session();
    let call = call.capacity_provider_id("cp-1").session_id("s-1");
    call.send().await.unwrap();
    let ids = [
        ("aws.bedrock.agentcore.capacity_provider.id", json!("cp-1")),
        ("aws.bedrock.agentcore.session.id", json!("s-1")),
    ];
    assert_plain_span(&core, "DeleteCapacityProviderSession", &ids);
}
