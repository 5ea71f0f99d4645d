//! The newest names of the conventions.

use super::*;

#[tokio::test]
async fn the_newest_names_are_a_choice() {
    let measured = Measured::start(MonitorOptions::new().latest_metrics(true)).await;
    measured.converse(reply()).await;
    let metrics = measured.all();
    let inference = "gen_ai.client.inference";
    for (name, sum) in [
        ("operation.input_tokens", 15.0),
        ("operation.output_tokens", 0.0),
        ("usage.input_tokens", 15.0),
        ("usage.output_tokens", 0.0),
        ("usage.cache_read.input_tokens", 5.0),
        ("usage.cache_write.input_tokens", 0.0),
    ] {
        let metric = named(&metrics, &format!("{inference}.{name}"));
        assert_eq!(
            (metric.unit.as_str(), metric.points[0].sum),
            ("{token}", sum)
        );
        let more = if name.starts_with("usage") {
            json!({"gen_ai.token.modality": "unknown"})
        } else {
            json!({})
        };
        assert_eq!(
            metric.points[0].attributes,
            of("chat", MODEL, &more),
            "{name}"
        );
    }
    let duration = named(&metrics, &format!("{inference}.duration"));
    assert_eq!(duration.points[0].attributes, of("chat", MODEL, &json!({})));
    // Nothing is told that the service did not say, and nothing twice.
    assert_eq!(metrics.len(), 7, "{metrics:#?}");
}

#[tokio::test]
async fn streams_have_the_newest_names_too() {
    let measured = Measured::start(MonitorOptions::new().latest_metrics(true)).await;
    let frames = converse_text(&["It", " is"]);
    let gaps = frames.len() as u64 - 1;
    measured.stream(Answer::events(frames)).await;
    let metrics = measured.all();
    for (name, count) in [
        ("duration", 1),
        ("time_to_first_chunk", 1),
        ("time_per_output_chunk", gaps),
    ] {
        let metric = named(&metrics, &format!("gen_ai.client.inference.{name}"));
        assert_eq!(metric.unit, "s");
        assert_eq!(metric.bounds, doubling(0.01, 2.0), "{name}");
        assert_eq!(metric.points[0].count, count, "{name}");
        let attributes = of("chat", MODEL, &json!({}));
        assert_eq!(metric.points[0].attributes, attributes, "{name}");
    }
    assert!(
        metrics
            .iter()
            .all(|it| !it.name.contains("client.operation"))
    );
}

/// What is no inference keeps the old name of the duration.
#[tokio::test]
async fn embeddings_keep_their_duration() {
    let measured = Measured::start(MonitorOptions::new().latest_metrics(true)).await;
    measured.embed().await;
    let input = "gen_ai.client.embeddings.operation.input_tokens";
    assert_eq!(measured.names(), [input, DURATION]);
    let metrics = measured.all();
    let tokens = named(&metrics, input);
    assert_eq!(tokens.bounds, doubling(1.0, 4.0));
    assert_eq!((tokens.points[0].count, tokens.points[0].sum), (1, 3.0));
    for metric in &metrics {
        let attributes = of("embeddings", EMBEDDER, &json!({}));
        assert_eq!(metric.points[0].attributes, attributes, "{}", metric.name);
    }
}

/// The conventions would have tokens of a failure be 0: nobody counted any.
#[tokio::test]
async fn a_failure_has_its_duration_alone() {
    let measured = Measured::start(MonitorOptions::new().latest_metrics(true)).await;
    measured
        .converse(Answer::error(400, "ValidationException", "no such thing"))
        .await;
    assert_eq!(measured.names(), ["gen_ai.client.inference.duration"]);
    let failed = of("chat", MODEL, &json!({"error.type": "ValidationException"}));
    assert_eq!(measured.all()[0].points[0].attributes, failed);
}
