//! `meta.billed_units`: the token counts of Cohere's responses.

use crate::record::json::Json;
use crate::record::{Call, Usage};

pub(super) fn read_billed_units(body: &Json<'_>, call: &mut Call) {
    if let Some(units) = body.get_path(&["meta", "billed_units"]) {
        call.usage.update(&Usage::new(
            units.get_count("input_tokens"),
            units.get_count("output_tokens"),
        ));
    }
}
