//! What is measured of an agent's run.

use super::*;
use crate::support::meters::Meters;

/// Its tokens are those of all its models. Were the models' own counted too, a
/// sum over all operations would have them twice.
#[tokio::test]
async fn an_agents_tokens_are_counted_once() {
    for latest in [false, true] {
        let meters = Meters::default();
        let options = MonitorOptions::new().meter_provider(meters.provider());
        let run = Run::of(conversation(), options.latest_metrics(latest)).await;
        assert!(run.spans.len() > 5, "{:?}", run.tree());
        let all = meters.all();
        let names: Vec<_> = all.iter().map(|metric| metric.name.as_str()).collect();
        // The newest conventions have no metric for the tokens of an agent.
        let tokens = "gen_ai.client.token.usage";
        let duration = "gen_ai.client.operation.duration";
        let expected = [duration, tokens];
        assert_eq!(names, &expected[..if latest { 1 } else { 2 }]);
        let mut points = Vec::new();
        for point in all.iter().flat_map(|metric| &metric.points) {
            let attributes = &point.attributes;
            assert_eq!(attributes["gen_ai.operation.name"], "invoke_agent");
            assert_eq!(attributes["gen_ai.provider.name"], "aws.bedrock");
            let kind = attributes.get("gen_ai.token.type").cloned();
            assert_eq!(
                attributes.as_object().map(serde_json::Map::len),
                Some(2 + usize::from(kind.is_some()))
            );
            points.push((kind, point.count, point.sum));
        }
        let (first, tokens) = points.split_first().unwrap();
        assert_eq!((&first.0, first.1), (&None, 1));
        let mut tokens = tokens.to_vec();
        tokens.sort_by_key(|(kind, ..)| kind.as_ref().map(ToString::to_string));
        let expected = [
            (Some(json!("input")), 1, 350.0),
            (Some(json!("output")), 1, 35.0),
        ];
        assert_eq!(tokens, &expected[..if latest { 0 } else { 2 }]);
    }
}
