//! One question, from the gateway to the thumb: one trace.

use aws_sdk_bedrockruntime::Client;
use http::HeaderMap;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::rt::TokioExecutor;
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with, propagation};
use opensearch::OpenSearch;
use opensearch::http::transport::Transport;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::{Context, KeyValue};
use serde_json::{Value, json};
use tracing::Instrument as _;

use crate::installed;
use crate::service::{Answered, Question, Service, Thumb};
use crate::support::mock_bedrock::frames::{converse_text, event};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::otlp::Span;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_one_trace_to_the_thumb() {
    let installed = installed();
    let (bedrock, opensearch) = (MockBedrock::start().await, MockBedrock::start().await);
    answers(&bedrock);
    opensearch.queue_answer(Answer::json(200, &hits()));
    let config = monitor_bedrock_with(bedrock.client_config(), MonitorOptions::new());
    let service = Service {
        bedrock: Client::from_conf(config.build()),
        index: OpenSearch::new(Transport::single_node(&opensearch.endpoint()).unwrap()),
    };
    let address = service.start().await;

    // Another service, in front.
    let question = Question {
        conversation: "c-1".to_owned(),
        text: "Where is order 17?".to_owned(),
    };
    let gateway = tracing::info_span!("gateway", otel.kind = "client");
    let answered = async {
        let tenant = Context::current().with_baggage([KeyValue::new("tenant.id", "acme & co")]);
        let mut headers = HeaderMap::new();
        {
            let _attached = tenant.attach();
            propagation::inject(&mut headers);
        }
        post(&format!("http://{address}/ask"), &json!(question), headers).await
    };
    let answered = answered.instrument(gateway).await;
    let answered: Answered = serde_json::from_slice(&answered).unwrap();
    assert_eq!(answered.text, "It is on its way.");
    // What the browser keeps, and sends an hour later: in a trace of its own.
    let kept = answered.trace.to_string();
    let thumb = Thumb {
        trace: kept.parse().unwrap(),
        message: "found it at once".to_owned(),
    };
    post(
        &format!("http://{address}/feedback"),
        &json!(thumb),
        HeaderMap::new(),
    )
    .await;

    let id = answered.trace.trace_id();
    // `FROM Span WHERE trace.id = '…'`
    is_whole(&installed.spans_where("trace.id", &id));
    // `FROM Span WHERE workflow.type = 'rag'`
    let mut steps = installed.spans_where("workflow.type", "rag");
    steps.retain(|span| span.trace_id == id);
    tells_what_views_need(&steps);
    assert_eq!(installed.receiver.problems().first(), None);
}

/// All steps are there, in order, each below the one that made it.
fn is_whole(trace: &[Span]) {
    let order: Vec<_> = trace.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(order[..3], ["gateway", "POST /ask", "answer"]);
    assert_eq!(order[3..], BELOW);
    // Each below the one that made it.
    for (child, parent) in [(1, 0), (2, 1)] {
        assert_eq!(trace[child].parent_id, trace[parent].id);
    }
    for span in &trace[3..] {
        assert_eq!(span.parent_id, trace[2].id, "{}", span.name);
    }
    // All that was said above holds below; of the feedback, which came with
    // another request, only where it belongs.
    for span in &trace[3..9] {
        for (key, value) in [
            ("workflow.type", "rag"),
            ("user.id", "u-7"),
            ("gen_ai.conversation.id", "c-1"),
            ("llm.conversation_id", "c-1"),
            ("tenant.id", "acme & co"),
        ] {
            let told = span.attributes.get(key);
            assert_eq!(told, Some(&json!(value)), "{key} of {}", span.name);
        }
        assert_eq!(span.error, None, "{}", span.name);
    }
    let [(name, thumb)] = trace[9].events.as_slice() else {
        panic!("{:#?}", trace[9]);
    };
    assert_eq!(name, "gen_ai.evaluation.result");
    assert_eq!(thumb["gen_ai.evaluation.score.label"], "positive");
    assert_eq!(thumb["gen_ai.evaluation.explanation"], "found it at once");
}

