//! What an agent did with its tools: action groups, knowledge bases, the code
//! interpreter, other agents.

use std::time::SystemTime;

use serde::Serialize;

use super::{model, step, tree};
use crate::decode::operation::agent_runtime::{documents, retrieve};
use crate::record::content::TruncatedText;
use crate::record::json;
use crate::record::json::Json;
use crate::record::{
    Call, Failure, Message, Part, Retrieval, Step, TOOL_ERROR, ToolRun, copy_text,
};
use crate::semconv::AGENT_ACTION_GROUP;
use crate::semconv::operation::{EXECUTE_TOOL, INVOKE_AGENT, RETRIEVAL};

type Begin = fn(&Json<'_>, &mut Call, SystemTime);
type End = fn(&Json<'_>, &mut Step);

/// Members of an `invocationInput`, and how to read what begins with them.
static INPUTS: &[(&str, Begin)] = &[
    ("actionGroupInvocationInput", action_group),
    ("agentCollaboratorInvocationInput", collaborator),
    ("codeInterpreterInvocationInput", code_interpreter),
    ("knowledgeBaseLookupInput", knowledge_base),
];

/// Members of an `observation`, which operation ends with them, and how to read
/// what came of it.
static OUTPUTS: &[(&str, &str, End)] = &[
    ("actionGroupInvocationOutput", EXECUTE_TOOL, ran),
    (
        "agentCollaboratorInvocationOutput",
        INVOKE_AGENT,
        collaborated,
    ),
    ("codeInterpreterInvocationOutput", EXECUTE_TOOL, interpreted),
    ("knowledgeBaseLookupOutput", RETRIEVAL, found),
];

/// `invocationInput`
pub(super) fn began(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    for (member, read) in INPUTS {
        if let Some(input) = input.get(member) {
            read(input, phase, at);
        }
    }
}

/// `observation`
pub(super) fn ended(observation: &Json<'_>, phase: &mut Call, at: SystemTime) {
    for (member, operation, read) in OUTPUTS {
        let Some(output) = observation.get(member) else {
            continue;
        };
        let key = collaborator_key(output);
        let named = phase
            .steps
            .iter()
            .position(|step| step.open && key.is_some() && step.key.as_deref() == key);
        let step = match named {
            Some(named) => phase.steps.get_mut(named),
            None => tree::open(phase, operation),
        };
        if let Some(step) = step {
            step::close(step, output, at);
            read(output, step);
        }
    }
}

fn action_group(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let group = input.get_str("actionGroupName");
    let returned = input.get_str("executionType") == Some("RETURN_CONTROL");
    let run = ToolRun {
        id: input.get_id("invocationId"),
        name: name(input).or(group).unwrap_or_default().to_owned(),
        kind: if returned { "function" } else { "extension" },
        arguments: phase.cap().map(|cap| arguments(input, cap)),
        result: None,
    };
    tool_step(run, group, phase, at);
}

fn code_interpreter(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let code = input.get("code").zip(phase.cap());
    let run = ToolRun {
        name: "code_interpreter".to_owned(),
        kind: "extension",
        arguments: code.map(|(code, cap)| json::serialize_truncated(&Code { code }, cap)),
        ..ToolRun::default()
    };
    tool_step(run, None, phase, at);
}

#[derive(Serialize)]
struct Code<'a, 'b> {
    code: &'a Json<'b>,
}

fn tool_step(run: ToolRun, group: Option<&str>, phase: &mut Call, at: SystemTime) {
    let mut call = Call::new(Some(EXECUTE_TOOL), phase.cap());
    call.span_name = Some(format!("{EXECUTE_TOOL} {}", run.name).into());
    call.extra_attributes.insert_text(AGENT_ACTION_GROUP, group);
    let key = run.id.clone();
    call.tool_run = Some(run);
    tree::push(phase, call, key, at);
}

fn knowledge_base(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let mut call = Call::new(Some(RETRIEVAL), phase.cap());
    retrieve::searched(input.get_str("knowledgeBaseId"), &mut call);
    let query = input.get_str("text");
    call.retrieval = Some(Retrieval {
        query: query.and_then(|query| copy_text(call.cap(), query)),
        ..Retrieval::default()
    });
    tree::push(phase, call, None, at);
}

fn collaborator(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let cap = phase.cap();
    let mut call = Call::new(Some(INVOKE_AGENT), cap);
    let alias = input.get_str("agentCollaboratorAliasArn");
    let name = input.get_str("agentCollaboratorName");
    tree::called(&mut call, alias, name);
    let question = input.get_path(&["input", "text"]).and_then(Json::as_str);
    let question = question.and_then(|question| copy_text(cap, question));
    call.input
        .extend(question.map(|text| Message::new("user", vec![Part::text(text)])));
    let key = collaborator_key(input).map(str::to_owned);
    tree::push(phase, call, key, at);
}

/// What tells one collaborator from another that runs beside it.
fn collaborator_key<'a>(place: &'a Json<'_>) -> Option<&'a str> {
    let keys = ["agentCollaboratorAliasArn", "agentCollaboratorName"];
    keys.iter().find_map(|key| place.get_str(key))
}

fn ran(output: &Json<'_>, step: &mut Step) {
    let cap = step.call.cap();
    if let (Some(run), Some(text)) = (&mut step.call.tool_run, output.get_str("text")) {
        run.result = copy_text(cap, text);
    }
}

fn interpreted(output: &Json<'_>, step: &mut Step) {
    let cap = step.call.cap();
    let error = output.get_str("executionError");
    let output_text = output.get_str("executionOutput");
    let result = output_text.filter(|it| !it.is_empty()).or(error);
    if let (Some(run), Some(text)) = (&mut step.call.tool_run, result) {
        run.result = copy_text(cap, text);
    }
    if output.get_bool("executionTimeout") == Some(true) {
        step.call.failure = Some(Failure::new(crate::record::TIMEOUT, None));
    } else if error.is_some_and(|error| !error.is_empty()) {
        // What it wrote is its result, and content.
        step.call.failure = Some(Failure::new(TOOL_ERROR, None));
    }
}

fn found(output: &Json<'_>, step: &mut Step) {
    let cap = step.call.cap();
    let references = output.get_array("retrievedReferences").iter();
    let documents = references.map(|reference| documents::document(reference, cap));
    let retrieval = step.call.retrieval.get_or_insert_default();
    retrieval.documents.extend(documents);
}

fn collaborated(output: &Json<'_>, step: &mut Step) {
    if let Some(text) = output.get_path(&["output", "text"]).and_then(Json::as_str) {
        model::said(text, &mut step.call);
    }
}

/// The function or the path of the API that a tool is.
pub(super) fn name<'a>(run: &'a Json<'_>) -> Option<&'a str> {
    run.get_str("function").or_else(|| run.get_str("apiPath"))
}

/// Parameters, and the body of a request to an API, as one JSON object.
pub(super) fn arguments(run: &Json<'_>, cap: usize) -> TruncatedText {
    let parameters = run.get_array("parameters").iter();
    let body = run.get("requestBody");
    let body = body.and_then(|body| body.get("content"));
    let of_parameter = |parameter: &Json<'_>| -> Option<(String, Json<'static>)> {
        let value = parameter.get_str("value")?;
        Some((
            parameter.get_string("name")?,
            Json::Text(value.to_owned().into()),
        ))
    };
    let members = parameters.filter_map(of_parameter);
    let members: Vec<_> = members.map(|(name, value)| (name.into(), value)).collect();
    match body {
        Some(body) if members.is_empty() => body.to_truncated_text(cap),
        _ => Json::Object(members).to_truncated_text(cap),
    }
}
