//! Documents of knowledge bases and who may read them.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::{
    DATA_SOURCE_ID, DOCUMENT_HAS_ACCESS, DOCUMENT_ID, DOCUMENT_SIZE, KNOWLEDGE_BASE_ID,
};

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    check_ingested_document_acl(CheckIngestedDocumentAclInput, CheckIngestedDocumentAclError)
        [KNOWLEDGE_BASE_ID = knowledge_base_id, DATA_SOURCE_ID = data_source_id]
        .record_request_members(&[(DOCUMENT_ID, "documentId")])
        .record_response_members(&[(DOCUMENT_HAS_ACCESS, "hasAccess")]);
    get_ingested_document_acl(GetIngestedDocumentAclInput, GetIngestedDocumentAclError)
        [KNOWLEDGE_BASE_ID = knowledge_base_id, DATA_SOURCE_ID = data_source_id]
        .record_request_members(&[(DOCUMENT_ID, "documentId")]);
    // The URL in the response grants access to the content and is not read.
    get_document_content(GetDocumentContentInput, GetDocumentContentError)
        [
            KNOWLEDGE_BASE_ID = knowledge_base_id,
            DATA_SOURCE_ID = data_source_id,
            DOCUMENT_ID = document_id,
        ]
        .record_response_members(&[(DOCUMENT_SIZE, "documentContentLength")]);
};
