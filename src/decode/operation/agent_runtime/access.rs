//! Documents of knowledge bases and who may read them: plain spans.

use aws_sdk_bedrockagentruntime::operation::check_ingested_document_acl::{
    CheckIngestedDocumentAclError, CheckIngestedDocumentAclInput,
};
use aws_sdk_bedrockagentruntime::operation::get_document_content::{
    GetDocumentContentError, GetDocumentContentInput,
};
use aws_sdk_bedrockagentruntime::operation::get_ingested_document_acl::{
    GetIngestedDocumentAclError, GetIngestedDocumentAclInput,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::Call;
use crate::semconv::{
    DATA_SOURCE_ID, DOCUMENT_HAS_ACCESS, DOCUMENT_ID, DOCUMENT_SIZE, KNOWLEDGE_BASE_ID,
};

pub(super) static CHECK: Typed<CheckIngestedDocumentAclInput, CheckIngestedDocumentAclError> =
    Typed::new(SERVICE, "CheckIngestedDocumentAcl")
        .ids(|input: &CheckIngestedDocumentAclInput, call| {
            let base = input.knowledge_base_id.as_deref();
            let source = input.data_source_id.as_deref();
            document(base, source, input.document_id.as_deref(), call);
        })
        .answered(|body, call| {
            call.extra_attributes
                .insert_if_some(DOCUMENT_HAS_ACCESS, body.get_bool("hasAccess"));
        });

pub(super) static GET_ACL: Typed<GetIngestedDocumentAclInput, GetIngestedDocumentAclError> =
    Typed::new(SERVICE, "GetIngestedDocumentAcl").ids(
        |input: &GetIngestedDocumentAclInput, call| {
            let base = input.knowledge_base_id.as_deref();
            let source = input.data_source_id.as_deref();
            document(base, source, input.document_id.as_deref(), call);
        },
    );

pub(super) static GET_CONTENT: Typed<GetDocumentContentInput, GetDocumentContentError> =
    Typed::new(SERVICE, "GetDocumentContent")
        .ids(|input: &GetDocumentContentInput, call| {
            let base = input.knowledge_base_id.as_deref();
            let source = input.data_source_id.as_deref();
            document(base, source, input.document_id.as_deref(), call);
        })
        // The answer's address of the content is a key to it.
        .answered(|body, call| {
            let size = body.get_count("documentContentLength");
            call.extra_attributes.insert_if_some(DOCUMENT_SIZE, size);
        });

fn document(base: Option<&str>, source: Option<&str>, document: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(KNOWLEDGE_BASE_ID, base);
    call.extra_attributes.insert_text(DATA_SOURCE_ID, source);
    call.extra_attributes.insert_text(DOCUMENT_ID, document);
}
