//! What whole responses and the last event of a stream have in common.

use super::message::read_tool_call;
use crate::record::content::TruncatedText;
use crate::record::json::Json;
use crate::record::{Call, Citation, Usage};

/// Reads id and usage.
pub(super) fn read_metadata(body: &Json<'_>, call: &mut Call) {
    let id = body
        .get_id("response_id")
        .or_else(|| body.get_id("generation_id"));
    call.response.id = id.or(call.response.id.take());
    let meta = body.get("meta");
    let counts = meta.and_then(|meta| meta.get("billed_units").or_else(|| meta.get("tokens")));
    if let Some(counts) = counts {
        call.usage.update(&Usage::new(
            counts.get_count("input_tokens"),
            counts.get_count("output_tokens"),
        ));
    }
}

/// Adds the documents that the text cites.
pub(super) fn push_citations(body: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let Some(choice) = call.choice_mut(0) else {
        return;
    };
    for citation in body.get_array("citations") {
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

/// Adds the tool calls. They may have no ids.
pub(super) fn push_tool_calls(body: &Json<'_>, call: &mut Call) {
    let Some(cap) = call.cap() else { return };
    let Some(choice) = call.choice_mut(0) else {
        return;
    };
    for (index, tool_call) in (FIRST_CALL..).zip(body.get_array("tool_calls")) {
        choice.start_block(index, read_tool_call(tool_call, cap));
    }
}

/// The block of the first tool call. The text is block 0.
pub(super) const FIRST_CALL: i64 = 1;
