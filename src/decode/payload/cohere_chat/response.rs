//! What whole responses and the last event of a stream have in common.

use super::message::read_tool_call;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Citation, Usage};

/// What an answer tells apart from its content.
pub(super) fn read_metadata(answer: &Json<'_>, call: &mut Call) {
    let id = answer
        .get_id("response_id")
        .or_else(|| answer.get_id("generation_id"));
    call.response.id = id.or(call.response.id.take());
    let meta = answer.get("meta");
    let counts = meta.and_then(|meta| meta.get("billed_units").or_else(|| meta.get("tokens")));
    if let Some(counts) = counts {
        call.usage.update(&Usage {
            input: counts.get_count("input_tokens"),
            output: counts.get_count("output_tokens"),
            ..Usage::default()
        });
    }
}

/// The documents that the text rests on.
pub(super) fn push_citations(answer: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let Some(choice) = call.choice_mut(0) else {
        return;
    };
    for citation in answer.get_array("citations") {
        for document in citation
            .get_array("document_ids")
            .iter()
            .filter_map(Json::as_str)
        {
            let cited = Citation {
                title: None,
                source: Some(TruncatedText::copy(cap, document)),
            };
            choice.push_citation(Some(cap), 0, cited);
        }
    }
}

/// The tools that the model calls. Its calls have no ids.
pub(super) fn push_tool_calls(answer: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let Some(choice) = call.choice_mut(0) else {
        return;
    };
    for (position, one) in (FIRST_CALL..).zip(answer.get_array("tool_calls")) {
        choice.start_block(position, read_tool_call(one, cap));
    }
}

/// Tool calls come after the text, which is block 0.
pub(super) const FIRST_CALL: i64 = 1;
