//! What a redaction sees and does.

use std::sync::{Arc, Mutex};

use nr_bedrock_observability::{ContentKind, MonitorOptions};
use serde_json::{Value, json};

use super::{ATTRIBUTES, PIECES, call, converse, everything};
use crate::support::mock_bedrock::Answer;

#[tokio::test]
async fn a_redaction_sees_each_piece_once_with_its_kind() {
    for streamed in [false, true] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let options = MonitorOptions::new().redact_with({
            let seen = Arc::clone(&seen);
            move |content| {
                seen.lock()
                    .unwrap()
                    .push((content.kind(), content.text().to_owned()));
            }
        });
        converse(options, streamed).await;

        let seen = seen.lock().unwrap();
        for (kind, piece) in [
            (ContentKind::System, "secret-system"),
            (ContentKind::Input, "secret-question"),
            (ContentKind::Input, "secret-document"),
            (ContentKind::Input, "secret-file"),
            (ContentKind::Input, "secret-found"),
            (ContentKind::Input, "https://example.com/secret-source"),
            (ContentKind::Reasoning, "secret-thought"),
            (ContentKind::ToolArguments, r#"{"city":"secret-argument"}"#),
            (ContentKind::ToolResult, "secret-result"),
            (ContentKind::ToolDefinition, "secret-description"),
            (ContentKind::ToolDefinition, r#"{"title":"secret-schema"}"#),
            (ContentKind::Input, "secret-variable"),
            (ContentKind::Output, "secret-answer"),
        ] {
            let same = seen
                .iter()
                .filter(|(known, text)| *known == kind && text == piece);
            assert_eq!(
                same.count(),
                1,
                "{kind:?} {piece}, streamed {streamed}: {seen:?}"
            );
        }
        assert_eq!(seen.len(), PIECES.len(), "{seen:?}");
    }
}

#[tokio::test]
async fn what_a_redaction_writes_is_what_is_recorded() {
    for streamed in [false, true] {
        let options = MonitorOptions::new().redact_with(|content| {
            let hidden = content.text().replace("secret", "[hidden]");
            content.set_text(hidden);
        });
        let all = everything(&converse(options, streamed).await);
        assert!(!all.contains("secret"), "{all}");
        for piece in PIECES {
            let hidden = piece.replace("secret", "[hidden]");
            assert!(all.contains(&hidden), "{hidden}: {all}");
        }
    }
}

#[tokio::test]
async fn a_redaction_may_clear_and_may_lengthen() {
    let options = MonitorOptions::new().redact_with(|content| content.text_mut().clear());
    let span = converse(options, false).await;
    assert!(!everything(&span).contains("secret"), "{span:#?}");
    assert_eq!(
        span.json("gen_ai.output.messages"),
        json!([{"role": "assistant", "parts": [{"type": "text", "content": ""}], "finish_reason": "stop"}])
    );

    let options = MonitorOptions::new()
        .content_limit(1000)
        .redact_with(|content| {
            let long = "é".repeat(5000);
            content.set_text(long);
        });
    let span = converse(options, false).await;
    for key in ATTRIBUTES {
        let text = span.text(key);
        assert!(
            text.chars().count() <= 1000,
            "{key}: {}",
            text.chars().count()
        );
        assert!(
            text.contains("[truncated, 5000 characters]"),
            "{key}: {text}"
        );
    }
}

/// A redaction sees what the limit would cut: half a secret is one still.
#[tokio::test]
async fn a_redaction_runs_before_the_text_is_shortened() {
    let text = format!("{}Card of Ms Grey", "x".repeat(240));
    let answer = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": "end_turn",
    });
    let options = MonitorOptions::new()
        .content_limit(256)
        .redact_with(|content| {
            let hidden = content.text().replace("Card of Ms Grey", "[card]");
            content.set_text(hidden);
        });
    let span = call(options, Answer::json(200, &answer), false).await;
    assert!(!everything(&span).contains("Card"), "{span:#?}");
    let choice = format!("{}[card]", "x".repeat(240));
    assert_eq!(
        span.events_named("gen_ai.choice")[0]["content"],
        json!(choice)
    );
}

#[tokio::test]
async fn a_redaction_that_panics_withholds_the_text() {
    for streamed in [false, true] {
        let options = MonitorOptions::new().redact_with(|_| panic!("on purpose"));
        let span = converse(options, streamed).await;
        assert_eq!(span.error(), None);
        assert!(!everything(&span).contains("secret"), "{span:#?}");
        let Value::Array(choices) = span.json("gen_ai.output.messages") else {
            panic!("{span:#?}");
        };
        let withheld = "[withheld: the redaction failed]";
        assert_eq!(choices[0]["parts"][0]["content"], withheld);
        assert_eq!(span.attribute("gen_ai.usage.output_tokens"), json!(3));
    }
    // What was changed before the panic does not leave either.
    let options = MonitorOptions::new().redact_with(|content| {
        content.text_mut().push_str("-half-done");
        panic!("on purpose");
    });
    let span = converse(options, false).await;
    assert!(!everything(&span).contains("half-done"), "{span:#?}");
}
