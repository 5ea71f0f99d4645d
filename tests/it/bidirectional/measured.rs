//! What is measured of a conversation.

use super::*;
use crate::support::meters::Meters;

/// Between what the model says, the user speaks: the pauses tell nothing of the
/// model.
#[tokio::test]
async fn a_conversation_has_a_duration_and_tokens_and_no_chunks() {
    let _spans = Spans::collect();
    let meters = Meters::default();
    let options = MonitorOptions::new().meter_provider(meters.provider());
    assert_eq!(converse(options, &SAID, model).await, 16);
    let all = meters.all();
    let names: Vec<_> = all.iter().map(|metric| metric.name.as_str()).collect();
    let [duration, tokens] = [
        "gen_ai.client.operation.duration",
        "gen_ai.client.token.usage",
    ];
    assert_eq!(names, [duration, tokens]);
    let mut sums: Vec<_> = all[1]
        .points
        .iter()
        .map(|point| point.sum.to_string())
        .collect();
    sums.sort();
    assert_eq!(sums, ["40", "60"]);
    assert_eq!(all[0].points[0].count, 1);
}
