//! Amazon Nova: the JSON of Converse, without its typed operation.

use super::{Family, converse_shape, parameters};
use crate::record::content::Clip;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Media, Message, Part, Tool, base64_len, mime_type};
use crate::semconv::operation::CHAT;

#[derive(Debug)]
pub(super) struct Nova;

impl Family for Nova {
    fn operation(&self) -> &'static str {
        CHAT
    }

    fn speaks(&self, model: ModelId<'_>) -> bool {
        let other = |name: &str| OTHERS.iter().any(|other| name.contains(other));
        model
            .name()
            .is_some_and(|name| name.starts_with("nova") && !other(name))
    }

    fn request(&self, body: &Json<'_>, _: bool, call: &mut Call) -> bool {
        let own = ["inferenceConfig", "schemaVersion", "toolConfig"]
            .iter()
            .any(|key| body.has(key));
        let untyped = || {
            body.list("messages").iter().any(|message| {
                message
                    .list("content")
                    .iter()
                    .any(|block| block.is_object() && !block.has("type"))
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
                .list("system")
                .iter()
                .map(|block| part(block, cap))
                .collect();
            call.input = body
                .list("messages")
                .iter()
                .map(|it| message(it, Some(cap)))
                .collect();
            let tools = body
                .get("toolConfig")
                .map_or(&[][..], |config| config.list("tools"));
            call.tools = tools.iter().filter_map(|it| tool(it, cap)).collect();
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let Some(answer) = body.at(&["output", "message"]) else {
            return false;
        };
        let cap = call.cap();
        if let Some(choice) = call.choice(0) {
            choice.message = message(answer, cap);
        }
        if let Some(reason) = body.string("stopReason") {
            converse_shape::stopped(reason, 0, call);
        }
        if let Some(usage) = body.get("usage") {
            call.usage.update(&converse_shape::tokens(usage));
        }
        true
    }

    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
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
        parameters::read(config, request);
        let level = config
            .at(&["reasoningConfig", "maxReasoningEffort"])
            .and_then(Json::str);
        request.reasoning_level = request.reasoning_level.take().or(level.map(str::to_owned));
    }
}

/// A message of a conversation in Converse's form.
pub(crate) fn message(message: &Json<'_>, cap: Option<usize>) -> Message {
    let role = message.owned("role").unwrap_or_default();
    let Some(cap) = cap else {
        return Message::new(role, Vec::new());
    };
    let parts = match message.get("content") {
        Some(Json::Text(text)) => vec![Part::text(Clip::of(cap, text))],
        Some(blocks) => blocks
            .items()
            .iter()
            .map(|block| part(block, cap))
            .collect(),
        None => Vec::new(),
    };
    Message::new(role, parts)
}

fn part(block: &Json<'_>, cap: usize) -> Part {
    if let Some(text) = block.string("text") {
        return Part::text(Clip::of(cap, text));
    }
    if let Some(call) = block.get("toolUse") {
        return Part::ToolCall {
            id: call.owned("toolUseId"),
            name: call.owned("name").unwrap_or_default(),
            arguments: call
                .get("input")
                .map_or_else(|| Clip::new(cap), |input| input.clip(cap)),
        };
    }
    if let Some(result) = block.get("toolResult") {
        return tool_result(result, cap);
    }
    if let Some(reasoning) = block.get("reasoningContent") {
        let text = reasoning.get("reasoningText");
        return Part::Reasoning {
            text: Clip::of(
                cap,
                text.and_then(|text| text.string("text"))
                    .unwrap_or_default(),
            ),
            signature: text.and_then(|text| text.string("signature")).map(str::len),
            redacted: reasoning.string("redactedContent").map(base64_len),
        };
    }
    if let Some(text) = block
        .at(&["guardContent", "text", "text"])
        .and_then(Json::str)
    {
        return Part::Other {
            kind: "guard_content",
            name: None,
            text: Some(Clip::of(cap, text)),
        };
    }
    if block.has("cachePoint") {
        return Part::Other {
            kind: "cache_point",
            name: None,
            text: None,
        };
    }
    for modality in ["image", "document", "video", "audio"] {
        if let Some(medium) = block.get(modality) {
            let source = medium.get("source");
            let uri = source.and_then(|source| source.at(&["s3Location", "uri"])?.str());
            let format = medium.string("format");
            let mime_type = format.map(|format| mime_type(modality, format));
            let bytes = source.and_then(|source| source.string("bytes"));
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
    let content = result.list("content");
    let (response, json) = match content {
        [one] if one.has("text") => (Clip::of(cap, one.string("text").unwrap_or_default()), false),
        [one] if one.has("json") => (one.get("json").unwrap_or(&Json::Null).clip(cap), true),
        _ => (crate::record::json::to_clip(&content, cap), true),
    };
    let failed = result.string("status") == Some("error");
    Part::ToolResult {
        id: result.owned("toolUseId"),
        response,
        json,
        failed,
    }
}

fn tool(tool: &Json<'_>, cap: usize) -> Option<Tool> {
    let spec = tool.get("toolSpec")?;
    let mut tool = Tool::function(spec.string("name")?);
    tool.description = spec.string("description").map(|text| Clip::of(cap, text));
    tool.parameters = spec
        .at(&["inputSchema", "json"])
        .map(|schema| schema.clip(cap));
    Some(tool)
}

/// Models of the name that speak other dialects.
const OTHERS: &[&str] = &["canvas", "embed", "reel", "sonic"];
