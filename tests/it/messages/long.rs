//! More messages than a span has events for.

use nr_bedrock_observability::MonitorOptions;
use serde_json::{Value, json};

use super::{converse, events};

/// Name, turns, their number; omitted, first turn with an event, events.
type Case<'a> = (&'a str, Turn<'a>, usize, Option<usize>, usize, usize);
type Turn<'a> = &'a dyn Fn(usize) -> Value;

/// Three results of one message are three events, and one message.
#[tokio::test]
async fn of_a_long_conversation_the_latest_messages_have_events() {
    let turn = |number: usize| {
        let role = if number.is_multiple_of(2) {
            "user"
        } else {
            "assistant"
        };
        json!({"role": role, "content": [{"text": format!("turn {number}")}]})
    };
    let tools = |number: usize| {
        if number.is_multiple_of(2) {
            return turn(number);
        }
        let result = |which: usize| {
            json!({"toolResult": {"toolUseId": format!("{number}.{which}"),
                "content": [{"text": format!("turn {number}")}]}})
        };
        json!({"role": "user", "content": [result(0), result(1), result(2), result(3)]})
    };
    let crowd = |_: usize| {
        let results = (0..200).map(|which| {
            json!({"toolResult": {"toolUseId": which.to_string(), "content": [{"text": "turn 0"}]}})
        });
        json!({"role": "user", "content": results.collect::<Vec<_>>()})
    };
    let cases: [Case<'_>; 6] = [
        ("all fit", &turn, 96, None, 0, 96),
        ("one too many", &turn, 97, Some(1), 1, 96),
        ("many too many", &turn, 500, Some(404), 404, 96),
        // Nineteen pairs of one event and four; another message has no room.
        ("with tools", &tools, 100, Some(62), 62, 95),
        ("with tools, and all fit", &tools, 38, None, 0, 95),
        // Of the last message there is at least a part.
        ("one crowded message", &crowd, 1, None, 0, 96),
    ];
    for (name, turn, count, omitted, first, expected) in cases {
        let messages: Vec<_> = (0..count).map(turn).collect();
        let span = converse(MonitorOptions::new(), &messages, &["Be brief."]).await;
        assert_eq!(
            span.attribute("aws.bedrock.input.messages.omitted"),
            json!(omitted),
            "{name}"
        );
        let found: Vec<_> = events(&span).collect();
        assert!(
            found.len() <= 128 && span.0.events.dropped_count == 0,
            "{name}"
        );
        let (system, found) = found.split_first().unwrap();
        let (choice, found) = found.split_last().unwrap();
        assert_eq!(
            (system.0.as_str(), choice.0.as_str()),
            ("gen_ai.system.message", "gen_ai.choice")
        );
        assert_eq!(found.len(), expected, "{name}");
        assert_eq!(
            found[0].1["content"],
            json!(format!("turn {first}")),
            "{name}"
        );
        let last = found.last().unwrap();
        assert_eq!(
            last.1["content"],
            json!(format!("turn {}", count - 1)),
            "{name}"
        );
    }
}
