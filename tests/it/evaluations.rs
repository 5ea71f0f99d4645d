//! Evaluations become events, one for each score.

use nr_bedrock_observability::{Evaluation, MonitorOptions, Score, TraceRef};
use serde_json::json;
use tracing::info_span;

use crate::support::spans::Spans;

#[test]
fn each_score_is_an_event_of_the_current_span() {
    let spans = Spans::collect();
    info_span!("answer").in_scope(|| {
        Evaluation::new()
            .score(
                Score::relevance(0.92)
                    .unwrap()
                    .label("good")
                    .explanation("names the deadline"),
            )
            .score(Score::accuracy(0.0).unwrap().threshold(0.5))
            .score(Score::within("tone", 4.0, 1.0..=5.0).unwrap())
            .options(MonitorOptions::new())
            .record();
        Evaluation::new().record();
    });
    let [answer] = spans.all().try_into().unwrap();
    assert_eq!(
        answer.events_named("gen_ai.evaluation.result"),
        [
            json!({
                "gen_ai.evaluation.name": "relevance",
                "gen_ai.evaluation.score.value": 0.92,
                "gen_ai.evaluation.score.label": "good",
                "gen_ai.evaluation.explanation": "names the deadline",
            }),
            json!({"gen_ai.evaluation.name": "accuracy", "gen_ai.evaluation.score.value": 0.0}),
            json!({"gen_ai.evaluation.name": "tone", "gen_ai.evaluation.score.value": 4.0}),
        ]
    );
    assert!(answer.error().is_none());
}

#[test]
fn a_late_one_is_a_span_below() {
    let spans = Spans::collect();
    let trace = info_span!("answer").in_scope(|| TraceRef::current().unwrap());
    let scores = [
        Score::completeness(1.0),
        Score::coherence(0.5),
        Score::helpfulness(0.25),
    ];
    let evaluation = scores
        .into_iter()
        .fold(Evaluation::new(), |all, score| all.score(score.unwrap()));
    evaluation.record_for(&trace);
    // Without scores there is nothing to say.
    Evaluation::new().record_for(&trace);
    let [answer, late] = spans.all().try_into().unwrap();
    assert_eq!(late.name(), "evaluation");
    assert!(late.is_child_of(&answer));
    let names: Vec<_> = late
        .events_named("gen_ai.evaluation.result")
        .into_iter()
        .map(|event| event["gen_ai.evaluation.name"].clone())
        .collect();
    assert_eq!(names, ["completeness", "coherence", "helpfulness"]);
}

#[test]
fn a_score_is_in_its_range() {
    for (score, problem) in [
        (
            Score::relevance(1.1),
            "relevance: 1.1 is not between 0.0 and 1.0",
        ),
        (
            Score::new("tone", -0.1),
            "tone: -0.1 is not between 0.0 and 1.0",
        ),
        (
            Score::new("tone", f64::NAN),
            "tone: NaN is not between 0.0 and 1.0",
        ),
        (
            Score::within("stars", 0.0, 1.0..=5.0),
            "stars: 0 is not between 1.0 and 5.0",
        ),
        (
            Score::within("any", f64::INFINITY, 0.0..=f64::INFINITY),
            "any: inf is not between 0.0 and inf",
        ),
        (Score::new("", 0.5), "the name is empty"),
    ] {
        let error = score.unwrap_err();
        assert!(error.is_invalid_setting());
        assert_eq!(error.to_string(), format!("evaluation score: {problem}"));
    }
}

#[test]
fn debug_shows_no_explanation() {
    let score = Score::accuracy(0.5).unwrap().explanation("secret");
    let text = format!("{:?}", Evaluation::new().score(score));
    assert!(
        text.contains("accuracy") && !text.contains("secret"),
        "{text}"
    );
}
