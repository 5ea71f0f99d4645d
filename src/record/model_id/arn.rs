//! The ARN that a model's identifier may be.

/// An ARN in three pieces: what stands before the id, the id, what follows.
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
    /// `None` for what is none.
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

    pub(super) fn after(&self) -> &'a str {
        self.after
    }

    /// Whether the id is that of a model, or of a profile named after one.
    pub(super) fn names_model(&self) -> bool {
        NAMING.contains(&self.kind)
    }

    /// The id of a prompt that Bedrock manages, and its version.
    pub(super) fn prompt(&self) -> Option<(&'a str, Option<&'a str>)> {
        if self.kind != PROMPT || self.id.is_empty() {
            return None;
        }
        Some(match self.id.split_once(':') {
            Some((id, version)) => (id, Some(version)),
            None => (self.id, None),
        })
    }

    /// Whether it is that of an inference profile, a system's or an
    /// application's.
    pub(super) fn is_profile(&self) -> bool {
        PROFILES.contains(&self.kind) && !self.id.is_empty()
    }
}

/// A model that was trained further; the ARN holds the base model's id.
const CUSTOM: &str = "custom-model";

/// Kinds of ARN whose id tells of a model. Others (`application-inference-profile`,
/// `provisioned-model`, `imported-model`, `prompt`, `endpoint`, …) do not.
const NAMING: &[&str] = &[
    CUSTOM,
    "default-prompt-router",
    "foundation-model",
    "inference-profile",
];

const PROMPT: &str = "prompt";

const PROFILES: &[&str] = &["application-inference-profile", "inference-profile"];
