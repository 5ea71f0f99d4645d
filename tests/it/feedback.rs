//! Feedback becomes an event of the span that is current.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io;

use nr_bedrock_observability::{Feedback, MonitorOptions, Rating, TraceRef};
use opentelemetry::trace::{TraceContextExt as _, Tracer as _};
use opentelemetry_sdk::trace::Sampler;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, info_span};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::{Registry, reload};

use crate::support::spans::{Span, Spans, layer};

#[test]
fn feedback_is_an_evaluation_of_the_current_span() {
    for (rating, label, score) in [
        (Rating::Positive, "positive", 1.0),
        (Rating::Neutral, "neutral", 0.0),
        (Rating::Negative, "negative", -1.0),
    ] {
        let spans = Spans::collect();
        info_span!("outer").in_scope(|| {
            info_span!("answer").in_scope(|| Feedback::new(rating).record());
        });
        assert_eq!(given(&spans, "answer"), [evaluation(label, score)]);
        assert!(given(&spans, "outer").is_empty());
        // An opinion of the user's is no error of the answer's.
        assert_eq!(named(&spans, "answer").error(), None);
    }
}

#[test]
fn a_message_is_the_explanation_and_a_score_replaces_the_ratings_own() {
    let spans = Spans::collect();
    info_span!("answer").in_scope(|| {
        let feedback = Feedback::new(Rating::Negative)
            .message("wrong “city”\n🦀")
            .options(MonitorOptions::new());
        feedback.score(-0.25).unwrap().record();
        Feedback::new(Rating::Positive)
            .message("")
            .options(MonitorOptions::new())
            .record();
    });
    let mut first = evaluation("negative", -0.25);
    first["gen_ai.evaluation.explanation"] = json!("wrong “city”\n🦀");
    let mut second = evaluation("positive", 1.0);
    second["gen_ai.evaluation.explanation"] = json!("");
    assert_eq!(given(&spans, "answer"), [first, second]);
}

#[test]
fn a_score_is_from_minus_one_to_one() {
    for score in [-1.0, -0.5, 0.0, 0.999, 1.0] {
        let spans = Spans::collect();
        info_span!("answer").in_scope(|| {
            let feedback = Feedback::new(Rating::Neutral).score(score);
            feedback.unwrap().record();
        });
        assert_eq!(given(&spans, "answer"), [evaluation("neutral", score)]);
    }
    for (score, name) in [
        (1.01, "1.01"),
        (-1.5, "-1.5"),
        (100.0, "100"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        let error = Feedback::new(Rating::Neutral).score(score).unwrap_err();
        assert!(error.is_invalid_setting(), "{error:?}");
        let expected = format!("feedback score: {name} is not between -1.0 and 1.0");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn outside_of_any_span_feedback_goes_nowhere() {
    // Without a subscriber, and with one.
    Feedback::new(Rating::Positive).record();
    let spans = Spans::collect();
    Feedback::new(Rating::Positive).record();
    info_span!("later").in_scope(|| ());
    assert!(given(&spans, "later").is_empty());
    assert_eq!(spans.all().len(), 1);
}

/// What a user said must not be lost to a filter: it goes to the span of the
/// trace that is going on.
#[test]
fn feedback_in_a_span_that_is_not_exported_goes_to_the_one_around_it() {
    type Subscriber = fn(opentelemetry_sdk::trace::SdkTracer) -> Dispatch;
    let cases: [(&str, Subscriber); 2] = [
        ("filtered away", |tracer| {
            let subscriber = Registry::default().with(LevelFilter::INFO);
            Dispatch::new(subscriber.with(layer(tracer)))
        }),
        ("another layer's", |tracer| {
            let log = tracing_subscriber::fmt::layer().with_writer(io::sink);
            let exported = layer(tracer).with_filter(LevelFilter::INFO);
            Dispatch::new(Registry::default().with(log).with(exported))
        }),
    ];
    for (name, subscriber) in cases {
        let spans = Spans::collect_with(Sampler::AlwaysOn, subscriber);
        info_span!("answer").in_scope(|| {
            tracing::debug_span!("detail").in_scope(|| Feedback::new(Rating::Positive).record());
        });
        assert_eq!(
            given(&spans, "answer"),
            [evaluation("positive", 1.0)],
            "{name}"
        );
    }
}

#[test]
fn feedback_finds_the_span_below_a_reload() {
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        let (layer, _handle) = reload::Layer::new(layer(tracer));
        Registry::default().with(layer)
    });
    info_span!("answer").in_scope(|| Feedback::new(Rating::Positive).record());
    assert_eq!(given(&spans, "answer"), [evaluation("positive", 1.0)]);
}

#[test]
fn feedback_finds_a_span_of_opentelemetrys_own() {
    let mut kept = None;
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        kept = Some(tracer.clone());
        Registry::default().with(layer(tracer))
    });
    kept.unwrap().in_span("native", |context| {
        Feedback::new(Rating::Positive).record();
        assert!(context.span().is_recording());
    });
    assert_eq!(given(&spans, "native"), [evaluation("positive", 1.0)]);
}

