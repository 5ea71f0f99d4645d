//! Rerank, `GenerateQuery` and `OptimizePrompt`.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::types::{
    BedrockRerankingConfiguration, BedrockRerankingModelConfiguration, InputPrompt, InputQueryType,
    QueryGenerationInput, QueryTransformationMode, RerankDocument, RerankDocumentType, RerankQuery,
    RerankQueryContentType, RerankSource, RerankSourceType, RerankTextDocument,
    RerankingConfiguration, RerankingConfigurationType, TextPrompt, TextToSqlConfiguration,
    TextToSqlConfigurationType, TextToSqlKnowledgeBaseConfiguration, TransformationConfiguration,
};
use nr_bedrock_observability::{ContentCapture, MonitorOptions};
use serde_json::json;

use super::{Run, of_every_call, told};
use crate::support::mock_bedrock::Answer;
use crate::support::mock_bedrock::frames::{Frame, event, exception};

const MODEL: &str = "arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0";

#[tokio::test]
async fn an_order_of_documents_says_query_indices_and_scores() {
    let run = Run::of(ranking(), rerank).await;
    let root = run.root();
    assert_eq!(root.name(), "rerank cohere.rerank-v3-5:0");
    of_every_call(&root, "Rerank");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "rerank",
            "gen_ai.request.model": MODEL,
            "aws.bedrock.model.name": "rerank",
            "aws.bedrock.model.vendor": "cohere",
            "aws.bedrock.rerank.documents.count": 3,
            "gen_ai.retrieval.query.text": "refund time",
            "gen_ai.retrieval.top_k": 2,
            "gen_ai.retrieval.documents": [
                {"index": 2, "score": 0.75, "content": "Five days."},
                {"index": 0, "score": 0.0},
            ],
            "http.response.status_code": 200,
        })
    );
}

#[tokio::test]
async fn an_order_without_content_keeps_indices_and_scores() {
    let options = MonitorOptions::new().capture(ContentCapture::Off);
    let run = Run::with(options, ranking(), rerank).await;
    let root = run.root();
    assert!(!root.has("gen_ai.retrieval.query.text"));
    assert_eq!(
        root.json("gen_ai.retrieval.documents"),
        json!([{"index": 2, "score": 0.75}, {"index": 0, "score": 0.0}])
    );
}

#[tokio::test]
async fn media_in_ranked_json_documents_are_not_copied() {
    let document = json!({"title": "Label", "data": {"type": "image", "bytes": "U0VDUkVU"}});
    let result = json!({
        "index": 0, "relevanceScore": 0.5,
        "document": {"type": "JSON", "jsonDocument": document},
    });
    let answer = Answer::json(200, &json!({"results": [result]}));
    let root = Run::of(answer, rerank).await.root();
    let documents = root.text("gen_ai.retrieval.documents");
    assert!(documents.contains("Label"), "{documents}");
    assert!(documents.contains("[base64, 6 bytes]"), "{documents}");
    assert!(!format!("{root:?}").contains("U0VDUkVU"), "{root:?}");
}

#[tokio::test]
async fn a_generated_query_says_the_question_and_what_became_of_it() {
    let answer = json!({"queries": [
        {"type": "REDSHIFT_SQL", "sql": "SELECT 1"},
        {"type": "REDSHIFT_SQL", "sql": "SELECT 2"},
    ]});
    let run = Run::of(Answer::json(200, &answer), query).await;
    let root = run.root();
    assert_eq!(root.name(), "generate_query KB12345678");
    of_every_call(&root, "GenerateQuery");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "generate_query",
            "aws.bedrock.knowledge_base.id": "KB12345678",
            "gen_ai.data_source.id": "KB12345678",
            "gen_ai.input.messages": [
                {"role": "user", "parts": [{"type": "text", "content": "How many orders?"}]},
            ],
            "gen_ai.output.messages": [{
                "role": "assistant",
                "parts": [
                    {"type": "text", "content": "SELECT 1"},
                    {"type": "text", "content": "SELECT 2"},
                ],
            }],
            "http.response.status_code": 200,
        })
    );
}

