//! Guardrail assessments: policies that acted, billed units, coverage, latency.
//! They have the same structure in every response that carries them.

use crate::record::json::Json;
use crate::record::{Call, Policy};
use crate::semconv;

/// Reads every assessment in a value: a single one, a list, or a map from
/// guardrail ids to either. `side` is `input` or `output`.
pub(super) fn read_assessments(value: &Json<'_>, side: Option<&'static str>, call: &mut Call) {
    descend(value, side, 0, call);
}

/// Reads the guardrail trace of a response. The member names differ between
/// the APIs.
pub(super) fn read_trace(trace: &Json<'_>, call: &mut Call) {
    for (member, side) in SIDES {
        if let Some(assessments) = trace.get(member) {
            read_assessments(assessments, Some(side), call);
        }
    }
}

/// Reads billed units and coverage.
pub(super) fn read_costs(
    usage: Option<&Json<'_>>,
    coverage: Option<&Json<'_>>,
    mut record: impl FnMut(&'static str, i64),
) {
    for (member, name) in UNITS {
        if let Some(units) = usage.and_then(|usage| usage.get_count(member)) {
            record(name, units);
        }
    }
    for (unit, member, name) in COVERAGE {
        let counts = coverage.and_then(|coverage| coverage.get(unit));
        if let Some(count) = counts.and_then(|counts| counts.get_count(member)) {
            record(name, count);
        }
    }
}

fn descend(value: &Json<'_>, side: Option<&'static str>, depth: usize, call: &mut Call) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Json::Array(items) => {
            for item in items {
                descend(item, side, depth + 1, call);
            }
        }
        Json::Object(members) if !is_assessment(value) => {
            for (_, member) in members {
                descend(member, side, depth + 1, call);
            }
        }
        Json::Object(_) => read_assessment(value, side, call),
        _ => {}
    }
}

fn is_assessment(value: &Json<'_>) -> bool {
    let own = [DETAILS, METRICS];
    let mut policies = POLICIES.iter().map(|(policy, _)| policy);
    own.iter().any(|member| value.contains_key(member))
        || policies.any(|policy| value.contains_key(policy))
}

fn read_assessment(assessment: &Json<'_>, side: Option<&'static str>, call: &mut Call) {
    if let (Some(applied), None) = (assessment.get(DETAILS), &call.guardrail.id) {
        // The request named no guardrail: the account enforces this one.
        call.guardrail.id = applied.get_id("guardrailId");
        call.guardrail.version = applied.get_id("guardrailVersion");
    }
    for (member, lists) in POLICIES {
        let Some(policy) = assessment.get(member) else {
            continue;
        };
        for (list, kind, name) in *lists {
            for entry in policy.get_array(list) {
                read_policy_entry(entry, kind, name, side, call);
            }
        }
    }
    if let Some(reasoning) = assessment.get(REASONING) {
        read_reasoning_findings(reasoning, side, call);
    }
    if let Some(metrics) = assessment.get(METRICS) {
        let latency = metrics.get_count("guardrailProcessingLatency");
        if let Some(latency) = latency {
            call.extra_attributes
                .add_to_count(semconv::GUARDRAIL_LATENCY, latency);
        }
        let (usage, coverage) = (metrics.get("usage"), metrics.get("guardrailCoverage"));
        read_costs(usage, coverage, |name, more| {
            call.extra_attributes.add_to_count(name, more);
        });
    }
}

/// Reads an entry of a policy, unless it took no action.
fn read_policy_entry(
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

/// Reads findings of automated reasoning. They have a kind instead of an action.
fn read_reasoning_findings(reasoning: &Json<'_>, side: Option<&'static str>, call: &mut Call) {
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

/// Members of a trace and the side that their assessments belong to.
static SIDES: &[(&str, &str)] = &[
    ("input", "input"),
    ("inputAssessment", "input"),
    ("inputAssessments", "input"),
    ("outputAssessments", "output"),
    ("outputs", "output"),
];

/// Lists of a policy: the list's member, the kind of its entries, the member that
/// names an entry. A word is named by its type, because the word itself is
/// content.
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

/// Deep enough for a list of maps of lists of assessments.
const MAX_DEPTH: usize = 4;
