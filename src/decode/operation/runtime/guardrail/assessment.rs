//! What a guardrail says of a text: which policies acted, what that cost, how
//! much was looked at. Whoever carries it, an assessment has one form.

use crate::record::json::Json;
use crate::record::{Call, Policy};
use crate::semconv;

/// Reads every assessment below a place: one, a list, or a map from a
/// guardrail's id to either. `side`: of the input or of the output.
pub(in crate::decode::operation) fn read(
    place: &Json<'_>,
    side: Option<&'static str>,
    call: &mut Call,
) {
    descend(place, side, 0, call);
}

/// Reads the trace that an answer carries, in whichever words its API has.
pub(crate) fn trace(trace: &Json<'_>, call: &mut Call) {
    for (member, side) in SIDES {
        if let Some(place) = trace.get(member) {
            read(place, Some(side), call);
        }
    }
}

/// Units that were paid for, and how much was looked at.
pub(super) fn costs(
    usage: Option<&Json<'_>>,
    coverage: Option<&Json<'_>>,
    mut told: impl FnMut(&'static str, i64),
) {
    for (member, name) in UNITS {
        if let Some(units) = usage.and_then(|usage| usage.get_count(member)) {
            told(name, units);
        }
    }
    for (what, member, name) in COVERAGE {
        let of = coverage.and_then(|coverage| coverage.get(what));
        if let Some(count) = of.and_then(|of| of.get_count(member)) {
            told(name, count);
        }
    }
}

fn descend(place: &Json<'_>, side: Option<&'static str>, depth: usize, call: &mut Call) {
    if depth > MAX_DEPTH {
        return;
    }
    match place {
        Json::Array(items) => {
            for item in items {
                descend(item, side, depth + 1, call);
            }
        }
        Json::Object(members) if !is_assessment(place) => {
            for (_, value) in members {
                descend(value, side, depth + 1, call);
            }
        }
        Json::Object(_) => assessment(place, side, call),
        _ => {}
    }
}

fn is_assessment(place: &Json<'_>) -> bool {
    let own = [DETAILS, METRICS];
    let mut policies = POLICIES.iter().map(|(policy, _)| policy);
    own.iter().any(|member| place.contains_key(member))
        || policies.any(|policy| place.contains_key(policy))
}

fn assessment(assessment: &Json<'_>, side: Option<&'static str>, call: &mut Call) {
    if let (Some(applied), None) = (assessment.get(DETAILS), &call.guardrail.id) {
        // One that the caller did not ask for.
        call.guardrail.id = applied.get_id("guardrailId");
        call.guardrail.version = applied.get_id("guardrailVersion");
    }
    for (member, lists) in POLICIES {
        let Some(policy) = assessment.get(member) else {
            continue;
        };
        for (list, kind, name) in *lists {
            for entry in policy.get_array(list) {
                entered(entry, kind, name, side, call);
            }
        }
    }
    if let Some(reasoning) = assessment.get(REASONING) {
        reasoned(reasoning, side, call);
    }
    if let Some(metrics) = assessment.get(METRICS) {
        let latency = metrics.get_count("guardrailProcessingLatency");
        if let Some(latency) = latency {
            call.extra_attributes
                .add_to_count(semconv::GUARDRAIL_LATENCY, latency);
        }
        let (usage, coverage) = (metrics.get("usage"), metrics.get("guardrailCoverage"));
        costs(usage, coverage, |name, more| {
            call.extra_attributes.add_to_count(name, more)
        });
    }
}

/// One entry of a policy. One that did nothing is left out.
fn entered(
    entry: &Json<'_>,
    kind: &'static str,
    name: &str,
    side: Option<&'static str>,
    call: &mut Call,
) {
    let action = entry.get_string("action").filter(|action| action != "NONE");
    if action.is_none() {
        return;
    }
    call.guardrail.push_policy(Policy {
        kind,
        side,
        name: entry.get_string(name),
        action,
        confidence: entry.get_string("confidence"),
        score: entry.get_f64("score"),
        threshold: entry.get_f64("threshold"),
    });
}

/// Findings of automated reasoning have no action: their kind says what they
/// are.
fn reasoned(reasoning: &Json<'_>, side: Option<&'static str>, call: &mut Call) {
    for finding in reasoning.get_array("findings") {
        let Json::Object(kinds) = finding else {
            continue;
        };
        for (kind, _) in kinds.iter().filter(|(kind, _)| kind != "valid") {
            call.guardrail.push_policy(Policy {
                kind: "automated_reasoning",
                side,
                name: Some(kind.to_string()),
                ..Policy::default()
            });
        }
    }
}

/// Members of a trace, and which side's assessments they hold.
static SIDES: &[(&str, &str)] = &[
    ("input", "input"),
    ("inputAssessment", "input"),
    ("inputAssessments", "input"),
    ("outputAssessments", "output"),
    ("outputs", "output"),
];

/// Policies: their lists, the kind of an entry, the member that names it. A word
/// is named by its list: what it is stands in the text that it was found in.
type Lists = &'static [(&'static str, &'static str, &'static str)];

static POLICIES: &[(&str, Lists)] = &[
    ("topicPolicy", &[("topics", "topic", "name")]),
    ("contentPolicy", &[("filters", "content", "type")]),
    (
        "wordPolicy",
        &[
            ("customWords", "word", "type"),
            ("managedWordLists", "word", "type"),
        ],
    ),
    (
        "sensitiveInformationPolicy",
        &[
            ("piiEntities", "sensitive_information", "type"),
            ("regexes", "sensitive_information", "name"),
        ],
    ),
    (
        "contextualGroundingPolicy",
        &[("filters", "contextual_grounding", "type")],
    ),
    (REASONING, &[]),
];

static UNITS: &[(&str, &str)] = &[
    (
        "automatedReasoningPolicies",
        semconv::GUARDRAIL_REASONING_POLICIES,
    ),
    (
        "automatedReasoningPolicyUnits",
        semconv::GUARDRAIL_REASONING_UNITS,
    ),
    ("contentPolicyImageUnits", semconv::GUARDRAIL_IMAGE_UNITS),
    ("contentPolicyUnits", semconv::GUARDRAIL_CONTENT_UNITS),
    (
        "contextualGroundingPolicyUnits",
        semconv::GUARDRAIL_GROUNDING_UNITS,
    ),
    (
        "sensitiveInformationPolicyFreeUnits",
        semconv::GUARDRAIL_SENSITIVE_FREE_UNITS,
    ),
    (
        "sensitiveInformationPolicyUnits",
        semconv::GUARDRAIL_SENSITIVE_UNITS,
    ),
    ("topicPolicyUnits", semconv::GUARDRAIL_TOPIC_UNITS),
    ("wordPolicyUnits", semconv::GUARDRAIL_WORD_UNITS),
];

static COVERAGE: &[(&str, &str, &str)] = &[
    ("textCharacters", "guarded", semconv::GUARDRAIL_TEXT_GUARDED),
    ("textCharacters", "total", semconv::GUARDRAIL_TEXT_TOTAL),
    ("images", "guarded", semconv::GUARDRAIL_IMAGES_GUARDED),
    ("images", "total", semconv::GUARDRAIL_IMAGES_TOTAL),
];

const DETAILS: &str = "appliedGuardrailDetails";
const METRICS: &str = "invocationMetrics";
const REASONING: &str = "automatedReasoningPolicy";

/// A list of maps of lists of assessments.
const MAX_DEPTH: usize = 4;
