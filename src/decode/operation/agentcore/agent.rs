//! Who an ARN is: an agent on AgentCore Runtime, or in a harness.

use crate::record::Call;
use crate::semconv::operation::INVOKE_AGENT;
use crate::semconv::{AGENT_ID, AGENT_NAME, AGENT_VERSION};

/// The agent that is called, which gives the span its name.
pub(super) fn called(arn: Option<&str>, call: &mut Call) {
    let agent = arn.map(read).unwrap_or_default();
    call.span_name = Some(match agent.name {
        Some(name) => format!("{INVOKE_AGENT} {name}").into(),
        None => INVOKE_AGENT.into(),
    });
    call.extra_attributes.insert_text(AGENT_ID, agent.id);
    call.extra_attributes.insert_text(AGENT_NAME, agent.name);
    call.extra_attributes
        .insert_text(AGENT_VERSION, agent.version);
}

#[derive(Debug, Default, PartialEq)]
struct Agent<'a> {
    id: Option<&'a str>,
    /// What the agent was called when it was made: its id without what the
    /// service appended.
    name: Option<&'a str>,
    version: Option<&'a str>,
}

/// Reads `arn:aws:bedrock-agentcore:{region}:{account}:{kind}/{id}`, which an
/// endpoint or a version may follow, or the id alone.
fn read(arn: &str) -> Agent<'_> {
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
        suffix.len() == SUFFIX && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    Agent {
        id: Some(id).filter(|id| !id.is_empty()),
        name: name.map(|(name, _)| name),
        version,
    }
}

/// Characters that the service appends to a name, to make it an id.
const SUFFIX: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_the_agents_id_name_and_version() {
        let agent = |id, name, version| Agent { id, name, version };
        let id = Some("support_bot-a1B2c3D4e5");
        let named = Some("support_bot");
        let resource = |rest: &str| format!("arn:aws:bedrock-agentcore:us-east-1:1234:{rest}");
        for (arn, expected) in [
            (
                resource("runtime/support_bot-a1B2c3D4e5"),
                agent(id, named, None),
            ),
            (
                resource("harness/support_bot-a1B2c3D4e5"),
                agent(id, named, None),
            ),
            (
                resource("runtime/support_bot-a1B2c3D4e5/runtime-endpoint/prod"),
                agent(id, named, None),
            ),
            (
                resource("agent/support_bot-a1B2c3D4e5:3"),
                agent(id, named, Some("3")),
            ),
            ("support_bot-a1B2c3D4e5".into(), agent(id, named, None)),
            (
                resource("runtime/support-bot"),
                agent(Some("support-bot"), None, None),
            ),
            ("arn:aws".into(), Agent::default()),
            (String::new(), Agent::default()),
        ] {
            assert_eq!(read(&arn), expected, "{arn}");
        }
    }
}
