//! Recommendations for agents and their tools.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::RESULT_COUNT;
use crate::semconv::agentcore::RECOMMENDATION_ID;

pub(super) static OPERATIONS: Table = operations! {
    agentcore;
    start_recommendation(StartRecommendationInput, StartRecommendationError)
        .record_response_members(&[(RECOMMENDATION_ID, "recommendationId")]);
    get_recommendation(GetRecommendationInput, GetRecommendationError)
        [RECOMMENDATION_ID = recommendation_id];
    list_recommendations(ListRecommendationsInput, ListRecommendationsError)
        .record_response_members(&[(RESULT_COUNT, "recommendationSummaries")]);
    delete_recommendation(DeleteRecommendationInput, DeleteRecommendationError)
        [RECOMMENDATION_ID = recommendation_id];
};