#[tokio::test]
async fn an_optimized_prompt_says_both_prompts_and_why() {
    let run = Run::of(Answer::events(optimized()), optimize).await;
    let root = run.root();
    assert_eq!(root.name(), "optimize_prompt amazon.nova-lite-v1:0");
    of_every_call(&root, "OptimizePrompt");
    assert_eq!(
        told(&root),
        json!({
            "gen_ai.operation.name": "optimize_prompt",
            "gen_ai.request.model": "amazon.nova-lite-v1:0",
            "gen_ai.request.stream": true,
            "aws.bedrock.model.name": "nova-lite",
            "aws.bedrock.model.vendor": "amazon",
            "aws.bedrock.stream.completed": true,
            "aws.bedrock.stream.events": 2,
            "gen_ai.input.messages": [
                {"role": "user", "parts": [{"type": "text", "content": "Sum up."}]},
            ],
            "gen_ai.output.messages": [{
                "role": "assistant",
                "parts": [
                    {"type": "reasoning", "content": "It says not how long."},
                    {"type": "text", "content": "Sum up in a sentence."},
                ],
            }],
            "http.response.status_code": 200,
        })
    );
    assert!(root.has("gen_ai.response.time_to_first_chunk"));
}

#[tokio::test]
async fn an_optimization_that_breaks_off_says_why() {
    let mut frames: Vec<Frame> = optimized().into_iter().take(1).collect();
    frames.push(exception(
        "dependencyFailedException",
        &json!({"message": "gone"}),
    ));
    let run = Run::of(Answer::events(frames), optimize).await;
    let root = run.root();
    assert_eq!(root.text("error.type"), "DependencyFailedException");
    assert_eq!(root.error().as_deref(), Some("gone"));
    assert_eq!(root.attribute("aws.bedrock.stream.completed"), json!(false));
}

fn ranking() -> Answer {
    let document = json!({"type": "TEXT", "textDocument": {"text": "Five days."}});
    let results = json!([
        {"index": 2, "relevanceScore": 0.75, "document": document},
        {"index": 0, "relevanceScore": 0.0},
    ]);
    Answer::json(200, &json!({ "results": results }))
}

fn optimized() -> Vec<Frame> {
    let prompt = json!({"textPrompt": {"text": "Sum up in a sentence."}});
    vec![
        event(
            "analyzePromptEvent",
            &json!({"message": "It says not how long."}),
        ),
        event(
            "optimizedPromptEvent",
            &json!({ "optimizedPrompt": prompt }),
        ),
    ]
}

async fn rerank(client: Client) {
    let text = |text: &str| RerankTextDocument::builder().text(text).build();
    let query = RerankQuery::builder()
        .r#type(RerankQueryContentType::Text)
        .text_query(text("refund time"))
        .build();
    let model = BedrockRerankingModelConfiguration::builder().model_arn(MODEL);
    let bedrock = BedrockRerankingConfiguration::builder()
        .number_of_results(2)
        .model_configuration(model.build().expect("a model"))
        .build();
    let configuration = RerankingConfiguration::builder()
        .r#type(RerankingConfigurationType::BedrockRerankingModel)
        .bedrock_reranking_configuration(bedrock)
        .build();
    let mut call = client
        .rerank()
        .queries(query.expect("a query"))
        .reranking_configuration(configuration.expect("a configuration"));
    for passage in ["We ship on Mondays.", "Hello.", "Five days."] {
        let document = RerankDocument::builder()
            .r#type(RerankDocumentType::Text)
            .text_document(text(passage))
            .build();
        let source = RerankSource::builder()
            .r#type(RerankSourceType::Inline)
            .inline_document_source(document.expect("a document"))
            .build();
        call = call.sources(source.expect("a source"));
    }
    call.send().await.expect("an order");
}

async fn query(client: Client) {
    let input = QueryGenerationInput::builder()
        .r#type(InputQueryType::Text)
        .text("How many orders?")
        .build();
    let base = TextToSqlKnowledgeBaseConfiguration::builder()
        .knowledge_base_arn("arn:aws:bedrock:us-east-1:123456789012:knowledge-base/KB12345678")
        .build();
    let sql = TextToSqlConfiguration::builder()
        .r#type(TextToSqlConfigurationType::KnowledgeBase)
        .knowledge_base_configuration(base.expect("a knowledge base"))
        .build();
    let transformation = TransformationConfiguration::builder()
        .mode(QueryTransformationMode::TextToSql)
        .text_to_sql_configuration(sql.expect("a configuration"))
        .build();
    let call = client
        .generate_query()
        .query_generation_input(input.expect("a question"))
        .transformation_configuration(transformation.expect("a transformation"));
    call.send().await.expect("queries");
}

async fn optimize(client: Client) {
    let prompt = TextPrompt::builder().text("Sum up.").build();
    let call = client
        .optimize_prompt()
        .input(InputPrompt::TextPrompt(prompt.expect("a prompt")))
        .target_model_id("amazon.nova-lite-v1:0");
    let mut stream = call.send().await.expect("a stream").optimized_prompt;
    while let Ok(Some(_)) = stream.recv().await {}
}
