//! The trace events of an agent's run. Their timestamps come from a clock that
//! advances with each step, independent of when the events are sent.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::frames::event;
use super::words;

pub(super) struct AgentTrace {
    answer: Answer,
    clock: SystemTime,
    /// Whether the caller wants trace events. The steps take their time either
    /// way.
    enabled: bool,
    session: String,
    /// From the invoked agent down to the one at work.
    agents: Vec<Agent>,
}

struct Agent {
    arn: String,
    name: Option<&'static str>,
    started: SystemTime,
    turn: usize,
}

impl AgentTrace {
    pub(super) fn new(agent: &str, alias: &str, session: &str, enabled: bool) -> Self {
        let mut trace = Self {
            answer: Answer::events(Vec::new()),
            clock: SystemTime::now(),
            enabled,
            session: session.to_owned(),
            agents: Vec::new(),
        };
        trace.enter_agent(None, format_arn(agent, alias));
        trace
    }

    pub(super) fn into_answer(self) -> Answer {
        self.answer
    }

    /// Starts the next turn of the agent at work.
    pub(super) fn start_turn(&mut self) {
        if let Some(agent) = self.agents.last_mut() {
            agent.turn += 1;
        }
    }

    /// A guardrail assesses the input and lets it pass.
    pub(super) fn check_guardrail(&mut self, duration: Duration) {
        let metadata = self.advance_clock(duration);
        let part = json!({"action": "NONE", "inputAssessments": [{}], "metadata": metadata});
        self.push_trace("guardrailTrace", &part, duration);
    }

    pub(super) fn invoke_model(&mut self, duration: Duration, prompt: &str, text: &str) {
        let messages = json!({"messages": [{"role": "user", "content": prompt}]});
        let input = json!({
            "type": "ORCHESTRATION",
            "foundationModel": "anthropic.claude-3-5-haiku-20241022-v1:0",
            "inferenceConfiguration": {"temperature": 0.0, "topP": 1.0, "maximumLength": 2048},
            "text": messages.to_string(),
        });
        self.push_step("modelInvocationInput", input, Duration::ZERO);
        let message = json!({
            "type": "message",
            "role": "assistant",
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
        });
        let mut metadata = self.advance_clock(duration);
        if let Value::Object(metadata) = &mut metadata {
            // 400 tokens of instructions beside the prompt.
            let input = words::count_tokens(prompt) + 400;
            let usage = json!({"inputTokens": input, "outputTokens": words::count_tokens(text)});
            metadata.insert("usage".to_owned(), usage);
        }
        let output = json!({"metadata": metadata, "rawResponse": {"content": message.to_string()}});
        self.push_step("modelInvocationOutput", output, duration);
        self.push_step("rationale", json!({ "text": text }), Duration::ZERO);
    }

    pub(super) fn call_tool(
        &mut self,
        duration: Duration,
        name: &str,
        parameters: &Value,
        result: &str,
    ) {
        let input = json!({
            "actionGroupName": "shop",
            "executionType": "LAMBDA",
            "function": name,
            "parameters": parameters,
        });
        let input = json!({"invocationType": "ACTION_GROUP", "actionGroupInvocationInput": input});
        self.push_step("invocationInput", input, Duration::ZERO);
        let output = json!({"text": result, "metadata": self.advance_clock(duration)});
        let output = json!({"type": "ACTION_GROUP", "actionGroupInvocationOutput": output});
        self.push_step("observation", output, duration);
    }

    pub(super) fn search_knowledge_base(
        &mut self,
        duration: Duration,
        id: &str,
        query: &str,
        text: &str,
    ) {
        let input = json!({"knowledgeBaseId": id, "text": query});
        let input = json!({"invocationType": "KNOWLEDGE_BASE", "knowledgeBaseLookupInput": input});
        self.push_step("invocationInput", input, Duration::ZERO);
        let references = json!([{
            "content": {"type": "TEXT", "text": text},
            "location": {"type": "S3", "s3Location": {"uri": "s3://handbook/refunds.md"}},
        }]);
        let metadata = self.advance_clock(duration);
        let output = json!({"retrievedReferences": references, "metadata": metadata});
        let output = json!({"type": "KNOWLEDGE_BASE", "knowledgeBaseLookupOutput": output});
        self.push_step("observation", output, duration);
    }

