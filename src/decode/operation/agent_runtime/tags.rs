//! Tags of resources: plain spans.

use aws_sdk_bedrockagentruntime::operation::list_tags_for_resource::{
    ListTagsForResourceError, ListTagsForResourceInput,
};
use aws_sdk_bedrockagentruntime::operation::tag_resource::{TagResourceError, TagResourceInput};
use aws_sdk_bedrockagentruntime::operation::untag_resource::{
    UntagResourceError, UntagResourceInput,
};

use super::SERVICE;
use crate::decode::operation::typed::Typed;
use crate::record::Call;
use crate::semconv::RESOURCE_ARN;

pub(super) static LIST: Typed<ListTagsForResourceInput, ListTagsForResourceError> =
    Typed::new(SERVICE, "ListTagsForResource").ids(|input: &ListTagsForResourceInput, call| {
        resource(input.resource_arn.as_deref(), call);
    });

pub(super) static TAG: Typed<TagResourceInput, TagResourceError> =
    Typed::new(SERVICE, "TagResource").ids(|input: &TagResourceInput, call| {
        resource(input.resource_arn.as_deref(), call);
    });

pub(super) static UNTAG: Typed<UntagResourceInput, UntagResourceError> =
    Typed::new(SERVICE, "UntagResource").ids(|input: &UntagResourceInput, call| {
        resource(input.resource_arn.as_deref(), call);
    });

fn resource(arn: Option<&str>, call: &mut Call) {
    call.extra_attributes.insert_text(RESOURCE_ARN, arn);
}
