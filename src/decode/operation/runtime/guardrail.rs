//! ApplyGuardrail and InvokeGuardrailChecks: a guardrail checks content, no model
//! is invoked.

use std::borrow::Cow;

use crate::decode::guardrail_assessment as assessment;
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::span_name::set_span_name;
use crate::record::json::Json;
use crate::record::{Call, Media, Message, Part, Policy, base64_len, copy_text, mime_type};
use crate::semconv;
use crate::semconv::GUARDRAIL_SOURCE;
use crate::semconv::operation::APPLY_GUARDRAIL;

pub(in crate::decode::operation::runtime) static OPERATIONS: Table = operations! {
    runtime;
    apply_guardrail(ApplyGuardrailInput, ApplyGuardrailError)
        [GUARDRAIL_SOURCE = source]
        |input, call| {
            set_span_name(APPLY_GUARDRAIL, input.guardrail_identifier.as_deref(), call);
            call.guardrail.id.clone_from(&input.guardrail_identifier);
            call.guardrail.version.clone_from(&input.guardrail_version);
        }
        .name_operation(APPLY_GUARDRAIL)
        .record_request_members(&[(GUARDRAIL_SOURCE, "source")])
        .read_request_with(|body, call| {
            let parts = read_parts(body.get_array("content"), call.cap());
            call.input.extend(make_message("user", parts));
        })
        .read_response_with(read_applied_guardrail);
    invoke_guardrail_checks(InvokeGuardrailChecksInput, InvokeGuardrailChecksError)
        |_input, call| { set_span_name(APPLY_GUARDRAIL, None, call) }
        .name_operation(APPLY_GUARDRAIL)
        .read_request_with(|body, call| {
            let cap = call.cap();
            for message in body.get_array("messages") {
                let role = message.get_str("role").unwrap_or("user");
                let parts = read_parts(message.get_array("content"), cap);
                call.input
                    .extend(make_message(role.to_ascii_lowercase(), parts));
            }
        })
        .read_response_with(read_check_results);
};

fn read_applied_guardrail(body: &Json<'_>, call: &mut Call) {
    call.guardrail.action = body.get_string("action").map(Into::into);
    if let Some(assessments) = body.get("assessments") {
        assessment::read_assessments(assessments, None, call);
    }
    // The totals of the response replace the sums over its assessments.
    assessment::read_costs(
        body.get("usage"),
        body.get("guardrailCoverage"),
        |name, sum| call.extra_attributes.insert(name, sum),
    );
    let parts = read_parts(body.get_array("outputs"), call.cap());
    if let (Some(message), Some(choice)) =
        (make_message("assistant", parts), call.assistant_choice())
    {
        choice.message = message;
    }
}

/// Reads content blocks. Their text is either `{"text": "…"}` or
/// `{"text": {"text": "…"}}`.
fn read_parts(blocks: &[Json<'_>], cap: Option<usize>) -> Vec<Part> {
    let read_part = |block: &Json<'_>| {
        if let Some(image) = block.get("image") {
            return cap.map(|_| Part::Media(read_image(image)));
        }
        let text = block.get("text")?;
        let text = text.as_str().or_else(|| text.get_str("text"))?;
        copy_text(cap, text).map(Part::text)
    };
    blocks.iter().filter_map(read_part).collect()
}

fn read_image(image: &Json<'_>) -> Media {
    let modality = "image";
    let format = image.get_str("format");
    let bytes = image.get_path(&["source", "bytes"]).and_then(Json::as_str);
    let mime_type = format.map(|format| mime_type(modality, format));
    Media::new(modality, mime_type, bytes.map(base64_len), None)
}

fn make_message(role: impl Into<Cow<'static, str>>, parts: Vec<Part>) -> Option<Message> {
    (!parts.is_empty()).then(|| Message::new(role, parts))
}

/// Reads the scores. The service takes no action on them.
fn read_check_results(body: &Json<'_>, call: &mut Call) {
    for check in CHECKS {
        let results = body.get_path(&["results", check.member, "results"]);
        for result in results.map_or(&[][..], Json::as_slice) {
            call.guardrail.push_policy(Policy {
                kind: check.kind,
                name: result.get_string(check.name),
                score: result.get_f64(check.score),
                ..Policy::default()
            });
        }
        let usage = body.get_path(&["usage", check.member]);
        if let Some(units) = usage.and_then(|usage| usage.get_count("textUnits")) {
            call.extra_attributes.add_to_count(check.units, units);
        }
    }
}

/// Where the response holds the results of one kind of check.
#[derive(Debug)]
struct Check {
    /// The member of `results` and of `usage`.
    member: &'static str,
    /// The kind of policy that is recorded.
    kind: &'static str,
    /// The member of a result that holds its category or type.
    name: &'static str,
    /// The member of a result that holds its score.
    score: &'static str,
    /// The attribute of the billed units.
    units: &'static str,
}

static CHECKS: &[Check] = &[
    Check {
        member: "contentFilter",
        kind: "content",
        name: "category",
        score: "severityScore",
        units: semconv::GUARDRAIL_CONTENT_UNITS,
    },
    Check {
        member: "promptAttack",
        kind: "prompt_attack",
        name: "category",
        score: "severityScore",
        units: semconv::GUARDRAIL_PROMPT_ATTACK_UNITS,
    },
    Check {
        member: "sensitiveInformation",
        kind: "sensitive_information",
        name: "type",
        score: "confidenceScore",
        units: semconv::GUARDRAIL_SENSITIVE_UNITS,
    },
];
