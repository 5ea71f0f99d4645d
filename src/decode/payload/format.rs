//! What a payload format knows of its models, and how it reads their bodies.

use std::fmt;

use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;

/// One payload format of InvokeModel.
///
/// Methods that read return whether the body has the format's structure. If it
/// does not, they leave the call unchanged.
pub(crate) trait PayloadFormat: fmt::Debug + Sync {
    /// What models of this format do: a value of `gen_ai.operation.name`.
    fn operation(&self) -> &'static str;

    /// Whether the model usually takes and returns this format.
    fn reads_model(&self, model: ModelId<'_>) -> bool;

    /// Reads the body of a request, and sets the operation if the body shows
    /// it. `is_hinted`: [`reads_model`](Self::reads_model) is true for the
    /// call's model.
    fn read_request(&self, body: &Json<'_>, is_hinted: bool, call: &mut Call) -> bool;

    /// Reads the body of a response.
    fn read_response(&self, body: &Json<'_>, call: &mut Call) -> bool;

    /// Reads one chunk of a streamed response. By default, chunks have the
    /// structure of whole responses.
    fn read_chunk(&self, chunk: &Json<'_>, call: &mut Call) -> bool {
        self.read_response(chunk, call)
    }
}
