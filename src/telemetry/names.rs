//! Attribute names that the pipeline reads or adds.

pub(super) const SERVICE_NAME: &str = "service.name";
pub(super) const SERVICE_INSTANCE_ID: &str = "service.instance.id";
pub(super) const AI_ENABLED_APP: &str = "aiEnabledApp";

pub(super) const ERROR_TYPE: &str = "error.type";
pub(super) const PROVIDER_NAME: &str = "gen_ai.provider.name";
pub(super) const REQUEST_MODEL: &str = "gen_ai.request.model";
pub(super) const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
pub(super) const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
pub(super) const CACHE_READ_TOKENS: &str = "gen_ai.usage.cache_read.input_tokens";
pub(super) const FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
pub(super) const TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
pub(super) const CONVERSATION_ID: &str = "gen_ai.conversation.id";
