//! The dimensions of an embedding.

use crate::record::Call;
use crate::record::json::Json;

/// Records the length of a vector. A vector in base64 does not show it.
pub(super) fn record_dimensions(vector: &Json<'_>, call: &mut Call) {
    if let Ok(length @ 1..) = i64::try_from(vector.as_slice().len()) {
        call.response.dimensions = Some(length);
    }
}
