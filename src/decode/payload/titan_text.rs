//! Amazon Titan Text (Lite, Express, Premier).

use super::format::PayloadFormat;
use super::{candidate, parameters, prompt};
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::record::{Call, Usage};
use crate::semconv::operation::TEXT_COMPLETION;

#[derive(Debug)]
pub(super) struct TitanText;

impl PayloadFormat for TitanText {
    fn operation(&self) -> &'static str {
        TEXT_COMPLETION
    }

    fn reads_model(&self, model: ModelId<'_>) -> bool {
        model.name().is_some_and(|name| {
            ["titan-text", "titan-tg1"]
                .iter()
                .any(|format| name.starts_with(format))
        })
    }

    fn read_request(&self, body: &Json<'_>, hinted: bool, call: &mut Call) -> bool {
        if body.get_str("inputText").is_none() {
            return false;
        }
        let config = body.get("textGenerationConfig");
        // Without a configuration the request looks like one for embeddings:
        // the model's id decides, or else the answer will.
        if config.is_some() || hinted {
            call.operation = Some(TEXT_COMPLETION);
        }
        for place in [config, Some(body)].into_iter().flatten() {
            parameters::read_parameters(place, &mut call.request);
        }
        call.input = prompt::user_messages((body, &["inputText"]), &[], call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let results = body.get_array("results");
        if results
            .iter()
            .all(|result| !result.contains_key("outputText"))
        {
            return false;
        }
        let mut output = None;
        for (candidate, result) in results.iter().enumerate() {
            let (text, reason) = (
                result.get_str("outputText"),
                result.get_str("completionReason"),
            );
            candidate::push_text(call, candidate, text, reason);
            if let Some(count) = result.get_count("tokenCount") {
                output = Some(count.saturating_add(output.unwrap_or(0)));
            }
        }
        call.usage.update(&Usage {
            input: body.get_count("inputTextTokenCount"),
            output,
            ..Usage::default()
        });
        true
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        let Some(text) = chunk.get_str("outputText") else {
            return false;
        };
        // `index` numbers the chunks, not the candidates: there is one.
        candidate::push_text(call, 0, Some(text), chunk.get_str("completionReason"));
        call.usage.update(&Usage {
            input: chunk.get_count("inputTextTokenCount"),
            output: chunk.get_count("totalOutputTextTokenCount"),
            ..Usage::default()
        });
        true
    }
}
