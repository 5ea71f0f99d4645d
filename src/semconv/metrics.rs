//! Names of metrics and of their attributes.

/// Newest names of the GenAI conventions, with separate metrics for inference.
pub(crate) mod latest {
    pub(crate) const DURATION: &str = "gen_ai.client.inference.duration";
    pub(crate) const TIME_TO_FIRST_CHUNK: &str = "gen_ai.client.inference.time_to_first_chunk";
    pub(crate) const TIME_PER_CHUNK: &str = "gen_ai.client.inference.time_per_output_chunk";
    pub(crate) const INPUT_TOKENS: &str = "gen_ai.client.inference.operation.input_tokens";
    pub(crate) const OUTPUT_TOKENS: &str = "gen_ai.client.inference.operation.output_tokens";
    pub(crate) const USAGE_INPUT: &str = "gen_ai.client.inference.usage.input_tokens";
    pub(crate) const USAGE_OUTPUT: &str = "gen_ai.client.inference.usage.output_tokens";
    pub(crate) const USAGE_CACHE_READ: &str =
        "gen_ai.client.inference.usage.cache_read.input_tokens";
    pub(crate) const USAGE_CACHE_WRITE: &str =
        "gen_ai.client.inference.usage.cache_write.input_tokens";
    pub(crate) const USAGE_REASONING: &str =
        "gen_ai.client.inference.usage.reasoning.output_tokens";
    pub(crate) const EMBEDDINGS_INPUT_TOKENS: &str =
        "gen_ai.client.embeddings.operation.input_tokens";
}

/// All operations up to v1.41; operations other than inference in later versions.
pub(crate) const DURATION: &str = "gen_ai.client.operation.duration";
pub(crate) const TIME_TO_FIRST_CHUNK: &str = "gen_ai.client.operation.time_to_first_chunk";
pub(crate) const TIME_PER_CHUNK: &str = "gen_ai.client.operation.time_per_output_chunk";
pub(crate) const TOKEN_USAGE: &str = "gen_ai.client.token.usage";

// This crate's own.
pub(crate) const GUARDRAIL_INTERVENTIONS: &str = "aws.bedrock.guardrail.interventions";
pub(crate) const RETRIES: &str = "aws.bedrock.retries";
pub(crate) const THROTTLES: &str = "aws.bedrock.throttles";

/// Attribute: `input` or `output`.
pub(crate) const TOKEN_TYPE: &str = "gen_ai.token.type";
/// Attribute: `text`, `image`, `audio` or `unknown`.
pub(crate) const TOKEN_MODALITY: &str = "gen_ai.token.modality";
