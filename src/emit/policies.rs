//! The policies of a guardrail that acted, as JSON.

use serde::Serialize;
use serde::ser::Serializer;

use crate::record::Policy;

pub(super) struct OnePolicy<'a>(pub(super) &'a Policy);

impl Serialize for OnePolicy<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            #[serde(rename = "type")]
            kind: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            name: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            side: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            action: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            confidence: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            score: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            threshold: Option<f64>,
        }
        let policy = self.0;
        Form {
            kind: policy.kind,
            name: policy.name.as_deref(),
            side: policy.side,
            action: policy.action.as_deref(),
            confidence: policy.confidence.as_deref(),
            score: policy.score,
            threshold: policy.threshold,
        }
        .serialize(serializer)
    }
}
