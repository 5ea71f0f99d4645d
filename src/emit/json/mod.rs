//! Content as JSON of the GenAI conventions, truncated to a limit and still valid.

mod documents;
mod list;
mod messages;
mod part;
mod policies;
mod tools;

pub(super) use self::documents::documents_to_json;
pub(super) use self::messages::{input_to_json, output_to_json, parts_to_json, tool_calls_to_json};
pub(super) use self::policies::policies_to_json;
pub(super) use self::tools::tools_to_json;
