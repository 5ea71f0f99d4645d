//! Tags of resources.

use crate::decode::operation::operation_trait::Table;
use crate::semconv::RESOURCE_ARN;

pub(super) static OPERATIONS: Table = operations! {
    agent_runtime;
    list_tags_for_resource(ListTagsForResourceInput, ListTagsForResourceError)
        [RESOURCE_ARN = resource_arn];
    tag_resource(TagResourceInput, TagResourceError)
        [RESOURCE_ARN = resource_arn];
    untag_resource(UntagResourceInput, UntagResourceError)
        [RESOURCE_ARN = resource_arn];
};
