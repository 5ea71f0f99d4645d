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
        model.name_starts_with(&["titan-text", "titan-tg1"])
    }

    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool {
        if body.get_str("inputText").is_none() {
            return false;
        }
        let config = body.get("textGenerationConfig");
        // Without a configuration, a request for embeddings looks the same: the
        // model id decides, or else the response.
        if config.is_some() || is_hinted {
            call.operation = Some(TEXT_COMPLETION);
        }
        for parameters in [config, Some(body)].into_iter().flatten() {
            parameters::read_parameters(parameters, &mut call.request);
        }
        call.input = prompt::read_user_message(body, &["inputText"], &[], call.cap());
        true
    }

    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool {
        let results = body.get_array("results");
        if results.iter().all(|it| !it.contains_key("outputText")) {
            return false;
        }
        let mut output = None;
        for (index, result) in results.iter().enumerate() {
            push_output(result, index, call);
            if let Some(count) = result.get_count("tokenCount") {
                output = Some(count.saturating_add(output.unwrap_or(0)));
            }
        }
        let input = body.get_count("inputTextTokenCount");
        call.usage.update(&Usage::new(input, output));
        true
    }

    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        if chunk.get_str("outputText").is_none() {
            return false;
        }
        // `index` numbers the chunks; there is one candidate.
        push_output(chunk, 0, call);
        call.usage.update(&Usage::new(
            chunk.get_count("inputTextTokenCount"),
            chunk.get_count("totalOutputTextTokenCount"),
        ));
        true
    }
}

fn push_output(result: &Json<'_>, index: usize, call: &mut Call) {
    let reason = result.get_str("completionReason");
    candidate::push_text(call, index, result.get_str("outputText"), reason);
}
