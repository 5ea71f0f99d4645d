//! Evaluations of recorded sessions. The convention's event
//! `gen_ai.evaluation.result` belongs on the evaluated span, which has ended, so
//! the spans of these operations have ids only.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::RESULT_COUNT;
use crate::semconv::agentcore::{BATCH_EVALUATION_ID, EVALUATOR_ID};

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    evaluate(EvaluateInput, EvaluateError)
        [EVALUATOR_ID = evaluator_id]
        .record_response_members(&[(RESULT_COUNT, "evaluationResults")]);
    start_batch_evaluation(StartBatchEvaluationInput, StartBatchEvaluationError)
        .record_response_members(&[(BATCH_EVALUATION_ID, "batchEvaluationId")]);
    stop_batch_evaluation(StopBatchEvaluationInput, StopBatchEvaluationError)
        [BATCH_EVALUATION_ID = batch_evaluation_id];
    get_batch_evaluation(GetBatchEvaluationInput, GetBatchEvaluationError)
        [BATCH_EVALUATION_ID = batch_evaluation_id];
    list_batch_evaluations(ListBatchEvaluationsInput, ListBatchEvaluationsError)
        .record_response_members(&[(RESULT_COUNT, "batchEvaluations")]);
    delete_batch_evaluation(DeleteBatchEvaluationInput, DeleteBatchEvaluationError)
        [BATCH_EVALUATION_ID = batch_evaluation_id];
};