#[test]
fn what_it_is_about_and_more_goes_along() {
    let spans = Spans::collect();
    info_span!("answer").in_scope(|| {
        Feedback::positive()
            .category("tone")
            .metadata("ui.version", "2.0")
            .metadata("ui.version", "2.1")
            .metadata("shown.ms", 0)
            // What the feedback itself tells counts more.
            .metadata("gen_ai.evaluation.name", "mine")
            .record();
    });
    let mut expected = evaluation("positive", 1.0);
    expected["feedback.category"] = json!("tone");
    expected["ui.version"] = json!("2.1");
    expected["shown.ms"] = json!(0);
    assert_eq!(given(&spans, "answer"), [expected]);
}

/// The span has ended, the request that brings the feedback is another trace.
#[test]
fn late_feedback_is_a_span_below_the_one_that_it_is_about() {
    let spans = Spans::collect_with(Sampler::AlwaysOn, |tracer| {
        Registry::default()
            .with(layer(tracer))
            .with(nr_bedrock_observability::propagation::layer())
    });
    let reference = info_span!("answer").in_scope(|| TraceRef::current().unwrap());
    let text = format!("{reference}/msg_1");
    info_span!("POST /feedback", user.id = "u-1").in_scope(|| {
        let trace: TraceRef = text.parse().unwrap();
        Feedback::negative()
            .message("wrong")
            .options(MonitorOptions::new())
            .record_for(&trace);
    });
    // Outside of any span, too.
    Feedback::neutral().record_for(&text.parse().unwrap());

    let all = spans.all();
    let [answer, first, request, second] = all.try_into().unwrap();
    for late in [&first, &second] {
        assert_eq!(late.name(), "feedback");
        assert!(late.is_child_of(&answer) && !late.is_client());
    }
    let mut expected = evaluation("negative", -1.0);
    expected["gen_ai.evaluation.explanation"] = json!("wrong");
    expected["gen_ai.response.id"] = json!("msg_1");
    assert_eq!(first.events_named("gen_ai.evaluation.result"), [expected]);
    assert_eq!(first.text("user.id"), "u-1");
    let [link] = first.0.links.links.as_slice() else {
        panic!("{first:?}");
    };
    assert_eq!(
        link.span_context.span_id(),
        request.0.span_context.span_id()
    );
    assert!(second.0.links.links.is_empty());
    assert!(request.events().is_empty());
}

#[test]
fn late_feedback_goes_nowhere_without_a_layer_or_a_sampled_trace() {
    let sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Feedback::positive().record_for(&sampled.parse().unwrap());
    let parent_based = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    let spans = Spans::collect_with(parent_based, |tracer| {
        Registry::default().with(layer(tracer))
    });
    let unsampled = sampled.replace("-01", "-00");
    Feedback::positive().record_for(&unsampled.parse().unwrap());
    assert!(spans.all().is_empty());
    Feedback::positive().record_for(&sampled.parse().unwrap());
    assert_eq!(spans.all().len(), 1);
}

#[test]
fn debug_shows_the_rating_and_not_the_message() {
    let feedback = Feedback::new(Rating::Negative).message("secret");
    let text = format!("{feedback:?}");
    assert!(
        text.contains("negative") && !text.contains("secret"),
        "{text}"
    );
}

fn evaluation(label: &str, score: f64) -> Value {
    json!({
        "gen_ai.evaluation.name": "user_feedback",
        "gen_ai.evaluation.score.label": label,
        "gen_ai.evaluation.score.value": score,
    })
}

/// The feedback on the span of that name.
fn given(spans: &Spans, name: &str) -> Vec<Value> {
    named(spans, name).events_named("gen_ai.evaluation.result")
}

fn named(spans: &Spans, name: &str) -> Span {
    let all = spans.all();
    let mut found = all.into_iter().filter(|span| span.name() == name);
    found.next().unwrap()
}
