//! GenerateQuery and OptimizePrompt: a model writes a query, or rewrites a
//! prompt.

use super::knowledge_base::record_knowledge_base;
use super::text::{get_text, push_answer_text, push_reasoning_text, push_user_text};
use crate::decode::operation::member_id::last_segment;
use crate::decode::operation::operation_trait::Table;
use crate::decode::operation::span_name::set_span_name;
use crate::semconv::operation::{GENERATE_QUERY, OPTIMIZE_PROMPT};

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    generate_query(GenerateQueryInput, GenerateQueryError)
        |input, call| {
            let transformation = input.transformation_configuration.as_ref();
            let sql = transformation.and_then(|it| it.text_to_sql_configuration.as_ref());
            let base = sql.and_then(|it| it.knowledge_base_configuration.as_ref());
            let base = base.map(|base| last_segment(&base.knowledge_base_arn));
            record_knowledge_base(base, call);
            set_span_name(GENERATE_QUERY, base, call);
        }
        .name_operation(GENERATE_QUERY)
        .read_request_with(|body, call| {
            push_user_text(get_text(body, &["queryGenerationInput", "text"]), call);
        })
        .read_response_with(|body, call| {
            for (block, query) in (0..MAX_QUERIES).zip(body.get_array("queries")) {
                push_answer_text(block, query.get_str("sql"), call);
            }
        });
    optimize_prompt(OptimizePromptInput, OptimizePromptError)
        |input, call| { call.model.clone_from(&input.target_model_id) }
        .name_operation(OPTIMIZE_PROMPT)
        .read_request_with(|body, call| {
            push_user_text(get_text(body, &["input", "textPrompt", "text"]), call);
        })
        .read_response_events(&[
            ("analyzePromptEvent", |event, call| {
                push_reasoning_text(event.get_str("message"), call);
            }),
            ("optimizedPromptEvent", |event, call| {
                let prompt = get_text(event, &["optimizedPrompt", "textPrompt", "text"]);
                push_answer_text(1, prompt, call);
            }),
        ]);
};

/// Queries that are kept of one response.
const MAX_QUERIES: i64 = 64;
