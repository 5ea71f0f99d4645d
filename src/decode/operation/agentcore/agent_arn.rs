//! ARNs of agents on AgentCore Runtime and in harnesses.

use crate::decode::operation::span_name::set_span_name;
use crate::record::Call;
use crate::semconv::operation::INVOKE_AGENT;
use crate::semconv::{AGENT_ID, AGENT_NAME, AGENT_VERSION};

/// Names the span after the agent and records the id, the name and the version
/// that its ARN holds.
pub(super) fn read_agent_arn(arn: Option<&str>, call: &mut Call) {
    let agent = arn.map(parse_agent_arn).unwrap_or_default();
    set_span_name(INVOKE_AGENT, agent.name, call);
    let extra = &mut call.extra_attributes;
    extra.insert_text(AGENT_ID, agent.id);
    extra.insert_text(AGENT_NAME, agent.name);
    extra.insert_text(AGENT_VERSION, agent.version);
}

#[derive(Debug, Default, PartialEq)]
struct Agent<'a> {
    id: Option<&'a str>,
    /// The id without the suffix that the service appended.
    name: Option<&'a str>,
    version: Option<&'a str>,
}

/// Parses `arn:aws:bedrock-agentcore:{region}:{account}:{kind}/{id}`, optionally
/// followed by an endpoint or a version, or a plain id.
fn parse_agent_arn(arn: &str) -> Agent<'_> {
    let resource = match arn.strip_prefix("arn:") {
        Some(rest) => rest.splitn(5, ':').nth(4).unwrap_or_default(),
        None => arn,
    };
    let id = resource.split_once('/').map_or(resource, |(_, id)| id);
    let id = id.split('/').next().unwrap_or(id);
    let (id, version) = match id.split_once(':') {
        Some((id, version)) => (id, Some(version)),
        None => (id, None),
    };
    let name = id.rsplit_once('-').filter(|(_, suffix)| {
        suffix.len() == SUFFIX_LENGTH && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    Agent {
        id: Some(id).filter(|id| !id.is_empty()),
        name: name.map(|(name, _)| name),
        version,
    }
}

/// Length of the suffix that the service appends to a name to make it an id.
const SUFFIX_LENGTH: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agent_arn_has_id_name_and_version() {
        let agent = |id, name, version| Agent { id, name, version };
        let id = Some("support_bot-a1B2c3D4e5");
        let name = Some("support_bot");
        let resource = |rest: &str| format!("arn:aws:bedrock-agentcore:us-east-1:1234:{rest}");
        for (arn, expected) in [
            (
                resource("runtime/support_bot-a1B2c3D4e5"),
                agent(id, name, None),
            ),
            (
                resource("harness/support_bot-a1B2c3D4e5"),
                agent(id, name, None),
            ),
            (
                resource("runtime/support_bot-a1B2c3D4e5/runtime-endpoint/prod"),
                agent(id, name, None),
            ),
            (
                resource("agent/support_bot-a1B2c3D4e5:3"),
                agent(id, name, Some("3")),
            ),
            ("support_bot-a1B2c3D4e5".into(), agent(id, name, None)),
            (
                resource("runtime/support-bot"),
                agent(Some("support-bot"), None, None),
            ),
            ("arn:aws".into(), Agent::default()),
            (String::new(), Agent::default()),
        ] {
            assert_eq!(parse_agent_arn(&arn), expected, "{arn}");
        }
    }
}
