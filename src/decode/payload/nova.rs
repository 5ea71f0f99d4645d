//! Amazon Nova: the JSON of Converse, without its typed operation.

use super::format::PayloadFormat;
use super::{converse_shape, parameters};
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Media, Message, Part, Tool, base64_len, mime_type};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(super) struct Nova;

impl PayloadFormat for Nova {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        let other = |name: &str| OTHERS.iter().any(|other| name.contains(other));
        model
            .name()
            .is_some_and(|name| name.starts_with("nova") && !other(name))
    }

    fn read_request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let own = ["inferenceConfig", "schemaVersion", "toolConfig"]
            .iter()
            .any(|key| body.contains_key(key));
        let untyped = || {
            body.get_array("messages").iter().any(|message| {
                message
                    .get_array("content")
                    .iter()
                    .any(|block| block.is_object() && !block.contains_key("type"))
            })
        };
        if body
            .get("messages")
            .is_none_or(|messages| !messages.is_array())
            || !(own || untyped())
        {
            return false;
        }
        call.operation = Some(CHAT);
        read_parameters(body, call);
        if let Some(cap) = call.cap() {
            call.system = body
                .get_array("system")
                .iter()
                .map(|block| part(block, cap))
                .collect();
            call.input = body
                .get_array("messages")
                .iter()
                .map(|it| message(it, Some(cap)))
                .collect();
            let tools = body
                .get("toolConfig")
                .map_or(&[][..], |config| config.get_array("tools"));
            call.tools = tools.iter().filter_map(|it| tool(it, cap)).collect();
        }
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let Some(answer) = body.get_path(&["output", "message"]) else {
            return false;
        };
        let cap = call.cap();
        if let Some(choice) = call.choice_mut(0) {
            choice.message = message(answer, cap);
        }
        if let Some(reason) = body.get_str("stopReason") {
            converse_shape::stopped(reason, 0, call);
        }
        if let Some(usage) = body.get("usage") {
            call.usage.update(&converse_shape::tokens(usage));
        }
        true
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Json::Object(members) = chunk else {
            return false;
        };
        let mut read = false;
        for (name, event) in members {
            if converse_shape::is_event(name) {
                converse_shape::event(name, event, call);
                read = true;
            }
        }
        read
    }
}

fn read_parameters(body: &Json<'_>, call: &mut Call) {
    let request = &mut call.request;
    let extra = body.get("additionalModelRequestFields");
    let nested = extra.and_then(|extra| extra.get("inferenceConfig"));
    let places = [body.get("inferenceConfig"), nested, extra, Some(body)];
    for config in places.into_iter().flatten() {
        parameters::read_parameters(config, request);
        let level = config
            .get_path(&["reasoningConfig", "maxReasoningEffort"])
            .and_then(Json::as_str);
        request.reasoning_level = request.reasoning_level.take().or(level.map(str::to_owned));
    }
}

/// A message of a conversation in Converse's form.
pub(crate) fn message(message: &Json<'_>, cap: Option<usize>) -> Message {
    let role = message.get_string("role").unwrap_or_default();
    let Some(cap) = cap else {
        return Message::new(role, Vec::new());
    };
    let parts = match message.get("content") {
        Some(Json::Text(text)) => vec![Part::text(TruncatedText::copy(cap, text))],
        Some(blocks) => blocks
            .as_slice()
            .iter()
            .map(|block| part(block, cap))
            .collect(),
        None => Vec::new(),
    };
    Message::new(role, parts)
}

fn part(block: &Json<'_>, cap: usize) -> Part {
    if let Some(text) = block.get_str("text") {
        return Part::text(TruncatedText::copy(cap, text));
    }
    if let Some(call) = block.get("toolUse") {
        return Part::ToolCall {
            id: call.get_string("toolUseId"),
            name: call.get_string("name").unwrap_or_default(),
            arguments: call.get("input").map_or_else(
                || TruncatedText::new(cap),
                |input| input.to_truncated_text(cap),
            ),
        };
    }
    if let Some(result) = block.get("toolResult") {
        return tool_result(result, cap);
    }
    if let Some(reasoning) = block.get("reasoningContent") {
        let text = reasoning.get("reasoningText");
        return Part::Reasoning {
            text: TruncatedText::copy(
                cap,
                text.and_then(|text| text.get_str("text"))
                    .unwrap_or_default(),
            ),
            signature: text
                .and_then(|text| text.get_str("signature"))
                .map(str::len),
            redacted: reasoning.get_str("redactedContent").map(base64_len),
        };
    }
    if let Some(text) = block
        .get_path(&["guardContent", "text", "text"])
        .and_then(Json::as_str)
    {
        return Part::Other {
            kind: "guard_content",
            name: None,
            text: Some(TruncatedText::copy(cap, text)),
        };
    }
    if block.contains_key("cachePoint") {
        return Part::Other {
            kind: "cache_point",
            name: None,
            text: None,
        };
    }
    for modality in ["image", "document", "video", "audio"] {
        if let Some(medium) = block.get(modality) {
            let source = medium.get("source");
            let uri = source.and_then(|source| source.get_path(&["s3Location", "uri"])?.as_str());
            let format = medium.get_str("format");
            let mime_type = format.map(|format| mime_type(modality, format));
            let bytes = source.and_then(|source| source.get_str("bytes"));
            return Part::Media(Media::new(modality, mime_type, bytes.map(base64_len), uri));
        }
    }
    Part::Other {
        kind: "unknown",
        name: None,
        text: None,
    }
}

fn tool_result(result: &Json<'_>, cap: usize) -> Part {
    let content = result.get_array("content");
    let (response, json) = match content {
        [one] if one.contains_key("text") => (
            TruncatedText::copy(cap, one.get_str("text").unwrap_or_default()),
            false,
        ),
        [one] if one.contains_key("json") => (
            one.get("json")
                .unwrap_or(&Json::Null)
                .to_truncated_text(cap),
            true,
        ),
        _ => (
            crate::record::json::serialize_truncated(&content, cap),
            true,
        ),
    };
    let failed = result.get_str("status") == Some("error");
    Part::ToolResult {
        id: result.get_string("toolUseId"),
        response,
        json,
        failed,
    }
}

fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let spec = tool.get("toolSpec")?;
    let mut tool = Tool::function(spec.get_str("name")?);
    tool.description = spec
        .get_str("description")
        .map(|text| TruncatedText::copy(cap, text));
    tool.parameters = spec
        .get_path(&["inputSchema", "json"])
        .map(|schema| schema.to_truncated_text(cap));
    Some(tool)
}

/// Models of the name that speak other dialects.
const OTHERS: &[&str] = &["canvas", "embed", "reel", "sonic"];
