//! Tool invocations of an agent: action groups, knowledge bases, the code
//! interpreter, collaborator agents.

use std::time::SystemTime;

use serde::Serialize;

use super::agent_tree::{find_open_step, name_collaborator};
use crate::decode::operation::agent_runtime::documents::read_document;
use crate::decode::operation::agent_runtime::knowledge_base::name_search;
use crate::decode::operation::agent_runtime::step::{close_step, push_step};
use crate::decode::operation::agent_runtime::text::{get_text, push_answer_text, push_user_text};
use crate::decode::operation::span_name::set_span_name;
use crate::record::content::TruncatedText;
use crate::record::json;
use crate::record::json::Json;
use crate::record::{Call, Failure, Retrieval, Step, TIMEOUT, TOOL_ERROR, ToolRun, copy_text};
use crate::semconv::AGENT_ACTION_GROUP;
use crate::semconv::operation::{EXECUTE_TOOL, INVOKE_AGENT, RETRIEVAL};

type InputReader = fn(&Json<'_>, &mut Call, SystemTime);
type OutputReader = fn(&Json<'_>, &mut Step);

/// Members of an `invocationInput` and the readers that start their steps.
static INPUTS: &[(&str, InputReader)] = &[
    ("actionGroupInvocationInput", start_action_group),
    ("agentCollaboratorInvocationInput", start_collaborator),
    ("codeInterpreterInvocationInput", start_code_interpreter),
    ("knowledgeBaseLookupInput", start_search),
];

/// Members of an `observation`, the operations of the steps that they end, and
/// the readers of their results.
static OUTPUTS: &[(&str, &str, OutputReader)] = &[
    (
        "actionGroupInvocationOutput",
        EXECUTE_TOOL,
        read_action_group_result,
    ),
    (
        "agentCollaboratorInvocationOutput",
        INVOKE_AGENT,
        read_collaborator_answer,
    ),
    (
        "codeInterpreterInvocationOutput",
        EXECUTE_TOOL,
        read_code_result,
    ),
    ("knowledgeBaseLookupOutput", RETRIEVAL, read_search_results),
];

/// Starts the steps of an `invocationInput`.
pub(super) fn start_tool_steps(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    for (member, read) in INPUTS {
        if let Some(input) = input.get(member) {
            read(input, phase, at);
        }
    }
}

/// Ends the steps of an `observation`.
pub(super) fn end_tool_steps(observation: &Json<'_>, phase: &mut Call, at: SystemTime) {
    for (member, operation, read) in OUTPUTS {
        let Some(output) = observation.get(member) else {
            continue;
        };
        let key = collaborator_key(output);
        let same_key = phase
            .steps
            .iter()
            .position(|step| step.open && key.is_some() && step.key.as_deref() == key);
        let step = match same_key {
            Some(index) => phase.steps.get_mut(index),
            None => find_open_step(phase, operation),
        };
        if let Some(step) = step {
            close_step(step, output, at);
            read(output, step);
        }
    }
}

fn start_action_group(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let group = input.get_str("actionGroupName");
    let is_callers = input.get_str("executionType") == Some("RETURN_CONTROL");
    let run = ToolRun {
        id: input.get_id("invocationId"),
        name: read_tool_name(input)
            .or(group)
            .unwrap_or_default()
            .to_owned(),
        kind: if is_callers { "function" } else { "extension" },
        arguments: phase.cap().map(|cap| read_arguments(input, cap)),
        ..ToolRun::default()
    };
    push_tool_step(run, group, phase, at);
}

fn start_code_interpreter(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let code = input.get("code").zip(phase.cap());
    let run = ToolRun {
        name: "code_interpreter".to_owned(),
        kind: "extension",
        arguments: code.map(|(code, cap)| json::serialize_truncated(&Code { code }, cap)),
        ..ToolRun::default()
    };
    push_tool_step(run, None, phase, at);
}

#[derive(Serialize)]
struct Code<'a, 'b> {
    code: &'a Json<'b>,
}

fn push_tool_step(run: ToolRun, group: Option<&str>, phase: &mut Call, at: SystemTime) {
    let mut call = Call::new(Some(EXECUTE_TOOL), phase.cap());
    set_span_name(EXECUTE_TOOL, Some(&run.name), &mut call);
    call.extra_attributes.insert_text(AGENT_ACTION_GROUP, group);
    let key = run.id.clone();
    call.tool_run = Some(run);
    push_step(phase, call, key, at);
}

fn start_search(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let mut call = Call::new(Some(RETRIEVAL), phase.cap());
    name_search(input.get_str("knowledgeBaseId"), &mut call);
    let query = input.get_str("text");
    call.retrieval = Some(Retrieval {
        query: query.and_then(|query| copy_text(call.cap(), query)),
        ..Retrieval::default()
    });
    push_step(phase, call, None, at);
}

fn start_collaborator(input: &Json<'_>, phase: &mut Call, at: SystemTime) {
    let mut call = Call::new(Some(INVOKE_AGENT), phase.cap());
    let alias = input.get_str("agentCollaboratorAliasArn");
    let name = input.get_str("agentCollaboratorName");
    name_collaborator(&mut call, alias, name);
    push_user_text(get_text(input, &["input", "text"]), &mut call);
    let key = collaborator_key(input).map(str::to_owned);
    push_step(phase, call, key, at);
}

/// Distinguishes collaborators that run at the same time.
fn collaborator_key<'a>(value: &'a Json<'_>) -> Option<&'a str> {
    let keys = ["agentCollaboratorAliasArn", "agentCollaboratorName"];
    keys.iter().find_map(|key| value.get_str(key))
}

fn read_action_group_result(output: &Json<'_>, step: &mut Step) {
    let cap = step.call.cap();
    if let (Some(run), Some(text)) = (&mut step.call.tool_run, output.get_str("text")) {
        run.result = copy_text(cap, text);
    }
}

fn read_code_result(output: &Json<'_>, step: &mut Step) {
    let cap = step.call.cap();
    let error = output.get_str("executionError");
    let output_text = output.get_str("executionOutput");
    let result = output_text.filter(|it| !it.is_empty()).or(error);
    if let (Some(run), Some(text)) = (&mut step.call.tool_run, result) {
        run.result = copy_text(cap, text);
    }
    if output.get_bool("executionTimeout") == Some(true) {
        step.call.failure = Some(Failure::new(TIMEOUT, None));
    } else if error.is_some_and(|error| !error.is_empty()) {
        // The error text is content, and part of the result.
        step.call.failure = Some(Failure::new(TOOL_ERROR, None));
    }
}

fn read_search_results(output: &Json<'_>, step: &mut Step) {
    let cap = step.call.cap();
    let references = output.get_array("retrievedReferences").iter();
    let documents = references.map(|reference| read_document(reference, cap));
    let retrieval = step.call.retrieval.get_or_insert_default();
    retrieval.documents.extend(documents);
}

fn read_collaborator_answer(output: &Json<'_>, step: &mut Step) {
    push_answer_text(1, get_text(output, &["output", "text"]), &mut step.call);
}

/// The name of a function, or the path of an API.
pub(super) fn read_tool_name<'a>(invocation: &'a Json<'_>) -> Option<&'a str> {
    let name = invocation.get_str("function");
    name.or_else(|| invocation.get_str("apiPath"))
}

/// The parameters as a JSON object, or the body of an API request without
/// parameters.
pub(super) fn read_arguments(invocation: &Json<'_>, cap: usize) -> TruncatedText {
    let body = invocation.get("requestBody");
    let body = body.and_then(|body| body.get("content"));
    let members = invocation
        .get_array("parameters")
        .iter()
        .filter_map(|parameter| {
            let value = Json::Text(parameter.get_string("value")?.into());
            Some((parameter.get_string("name")?.into(), value))
        });
    let members: Vec<_> = members.collect();
    match body {
        Some(body) if members.is_empty() => body.to_truncated_text(cap),
        _ => Json::Object(members).to_truncated_text(cap),
    }
}
