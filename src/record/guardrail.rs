//! The guardrail that was asked for, and what came of it.

use std::borrow::Cow;

#[derive(Debug, Default)]
pub(crate) struct Guardrail {
    pub(crate) id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) action: Option<Cow<'static, str>>,
    /// The answer tells what it found.
    pub(crate) traced: bool,
    policies: Vec<Policy>,
}

/// A policy that acted, or a finding that it made. What it matched is content
/// of the most private kind, and is never read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Policy {
    /// `topic`, `content`, `word`, …
    pub(crate) kind: &'static str,
    /// `input` or `output`, where the service tells.
    pub(crate) side: Option<&'static str>,
    /// The topic's name, the filter's category, the kind of information.
    pub(crate) name: Option<String>,
    pub(crate) action: Option<String>,
    /// `LOW`, `MEDIUM` or `HIGH`.
    pub(crate) confidence: Option<String>,
    /// From 0 to 1.
    pub(crate) score: Option<f64>,
    /// The score at which it acts.
    pub(crate) threshold: Option<f64>,
}

impl Guardrail {
    /// Notes what was done with a text. Of several, such as the pieces of an
    /// answer, one that was stopped counts.
    pub(crate) fn record_action(&mut self, action: Option<&str>) {
        if let Some(action) = action
            && (self.action.is_none() || action == INTERVENED)
        {
            self.action = Some(action.to_owned().into());
        }
    }

    pub(crate) fn intervened(&self) -> bool {
        let action = self.action.as_deref();
        action.is_some_and(|action| [INTERVENED, APPLIED].contains(&action))
    }

    /// Notes a policy, unless there are more than anyone reads.
    pub(crate) fn push_policy(&mut self, policy: Policy) {
        if self.policies.len() < MAX_POLICIES {
            self.policies.push(policy);
        }
    }

    pub(crate) fn policies(&self) -> &[Policy] {
        &self.policies
    }
}

const INTERVENED: &str = "INTERVENED";

/// The same, in the words of `ApplyGuardrail`.
const APPLIED: &str = "GUARDRAIL_INTERVENED";

const MAX_POLICIES: usize = 128;