fn tells_what_views_need(workflow: &[Span]) {
    let names: Vec<_> = workflow.iter().map(|span| span.name.as_str()).collect();
    assert_eq!((names[0], &names[1..]), ("answer", &BELOW[..6]));
    for (index, needs) in [
        (1, &["gen_ai.usage.input_tokens"][..]),
        (
            2,
            &[
                "gen_ai.retrieval.query.text",
                "gen_ai.retrieval.documents",
                "gen_ai.retrieval.top_k",
                "db.system.name",
            ],
        ),
        (3, &["gen_ai.request.model", "gen_ai.output.messages"]),
        (
            4,
            &[
                "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens",
                "gen_ai.response.finish_reasons",
                "gen_ai.response.time_to_first_chunk",
                "gen_ai.input.messages",
            ],
        ),
        (
            5,
            &[
                "gen_ai.tool.name",
                "gen_ai.tool.call.id",
                "gen_ai.tool.call.arguments",
                "gen_ai.tool.call.result",
            ],
        ),
        (6, &["gen_ai.output.messages", "gen_ai.system"]),
    ] {
        let span = &workflow[index];
        for key in ["gen_ai.operation.name"].iter().chain(needs) {
            assert!(span.attributes.contains_key(*key), "{key}: {span:#?}");
        }
    }
    assert_eq!(
        workflow[4].attributes["gen_ai.response.finish_reasons"],
        "tool_calls"
    );
    assert_eq!(
        workflow[6].attributes["gen_ai.response.finish_reasons"],
        "stop"
    );
}

/// To the embedding, the rerank and two turns.
fn answers(bedrock: &MockBedrock) {
    let embedded = json!({"embedding": [0.5, -0.5], "inputTextTokenCount": 5});
    bedrock.queue_answer(Answer::json(200, &embedded));
    let ranked = json!({"results": [
        {"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]});
    bedrock.queue_answer(Answer::json(200, &ranked));
    let start = json!({"contentBlockIndex": 0,
        "start": {"toolUse": {"toolUseId": "tooluse_1", "name": "get_order"}}});
    let piece = json!({"contentBlockIndex": 0, "delta": {"toolUse": {"input": "{\"number\":17}"}}});
    let usage = json!({"inputTokens": 30, "outputTokens": 9, "totalTokens": 39});
    bedrock.queue_answer(Answer::events(vec![
        event("messageStart", &json!({"role": "assistant"})),
        event("contentBlockStart", &start),
        event("contentBlockDelta", &piece),
        event("contentBlockStop", &json!({"contentBlockIndex": 0})),
        event("messageStop", &json!({"stopReason": "tool_use"})),
        event(
            "metadata",
            &json!({"usage": usage, "metrics": {"latencyMs": 90}}),
        ),
    ]));
    let words = ["It is", " on its way."];
    bedrock.queue_answer(Answer::events(converse_text(&words)));
}

fn hits() -> Value {
    json!({"hits": {"hits": [
        {"_index": "handbook", "_id": "1", "_score": 0.7, "_source": {"text": "Refunds take ten days."}},
        {"_index": "handbook", "_id": "2", "_score": 0.6, "_source": {"text": "Orders ship daily."}},
    ]}})
}

async fn post(url: &str, body: &Value, headers: HeaderMap) -> Bytes {
    let client = HttpClient::builder(TokioExecutor::new()).build_http();
    let mut request = http::Request::post(url)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.to_string())))
        .unwrap();
    request.headers_mut().extend(headers);
    let response = client.request(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().collect().await.unwrap().to_bytes()
}

const CHAT: &str = "chat amazon.nova-lite-v1:0";

/// What a question takes, and what comes after.
const BELOW: [&str; 7] = [
    "embeddings amazon.titan-embed-text-v2:0",
    "retrieval handbook",
    "rerank cohere.rerank-v3-5:0",
    CHAT,
    "execute_tool get_order",
    CHAT,
    "feedback",
];
