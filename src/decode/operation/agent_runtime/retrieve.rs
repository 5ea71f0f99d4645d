//! Retrieve: a search in a knowledge base.

use aws_sdk_bedrockagentruntime::operation::retrieve::{RetrieveError, RetrieveInput};

use super::{SERVICE, documents};
use crate::decode::operation::typed::Typed;
use crate::record::json::Json;
use crate::record::{Call, Retrieval, copy_text};
use crate::semconv::operation::RETRIEVAL;
use crate::semconv::{DATA_SOURCE_ID, KNOWLEDGE_BASE_ID};

pub(super) static RETRIEVE: Typed<RetrieveInput, RetrieveError> = Typed::new(SERVICE, "Retrieve")
    .named(RETRIEVAL)
    .ids(|input: &RetrieveInput, call| {
        searched(input.knowledge_base_id.as_deref(), call);
        if let Some(guardrail) = &input.guardrail_configuration {
            call.guardrail.id = Some(guardrail.guardrail_id.clone());
            call.guardrail.version = Some(guardrail.guardrail_version.clone());
        }
    })
    .sent(|body, call| {
        let text = body
            .get_path(&["retrievalQuery", "text"])
            .and_then(Json::as_str);
        let query = text.and_then(|text| copy_text(call.cap(), text));
        call.retrieval = Some(Retrieval {
            query,
            top_k: top_k(body),
            documents: Vec::new(),
        });
    })
    .answered(|body, call| {
        let cap = call.cap();
        let results = body.get_array("retrievalResults").iter();
        let found = results.map(|result| documents::document(result, cap));
        call.retrieval
            .get_or_insert_default()
            .documents
            .extend(found);
        call.guardrail.action = body.get_string("guardrailAction").map(Into::into);
    });

/// The knowledge base of a search, which gives its span the name.
pub(super) fn searched(knowledge_base: Option<&str>, call: &mut Call) {
    call.extra_attributes
        .insert_text(KNOWLEDGE_BASE_ID, knowledge_base);
    call.extra_attributes
        .insert_text(DATA_SOURCE_ID, knowledge_base);
    call.span_name = Some(match knowledge_base {
        Some(id) => format!("{RETRIEVAL} {id}").into(),
        None => RETRIEVAL.into(),
    });
}

/// How many results a search was asked for.
pub(super) fn top_k(body: &Json<'_>) -> Option<i64> {
    let search = body.get("retrievalConfiguration")?;
    let mut kinds = SEARCHES.iter();
    kinds.find_map(|kind| search.get(kind)?.get_count("numberOfResults"))
}

/// The kinds of configurations of a search.
const SEARCHES: &[&str] = &["vectorSearchConfiguration", "managedSearchConfiguration"];
