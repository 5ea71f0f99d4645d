//! Events of what agents and knowledge bases do.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::KnowledgeBaseQuery;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use super::{event, only};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::records::Records;
use crate::support::spans::Spans;

struct Run {
    server: MockBedrock,
    records: Records,
    client: Client,
    spans: Spans,
}

async fn start() -> Run {
    let (server, records, spans) = (
        MockBedrock::start().await,
        Records::default(),
        Spans::collect(),
    );
    let options = MonitorOptions::new()
        .llm_events(true)
        .logger_provider(records.provider())
        .tracer_provider(spans.provider());
    let config = monitor_bedrock_with(server.agent_config(), options);
    Run {
        client: Client::from_conf(config.build()),
        server,
        records,
        spans,
    }
}

#[tokio::test]
async fn a_search_is_an_event_and_each_result_another() {
    let run = start().await;
    let answer = json!({"retrievalResults": [
        {
            "content": {"type": "TEXT", "text": "Five days."},
            "location": {"type": "S3", "s3Location": {"uri": "s3://handbook/r.md"}},
            "score": 0.5,
        },
        {"content": {"type": "TEXT", "text": "Mail us."}, "score": 0.0},
    ]});
    run.server.set_answer(Answer::json(200, &answer));
    let query = KnowledgeBaseQuery::builder().text("refund time").build();
    let call = run.client.retrieve().knowledge_base_id("KB1");
    call.retrieval_query(query).send().await.unwrap();

    let search = only(&run.records, "LlmVectorSearch");
    let more = json!({"request.query": "refund time", "response.number_of_documents": 2});
    assert_eq!(search.stable(), event("LlmVectorSearch", &more));
    let results = run.records.of("LlmVectorSearchResult");
    assert_eq!(results.len(), 2);
    let mut first = json!({
        "search_id": "id",
        "sequence": 0,
        "page_content": "Five days.",
        "metadata.id": "s3://handbook/r.md",
        "metadata.score": 0.5,
    });
    assert_eq!(results[0].stable(), event("LlmVectorSearchResult", &first));
    first = json!({
        "search_id": "id",
        "sequence": 1,
        "page_content": "Mail us.",
        "metadata.score": 0.0,
    });
    assert_eq!(results[1].stable(), event("LlmVectorSearchResult", &first));
    assert_eq!(results[0].text("search_id"), search.text("id"));
    assert_eq!(run.records.all().len(), 3);
}

#[tokio::test]
async fn each_step_of_an_agent_has_its_event_on_its_own_span() {
    let run = start().await;
    run.server
        .set_answer(Answer::events(crate::agents::conversation()));
    let call = run.client.invoke_agent().agent_id("SUP");
    let call = call.agent_alias_id("LIVE").session_id("session-1");
    let call = call.input_text("Where is my refund?").enable_trace(true);
    let mut stream = call.send().await.unwrap().completion;
    while stream.recv().await.unwrap().is_some() {}
    drop(stream);

    let span_of = |name: &str| {
        let spans = run.spans.all();
        let span = spans.iter().find(|span| span.0.name == name).unwrap();
        span.0.span_context.span_id().to_string()
    };
    let agents = run.records.of("LlmAgent");
    let names: Vec<_> = agents.iter().map(|agent| agent.text("name")).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for (name, span) in [
        ("SUP", "invoke_agent"),
        ("orders", "invoke_agent orders"),
        ("billing", "invoke_agent billing"),
    ] {
        let agent = agents.iter().find(|agent| agent.text("name") == name);
        let agent = agent.unwrap_or_else(|| panic!("no {name} among {names:?}"));
        assert_eq!(agent.text("span_id"), span_of(span));
    }

    let tool = only(&run.records, "LlmTool");
    assert_eq!(tool.text("name"), "find_order");
    assert_eq!(tool.text("output"), "approved");
    assert_eq!(tool.text("span_id"), span_of("execute_tool find_order"));
    assert_eq!(tool.attributes["duration"], json!(60.0));

    let search = only(&run.records, "LlmVectorSearch");
    assert_eq!(search.text("request.query"), "refund time");
    assert_eq!(search.text("span_id"), span_of("retrieval KB1"));

    let summaries = run.records.of("LlmChatCompletionSummary");
    let of_models = |is_virtual: bool| {
        let wanted = if is_virtual { json!(true) } else { Value::Null };
        let found = summaries.iter();
        found
            .filter(|it| it.attributes["virtual_llm"] == wanted)
            .count()
    };
    // Three calls of models; the agents' own are no such calls.
    assert_eq!((of_models(false), of_models(true)), (3, 3));
    assert_eq!(run.records.of("LlmCompletion").len(), 3);
    let asked = run.records.of("LlmChatCompletionMessage");
    let root = span_of("invoke_agent");
    let of_root: Vec<_> = asked
        .iter()
        .filter(|it| it.text("span_id") == root)
        .collect();
    let said: Vec<_> = of_root.iter().map(|it| it.text("content")).collect();
    assert_eq!(said, ["Where is my refund?", "By Friday."]);
    for agent in &agents {
        assert_eq!(agent.trace_id, agents[0].trace_id);
    }
    let root = summaries.iter().find(|it| it.text("span_id") == root);
    let conversation = &root.unwrap().attributes["llm.conversation_id"];
    assert_eq!(conversation, &json!("session-1"));
}
