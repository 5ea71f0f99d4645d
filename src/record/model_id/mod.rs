//! Model identifiers as Bedrock takes them: ids, profiles and ARNs.

mod arn;
mod identifier;
#[cfg(test)]
mod tests;

pub(crate) use self::identifier::ModelId;
