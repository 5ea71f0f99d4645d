//! A thousand workflows at once: none sees anything of another.

use std::collections::HashMap;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message};
use nr_bedrock_observability::rag::{Document, Retrieval};
use nr_bedrock_observability::tools::ToolCall;
use nr_bedrock_observability::{
    Feedback, MonitorOptions, TraceRef, monitor_bedrock_with, propagation,
};
use serde_json::json;
use tokio::task::yield_now;
use tracing::Instrument as _;

use crate::installed;
use crate::support::mock_bedrock::{Answer, MockBedrock};

const WORKFLOWS: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_workflows_do_not_mix() {
    let installed = installed();
    let bedrock = MockBedrock::start().await;
    bedrock.set_answer(Answer::converse_text("Because."));
    let config = monitor_bedrock_with(bedrock.client_config(), MonitorOptions::new());
    let client = Client::from_conf(config.build());
    // All of them are on their way before the first one goes on.
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(WORKFLOWS));
    let workflows = (0..WORKFLOWS).map(|number| {
        let (client, gate) = (client.clone(), gate.clone());
        let span = tracing::info_span!("crowd", workflow.name = format!("w-{number}"));
        tokio::spawn(
            async move {
                gate.wait().await;
                workflow(&client, number).await
            }
            .instrument(span),
        )
    });
    let workflows: Vec<_> = workflows.collect();
    let mut traces = HashMap::new();
    for (number, workflow) in workflows.into_iter().enumerate() {
        traces.insert(workflow.await.unwrap(), number);
    }
    assert_eq!(traces.len(), WORKFLOWS);

    installed.guard.flush().unwrap();
    let spans = installed.receiver.spans();
    let ours: Vec<_> = spans
        .iter()
        .filter_map(|span| Some((*traces.get(&span.trace_id)?, span)))
        .collect();
    let names = [
        "crowd",
        "retrieval index",
        "embed",
        "execute_tool look_up",
        "chat amazon.nova-lite-v1:0",
        "feedback",
    ];
    assert_eq!(ours.len(), WORKFLOWS * names.len());
    let by_id: HashMap<_, _> = ours.iter().map(|(_, span)| (&span.id, *span)).collect();
    for (number, span) in &ours {
        assert!(names.contains(&span.name.as_str()), "{}", span.name);
        if span.name == "crowd" {
            assert_eq!(span.parent_id, "");
        } else {
            let parent = by_id[&span.parent_id];
            assert_eq!(parent.trace_id, span.trace_id);
            let above = if span.name == "embed" {
                "retrieval index"
            } else {
                "crowd"
            };
            assert_eq!(parent.name, above, "{}", span.name);
        }
        if span.name != "embed" {
            let name = format!("w-{number}");
            assert_eq!(
                span.attributes["workflow.name"],
                json!(name),
                "{}",
                span.name
            );
        }
        if !["embed", "retrieval index"].contains(&span.name.as_str()) {
            let conversation = format!("c-{number}");
            assert_eq!(
                span.attributes["gen_ai.conversation.id"],
                json!(conversation),
                "{}",
                span.name
            );
        }
        if span.name.starts_with("chat") {
            let said = span.attributes["gen_ai.input.messages"].to_string();
            assert!(said.contains(&format!("Why {number}?")), "{said}");
        }
    }
}

/// Gives the id of its trace.
async fn workflow(client: &Client, number: usize) -> String {
    let search = Retrieval::new("index").query(format!("Why {number}?"));
    let found = search.run(
        async || {
            async { yield_now().await }
                .instrument(tracing::info_span!("embed"))
                .await;
            Ok::<_, std::io::Error>(number)
        },
        |number| vec![Document::new(number.to_string())],
    );
    found.await.unwrap();
    propagation::set_conversation_id(format!("c-{number}"));
    yield_now().await;
    let tool = ToolCall::new("look_up").run(
        async || {
            yield_now().await;
            Ok::<_, std::io::Error>(number)
        },
        ToString::to_string,
    );
    tool.await.unwrap();
    let message = Message::builder()
        .role(ConversationRole::User)
        .content(ContentBlock::Text(format!("Why {number}?")));
    let call = client.converse().model_id("amazon.nova-lite-v1:0");
    call.messages(message.build().unwrap())
        .send()
        .await
        .unwrap();
    yield_now().await;
    let trace = TraceRef::current().unwrap();
    Feedback::positive().record_for(&trace);
    trace.trace_id()
}
