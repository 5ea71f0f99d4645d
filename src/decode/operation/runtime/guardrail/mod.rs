//! ApplyGuardrail and InvokeGuardrailChecks: texts that are looked at without a
//! model.

use aws_sdk_bedrockruntime::operation::apply_guardrail::{
    ApplyGuardrailError, ApplyGuardrailInput,
};
use aws_sdk_bedrockruntime::operation::invoke_guardrail_checks::{
    InvokeGuardrailChecksError, InvokeGuardrailChecksInput,
};

use aws_sdk_bedrockruntime::types::GuardrailContentSource;

use crate::decode::operation::RUNTIME;
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Media, Message, Part, Policy, base64_len, copy_text, mime_type};
use crate::semconv;
use crate::semconv::GUARDRAIL_SOURCE;
use crate::semconv::operation::APPLY_GUARDRAIL as OPERATION;

pub(crate) mod assessment;

pub(crate) static APPLY_GUARDRAIL: Typed<ApplyGuardrailInput, ApplyGuardrailError> =
    Typed::new(RUNTIME, "ApplyGuardrail")
        .named(OPERATION)
        .ids(|input: &ApplyGuardrailInput, call| {
            let id = input.guardrail_identifier.as_deref();
            call.span_name = Some(match id {
                Some(id) => format!("{OPERATION} {id}").into(),
                None => OPERATION.into(),
            });
            call.guardrail.id = id.map(str::to_owned);
            call.guardrail.version.clone_from(&input.guardrail_version);
            let source = input.source.as_ref().map(GuardrailContentSource::as_str);
            call.extra_attributes.insert_text(GUARDRAIL_SOURCE, source);
        })
        .sent(|body, call| {
            let parts = parts(body.get_array("content"), call.cap());
            call.input.extend(message("user", parts));
        })
        .answered(applied);

pub(crate) static INVOKE_GUARDRAIL_CHECKS: Typed<
    InvokeGuardrailChecksInput,
    InvokeGuardrailChecksError,
> = Typed::new(RUNTIME, "InvokeGuardrailChecks")
    .named(OPERATION)
    .ids(|_: &InvokeGuardrailChecksInput, call| call.span_name = Some(OPERATION.into()))
    .sent(|body, call| {
        let cap = call.cap();
        for turn in body.get_array("messages") {
            let role = turn.get_str("role").unwrap_or("user").to_ascii_lowercase();
            let parts = parts(turn.get_array("content"), cap);
            call.input.extend(message(role, parts));
        }
    })
    .answered(checked);

fn applied(body: &Json<'_>, call: &mut Call) {
    call.guardrail.action = body.get_string("action").map(Into::into);
    if let Some(assessments) = body.get("assessments") {
        assessment::read(assessments, None, call);
    }
    // The service's own sums, in place of those of its assessments.
    assessment::costs(
        body.get("usage"),
        body.get("guardrailCoverage"),
        |name, sum| call.extra_attributes.insert(name, sum),
    );
    let parts = parts(body.get_array("outputs"), call.cap());
    if let (Some(message), Some(choice)) = (message("assistant", parts), call.assistant_choice()) {
        choice.message = message;
    }
}

/// Blocks, whose texts have either form: `{"text": "…"}` and
/// `{"text": {"text": "…"}}`.
fn parts(blocks: &[Json<'_>], cap: Option<usize>) -> Vec<Part> {
    let part = |block: &Json<'_>| {
        if let Some(image) = block.get("image") {
            return cap.map(|_| Part::Media(media(image)));
        }
        let text = block.get("text")?;
        let text = text.as_str().or_else(|| text.get_str("text"))?;
        copy_text(cap, text).map(Part::text)
    };
    blocks.iter().filter_map(part).collect()
}

fn media(image: &Json<'_>) -> Media {
    let modality = "image";
    let format = image.get_str("format");
    let bytes = image.get_path(&["source", "bytes"]).and_then(Json::as_str);
    let mime_type = format.map(|format| mime_type(modality, format));
    Media::new(modality, mime_type, bytes.map(base64_len), None)
}

fn message(role: impl Into<std::borrow::Cow<'static, str>>, parts: Vec<Part>) -> Option<Message> {
    (!parts.is_empty()).then(|| Message::new(role, parts))
}

/// Checks give scores and leave it to the caller what to do.
fn checked(body: &Json<'_>, call: &mut Call) {
    for (check, kind, name, score, units) in CHECKS {
        let results = body.get_path(&["results", check, "results"]);
        for entry in results.map_or(&[][..], Json::as_slice) {
            call.guardrail.push_policy(Policy {
                kind,
                name: entry.get_string(name),
                score: entry.get_f64(score),
                ..Policy::default()
            });
        }
        let used = body.get_path(&["usage", check]);
        if let Some(used) = used.and_then(|used| used.get_count("textUnits")) {
            call.extra_attributes.add_to_count(units, used);
        }
    }
}

type Check = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Checks: what they are of, and the members that name an entry and score it.
static CHECKS: &[Check] = &[
    (
        "contentFilter",
        "content",
        "category",
        "severityScore",
        semconv::GUARDRAIL_CONTENT_UNITS,
    ),
    (
        "promptAttack",
        "prompt_attack",
        "category",
        "severityScore",
        semconv::GUARDRAIL_PROMPT_ATTACK_UNITS,
    ),
    (
        "sensitiveInformation",
        "sensitive_information",
        "type",
        "confidenceScore",
        semconv::GUARDRAIL_SENSITIVE_UNITS,
    ),
];
