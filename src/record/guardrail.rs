//! The guardrail of a request, and its results.

use std::borrow::Cow;

#[derive(Debug, Default)]
pub(crate) struct Guardrail {
    pub(crate) id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) action: Option<Cow<'static, str>>,
    policies: Vec<Policy>,
}

/// A policy that acted, or a finding of it. The matched text is the most private
/// content and is never read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Policy {
    /// `topic`, `content`, `word`, …
    pub(crate) kind: &'static str,
    /// `input` or `output`, if the service reports it.
    pub(crate) side: Option<&'static str>,
    /// The topic's name, the filter's category or the type of information.
    pub(crate) name: Option<String>,
    pub(crate) action: Option<String>,
    /// `LOW`, `MEDIUM` or `HIGH`.
    pub(crate) confidence: Option<String>,
    /// From 0 to 1.
    pub(crate) score: Option<f64>,
    /// The score from which the policy acts.
    pub(crate) threshold: Option<f64>,
}

impl Guardrail {
    /// Sets the action. Of several, such as those of the pieces of a response,
    /// an intervention takes precedence.
    pub(crate) fn record_action(&mut self, action: Option<&str>) {
        if let Some(action) = action
            && (self.action.is_none() || action == INTERVENED)
        {
            self.action = Some(action.to_owned().into());
        }
    }

    pub(crate) fn has_intervened(&self) -> bool {
        let action = self.action.as_deref();
        action.is_some_and(|action| [INTERVENED, APPLIED].contains(&action))
    }

    /// Adds a policy, up to a limit.
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

/// `ApplyGuardrail`'s value for the same.
const APPLIED: &str = "GUARDRAIL_INTERVENED";

const MAX_POLICIES: usize = 128;
