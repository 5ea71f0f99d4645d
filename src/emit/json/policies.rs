//! `aws.bedrock.guardrail.policies`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::list::{Omit, list_to_json};
use super::part::serialize_if_some;
use crate::emit::truncate::TextLengths;
use crate::record::Policy;

/// The policies that acted, without the text that they matched.
pub(in crate::emit) fn policies_to_json(policies: &[Policy], limit: usize) -> String {
    let lengths = vec![0; policies.len()];
    let lengths = TextLengths::per_item(&lengths);
    let form = |policy, _| JsonPolicy(policy);
    list_to_json(&policies.iter(), lengths, limit, Omit::Last, form)
}

struct JsonPolicy<'a>(&'a Policy);

impl Serialize for JsonPolicy<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let policy = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", policy.kind)?;
        serialize_if_some(&mut map, "name", policy.name.as_ref())?;
        serialize_if_some(&mut map, "side", policy.side.as_ref())?;
        serialize_if_some(&mut map, "action", policy.action.as_ref())?;
        serialize_if_some(&mut map, "confidence", policy.confidence.as_ref())?;
        serialize_if_some(&mut map, "score", policy.score.as_ref())?;
        serialize_if_some(&mut map, "threshold", policy.threshold.as_ref())?;
        map.end()
    }
}
