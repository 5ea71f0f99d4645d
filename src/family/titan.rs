//! Amazon Titan Text (Lite, Express, Premier).

use super::Family;
use crate::call::{Call, Message, Part, Usage, clip};
use crate::json::Json;
use crate::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct Titan;

impl Family for Titan {
    fn speaks(&self, model: ModelId<'_>) -> bool {
        model.name().is_some_and(|name| {
            ["titan-text", "titan-tg1"]
                .iter()
                .any(|family| name.starts_with(family))
        })
    }

    fn request(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = body.string("inputText") else {
            return false;
        };
        let config = body.get("textGenerationConfig");
        // Without a configuration the request looks like one for embeddings:
        // the model's id decides, or else the answer will.
        let model = call
            .model
            .as_deref()
            .map_or_else(|| ModelId::parse(""), ModelId::parse);
        if config.is_some() || self.speaks(model) {
            call.operation = Some(TEXT_COMPLETION);
        }
        if let Some(config) = config {
            let request = &mut call.request;
            request.max_tokens = config.int("maxTokenCount");
            request.temperature = config.float("temperature");
            request.top_p = config.float("topP");
            request.stop_sequences = config.strings("stopSequences");
        }
        if let Some(text) = clip(call.cap(), text) {
            call.input = vec![Message::new("user", vec![Part::text(text)])];
        }
        true
    }

    fn response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let results = body.list("results");
        if results.iter().all(|result| !result.has("outputText")) {
            return false;
        }
        call.operation.get_or_insert(TEXT_COMPLETION);
        let cap = call.cap();
        let mut output = None;
        for (index, result) in results.iter().enumerate() {
            let Some(choice) = call.choice(index) else {
                break;
            };
            choice.message.role = "assistant".into();
            choice.push_text(cap, 0, result.string("outputText").unwrap_or_default());
            choice.stop_reason = result.owned("completionReason");
            if let Some(count) = result.count("tokenCount") {
                output = Some(count.saturating_add(output.unwrap_or(0)));
            }
        }
        call.usage.update(&Usage {
            input: body.count("inputTextTokenCount"),
            output,
            ..Usage::default()
        });
        true
    }

    fn chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = chunk.string("outputText") else {
            return false;
        };
        call.operation.get_or_insert(TEXT_COMPLETION);
        let cap = call.cap();
        // `index` numbers the chunks, not the candidates: there is one.
        if let Some(choice) = call.choice(0) {
            choice.message.role = "assistant".into();
            choice.push_text(cap, 0, text);
            choice.stop_reason = chunk
                .owned("completionReason")
                .or(choice.stop_reason.take());
        }
        call.usage.update(&Usage {
            input: chunk.count("inputTextTokenCount"),
            output: chunk.count("totalOutputTextTokenCount"),
            ..Usage::default()
        });
        true
    }
}
