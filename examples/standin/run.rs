//! The trace of an agent's run, part by part, with the times of a clock that
//! runs ahead to when each part leaves.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::frames::event;
use super::paced::Paced;
use super::words;

/// A run of an agent, or of one of its collaborators below it.
pub(super) struct Run {
    events: Paced,
    clock: SystemTime,
    traced: bool,
    session: String,
    /// From the invoked agent down.
    agents: Vec<Agent>,
}

struct Agent {
    arn: String,
    /// A collaborator's.
    name: Option<&'static str>,
    began: SystemTime,
    turn: usize,
}

impl Run {
    pub(super) fn new(agent: &str, alias: &str, session: &str, traced: bool) -> Self {
        let clock = SystemTime::now();
        let invoked = Agent {
            arn: arn(agent, alias),
            name: None,
            began: clock,
            turn: 0,
        };
        Self {
            events: Paced::default(),
            clock,
            traced,
            session: session.to_owned(),
            agents: vec![invoked],
        }
    }

    pub(super) fn events(self) -> Paced {
        self.events
    }

    /// The agent thinks again.
    pub(super) fn next_turn(&mut self) {
        if let Some(agent) = self.agents.last_mut() {
            agent.turn += 1;
        }
    }

    /// The question is looked at, and passes.
    pub(super) fn guardrail(&mut self, took: Duration) {
        let metadata = self.work(took);
        let part = json!({"action": "NONE", "inputAssessments": [{}], "metadata": metadata});
        self.part("guardrailTrace", &part, took);
    }

    /// The agent asks its model, which says what it thinks.
    pub(super) fn model(&mut self, took: Duration, prompt: &str, text: &str) {
        let asked = json!({"messages": [{"role": "user", "content": prompt}]});
        let input = json!({
            "type": "ORCHESTRATION",
            "foundationModel": "anthropic.claude-3-5-haiku-20241022-v1:0",
            "inferenceConfiguration": {"temperature": 0.0, "topP": 1.0, "maximumLength": 2048},
            "text": asked.to_string(),
        });
        self.orchestrate("modelInvocationInput", input, Duration::ZERO);
        let (read, written) = (words::tokens(prompt) + 400, words::tokens(text));
        let said = json!({
            "type": "message",
            "role": "assistant",
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
        });
        let mut metadata = self.work(took);
        if let Value::Object(metadata) = &mut metadata {
            let usage = json!({"inputTokens": read, "outputTokens": written});
            metadata.insert("usage".to_owned(), usage);
        }
        let output = json!({"metadata": metadata, "rawResponse": {"content": said.to_string()}});
        self.orchestrate("modelInvocationOutput", output, took);
        self.orchestrate("rationale", json!({ "text": text }), Duration::ZERO);
    }

    pub(super) fn tool(&mut self, took: Duration, name: &str, parameters: &Value, result: &str) {
        let input = json!({
            "invocationType": "ACTION_GROUP",
            "actionGroupInvocationInput": {
                "actionGroupName": "shop",
                "executionType": "LAMBDA",
                "function": name,
                "parameters": parameters,
            },
        });
        self.orchestrate("invocationInput", input, Duration::ZERO);
        let output = json!({"text": result, "metadata": self.work(took)});
        let output = json!({"type": "ACTION_GROUP", "actionGroupInvocationOutput": output});
        self.orchestrate("observation", output, took);
    }

    pub(super) fn knowledge_base(&mut self, took: Duration, id: &str, query: &str, text: &str) {
        let input = json!({
            "invocationType": "KNOWLEDGE_BASE",
            "knowledgeBaseLookupInput": {"knowledgeBaseId": id, "text": query},
        });
        self.orchestrate("invocationInput", input, Duration::ZERO);
        let found = json!([{
            "content": {"type": "TEXT", "text": text},
            "location": {"type": "S3", "s3Location": {"uri": "s3://handbook/refunds.md"}},
        }]);
        let output = json!({"retrievedReferences": found, "metadata": self.work(took)});
        let output = json!({"type": "KNOWLEDGE_BASE", "knowledgeBaseLookupOutput": output});
        self.orchestrate("observation", output, took);
    }

    /// Another agent does `work` and answers.
    pub(super) fn collaborator(
        &mut self,
        name: &'static str,
        question: &str,
        work: impl FnOnce(&mut Self, &str) -> &'static str,
    ) {
        let alias = arn(&name.to_uppercase(), "LIVE");
        let asked = json!({
            "agentCollaboratorName": name,
            "agentCollaboratorAliasArn": alias,
            "input": {"type": "TEXT", "text": question},
        });
        let input = json!({
            "invocationType": "AGENT_COLLABORATOR",
            "agentCollaboratorInvocationInput": asked,
        });
        self.orchestrate("invocationInput", input, Duration::ZERO);
        let began = self.clock;
        self.agents.push(Agent {
            arn: alias.clone(),
            name: Some(name),
            began,
            turn: 0,
        });
        let answer = work(self, question);
        self.agents.pop();
        let answered = json!({
            "agentCollaboratorName": name,
            "agentCollaboratorAliasArn": alias,
            "output": {"type": "TEXT", "text": answer},
            "metadata": times(began, self.clock),
        });
        let output = json!({
            "type": "AGENT_COLLABORATOR",
            "agentCollaboratorInvocationOutput": answered,
        });
        self.orchestrate("observation", output, Duration::ZERO);
    }

    /// The agent has its answer.
    pub(super) fn finish(&mut self, text: &str) {
        let began = self.agents.last().map_or(self.clock, |agent| agent.began);
        let output = json!({"text": text, "metadata": times(began, self.clock)});
        let output = json!({"type": "FINISH", "finalResponse": output});
        self.orchestrate("observation", output, Duration::ZERO);
    }

    /// Lets the clock run; gives the times between which it did.
    fn work(&mut self, took: Duration) -> Value {
        let began = self.clock;
        self.clock += took;
        times(began, self.clock)
    }

    fn orchestrate(&mut self, kind: &str, mut part: Value, after: Duration) {
        let id = self.trace_id();
        if let Value::Object(members) = &mut part {
            members.insert("traceId".to_owned(), json!(id));
        }
        let part = json!({ kind: part });
        self.part("orchestrationTrace", &part, after);
    }

    fn trace_id(&self) -> String {
        let agent = self.agents.last();
        let name = agent.and_then(|agent| agent.name).unwrap_or("supervisor");
        format!("{name}-{}", agent.map_or(0, |agent| agent.turn))
    }

    fn part(&mut self, kind: &str, part: &Value, after: Duration) {
        let chain: Vec<_> = self
            .agents
            .iter()
            .map(|agent| json!({ "agentAliasArn": agent.arn }))
            .collect();
        let name = self.agents.last().and_then(|agent| agent.name);
        let frame: Bytes = event(
            "trace",
            json!({
                "sessionId": self.session,
                "callerChain": chain,
                "collaboratorName": name,
                "eventTime": time(self.clock),
                "trace": { kind: part },
            }),
        );
        let events = std::mem::take(&mut self.events);
        self.events = if self.traced {
            events.after(after, frame)
        } else {
            events.wait(after)
        };
    }
}

fn times(began: SystemTime, ended: SystemTime) -> Value {
    json!({"startTime": time(began), "endTime": time(ended)})
}

fn time(time: SystemTime) -> Option<String> {
    DateTime::from(time).fmt(Format::DateTime).ok()
}

fn arn(agent: &str, alias: &str) -> String {
    format!("arn:aws:bedrock:us-east-1:123456789012:agent-alias/{agent}/{alias}")
}
