//! ARNs of models, profiles and what else Bedrock takes as a model.

/// An ARN in three parts: what precedes the id, the id, what follows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Arn<'a> {
    /// `arn:aws:bedrock:us-east-1:123456789012:inference-profile/`
    before: &'a str,
    /// `inference-profile`
    kind: &'a str,
    id: &'a str,
    /// `/a1b2c3`, after the base model of a custom one.
    after: &'a str,
}

impl<'a> Arn<'a> {
    /// `None` for a text that is not an ARN.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        // arn:partition:service:region:account:type/id
        if !text.starts_with("arn:") {
            return None;
        }
        let resource = text.splitn(6, ':').nth(5).unwrap_or("");
        let kind = resource.split(['/', ':']).next().unwrap_or("");
        let id = match resource.strip_prefix(kind) {
            Some(rest) if rest.is_empty() => rest,
            Some(rest) => rest.get(1..).unwrap_or(""),
            None => "",
        };
        let (before, id) = text.split_at_checked(text.len() - id.len())?;
        let end = if kind == CUSTOM {
            id.rfind('/').unwrap_or(id.len())
        } else {
            id.len()
        };
        let (id, after) = id.split_at_checked(end)?;
        Some(Self {
            before,
            kind,
            id,
            after,
        })
    }

    pub(super) fn before(&self) -> &'a str {
        self.before
    }

    pub(super) fn id(&self) -> &'a str {
        self.id
    }

    pub(super) fn suffix(&self) -> &'a str {
        self.after
    }

    /// Whether the id names a model, or a profile named after one.
    pub(super) fn names_model(&self) -> bool {
        MODEL_TYPES.contains(&self.kind)
    }

    /// Id and version of a managed prompt.
    pub(super) fn prompt(&self) -> Option<(&'a str, Option<&'a str>)> {
        if self.kind != PROMPT || self.id.is_empty() {
            return None;
        }
        Some(match self.id.split_once(':') {
            Some((id, version)) => (id, Some(version)),
            None => (self.id, None),
        })
    }

    /// Whether it names an inference profile, a system's or an application's.
    pub(super) fn is_profile(&self) -> bool {
        PROFILES.contains(&self.kind) && !self.id.is_empty()
    }
}

/// A customised model; the ARN holds the base model's id.
const CUSTOM: &str = "custom-model";

/// Resource types whose id names a model. Others (`application-inference-profile`,
/// `provisioned-model`, `imported-model`, `prompt`, `endpoint`, …) are opaque.
const MODEL_TYPES: &[&str] = &[
    CUSTOM,
    "default-prompt-router",
    "foundation-model",
    "inference-profile",
];

const PROMPT: &str = "prompt";

const PROFILES: &[&str] = &["application-inference-profile", "inference-profile"];