    /// Another agent does `work` and answers.
    pub(super) fn delegate(
        &mut self,
        name: &'static str,
        question: &str,
        work: impl FnOnce(&mut Self, &str) -> &'static str,
    ) {
        let alias = format_arn(&name.to_uppercase(), "LIVE");
        let input = json!({
            "agentCollaboratorName": name,
            "agentCollaboratorAliasArn": alias,
            "input": {"type": "TEXT", "text": question},
        });
        let input = json!({
            "invocationType": "AGENT_COLLABORATOR",
            "agentCollaboratorInvocationInput": input,
        });
        self.push_step("invocationInput", input, Duration::ZERO);
        let started = self.clock;
        self.enter_agent(Some(name), alias.clone());
        let answer = work(self, question);
        self.agents.pop();
        let output = json!({
            "agentCollaboratorName": name,
            "agentCollaboratorAliasArn": alias,
            "output": {"type": "TEXT", "text": answer},
            "metadata": self.format_times(started),
        });
        let output = json!({
            "type": "AGENT_COLLABORATOR",
            "agentCollaboratorInvocationOutput": output,
        });
        self.push_step("observation", output, Duration::ZERO);
    }

    /// The agent at work completes its answer.
    pub(super) fn finish(&mut self, text: &str) {
        let agent = self.agents.last();
        let started = agent.map_or(self.clock, |agent| agent.started);
        let output = json!({"text": text, "metadata": self.format_times(started)});
        let output = json!({"type": "FINISH", "finalResponse": output});
        self.push_step("observation", output, Duration::ZERO);
    }

    fn enter_agent(&mut self, name: Option<&'static str>, arn: String) {
        let started = self.clock;
        self.agents.push(Agent {
            arn,
            name,
            started,
            turn: 0,
        });
    }

    /// Advances the clock; returns the start and end of the step.
    fn advance_clock(&mut self, duration: Duration) -> Value {
        let started = self.clock;
        self.clock += duration;
        self.format_times(started)
    }

    /// Sends a step of the orchestration, `pause` later than the event before.
    fn push_step(&mut self, kind: &str, mut step: Value, pause: Duration) {
        let agent = self.agents.last();
        let name = agent.and_then(|agent| agent.name).unwrap_or("supervisor");
        let id = format!("{name}-{}", agent.map_or(0, |agent| agent.turn));
        if let Value::Object(members) = &mut step {
            members.insert("traceId".to_owned(), json!(id));
        }
        self.push_trace("orchestrationTrace", &json!({ kind: step }), pause);
    }

    fn push_trace(&mut self, kind: &str, part: &Value, pause: Duration) {
        self.answer.push_pause(pause);
        if !self.enabled {
            return;
        }
        let agents = self.agents.iter();
        let chain: Vec<_> = agents
            .map(|agent| json!({ "agentAliasArn": agent.arn }))
            .collect();
        let payload = json!({
            "sessionId": self.session,
            "callerChain": chain,
            "collaboratorName": self.agents.last().and_then(|agent| agent.name),
            "eventTime": format_time(self.clock),
            "trace": { kind: part },
        });
        self.answer.push_event(event("trace", &payload));
    }

    fn format_times(&self, started: SystemTime) -> Value {
        json!({"startTime": format_time(started), "endTime": format_time(self.clock)})
    }
}

fn format_time(time: SystemTime) -> Option<String> {
    DateTime::from(time).fmt(Format::DateTime).ok()
}

fn format_arn(agent: &str, alias: &str) -> String {
    format!("arn:aws:bedrock:us-east-1:123456789012:agent-alias/{agent}/{alias}")
}
