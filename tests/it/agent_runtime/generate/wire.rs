//! What is asked of `RetrieveAndGenerate`, what it answers, and what the spans
//! have to say of it.

use aws_sdk_bedrockagentruntime::Client;
use aws_sdk_bedrockagentruntime::operation::retrieve_and_generate_stream::RetrieveAndGenerateStreamOutput;
use aws_sdk_bedrockagentruntime::primitives::Blob;
use aws_sdk_bedrockagentruntime::types::{
    ByteContentDoc, ExternalSource, ExternalSourceType, ExternalSourcesGenerationConfiguration,
    ExternalSourcesRetrieveAndGenerateConfiguration, GenerationConfiguration,
    GuardrailConfiguration, InferenceConfig, KnowledgeBaseRetrievalConfiguration,
    KnowledgeBaseRetrieveAndGenerateConfiguration, KnowledgeBaseVectorSearchConfiguration,
    PerformanceConfigLatency, PerformanceConfiguration, PromptTemplate,
    RetrieveAndGenerateConfiguration, RetrieveAndGenerateInput, RetrieveAndGenerateType,
    S3ObjectDoc, TextInferenceConfig,
};
use serde_json::{Value, json};

use crate::support::mock_bedrock::frames::{Frame, event};

pub(super) const MODEL: &str = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0";
pub(super) const CHAT: &str =
    "chat arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0";
pub(super) const QUESTION: &str = "How long do refunds take?";

pub(super) fn answer() -> Value {
    json!({
        "sessionId": "session-7",
        "guardrailAction": "NONE",
        "output": {"text": "Refunds take five days. Mail us."},
        "citations": [
            {
                "generatedResponsePart": part("Refunds take five days.", 0),
                "retrievedReferences": [refunds(), faq()],
            },
            {
                "generatedResponsePart": part("Mail us.", 24),
                "retrievedReferences": [faq()],
            },
        ],
    })
}

pub(super) fn events() -> Vec<Frame> {
    let citation = json!({"generatedResponsePart": part("Refunds take five days.", 0),
        "retrievedReferences": [refunds(), faq()]});
    vec![
        event("output", &json!({"text": "Refunds take five days."})),
        event("citation", &json!({"citation": citation})),
        event("output", &json!({"text": " Mail us."})),
        event(
            "citation",
            &json!({"generatedResponsePart": part("Mail us.", 24), "retrievedReferences": [faq()]}),
        ),
        event("guardrail", &json!({"action": "NONE"})),
    ]
}

fn part(text: &str, start: usize) -> Value {
    let end = start + text.len() - 1;
    json!({"textResponsePart": {"text": text, "span": {"start": start, "end": end}}})
}

fn refunds() -> Value {
    json!({
        "content": {"type": "TEXT", "text": "Five days, Handbook p. 3."},
        "location": {"type": "S3", "s3Location": {"uri": "s3://handbook/r.md"}},
    })
}

fn faq() -> Value {
    json!({
        "content": {"type": "TEXT", "text": "Mail refunds@shop.example."},
        "location": {"type": "WEB", "webLocation": {"url": "https://shop.example/faq"}},
    })
}

pub(super) fn output() -> Value {
    json!([{
        "role": "assistant",
        "parts": [{
            "type": "text",
            "content": "Refunds take five days. Mail us.",
            "citations": [
                {"source": "s3://handbook/r.md"},
                {"source": "https://shop.example/faq"},
            ],
        }],
        "finish_reason": "stop",
    }])
}

/// What the step of the search says.
pub(super) fn search() -> Value {
    json!({
        "gen_ai.operation.name": "retrieval",
        "aws.bedrock.knowledge_base.id": "KB12345678",
        "gen_ai.data_source.id": "KB12345678",
        "gen_ai.retrieval.query.text": QUESTION,
        "gen_ai.retrieval.top_k": 4,
        "gen_ai.retrieval.documents": [
            {"id": "s3://handbook/r.md", "content": "Five days, Handbook p. 3."},
            {"id": "https://shop.example/faq", "content": "Mail refunds@shop.example."},
        ],
    })
}

/// What the step of the generation says.
pub(super) fn generated() -> Value {
    json!({
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": MODEL,
        "aws.bedrock.model.name": "nova-pro",
        "aws.bedrock.model.vendor": "amazon",
        "gen_ai.request.temperature": 0.0,
        "gen_ai.request.top_p": 0.9,
        "gen_ai.request.max_tokens": 300,
        "gen_ai.request.stop_sequences": ["END"],
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.input.messages": [{
            "role": "user",
            "parts": [{"type": "text", "content": QUESTION}],
        }],
        "gen_ai.output.messages": output(),
    })
}

fn guardrail(id: &str) -> GuardrailConfiguration {
    let guardrail = GuardrailConfiguration::builder().guardrail_id(id);
    let guardrail = guardrail.guardrail_version("3").build();
    guardrail.expect("a guardrail")
}

fn inference(temperature: f32) -> InferenceConfig {
    let text = TextInferenceConfig::builder()
        .temperature(temperature)
        .top_p(0.9)
        .max_tokens(300)
        .stop_sequences("END")
        .build();
    InferenceConfig::builder()
        .text_inference_config(text)
        .build()
}

fn configuration() -> RetrieveAndGenerateConfiguration {
    let search = KnowledgeBaseVectorSearchConfiguration::builder();
    let search = search.number_of_results(4).build();
    let latency = PerformanceConfigLatency::Optimized;
    let template = PromptTemplate::builder().text_prompt_template("Answer from $search_results$.");
    let generation = GenerationConfiguration::builder()
        .prompt_template(template.build())
        .guardrail_configuration(guardrail("gr-1"))
        .inference_config(inference(0.0))
        .performance_config(PerformanceConfiguration::builder().latency(latency).build())
        .build();
    let retrieval = KnowledgeBaseRetrievalConfiguration::builder();
    let base = KnowledgeBaseRetrieveAndGenerateConfiguration::builder()
        .knowledge_base_id("KB12345678")
        .model_arn(MODEL)
        .retrieval_configuration(retrieval.vector_search_configuration(search).build())
        .generation_configuration(generation)
        .build()
        .expect("a configuration");
    RetrieveAndGenerateConfiguration::builder()
        .r#type(RetrieveAndGenerateType::KnowledgeBase)
        .knowledge_base_configuration(base)
        .build()
        .expect("a configuration")
}

fn question() -> RetrieveAndGenerateInput {
    let question = RetrieveAndGenerateInput::builder().text(QUESTION);
    question.build().expect("a question")
}

pub(super) async fn ask(client: Client) {
    let call = client.retrieve_and_generate().session_id("session-6");
    let call = call.input(question());
    let call = call.retrieve_and_generate_configuration(configuration());
    // Some are answered with errors, which are the caller's.
    drop(call.send().await);
}

pub(super) async fn ask_for_a_stream(client: Client) {
    let mut stream = stream(&client).await;
    while let Ok(Some(_)) = stream.stream.recv().await {}
}

pub(super) async fn stream(client: &Client) -> RetrieveAndGenerateStreamOutput {
    let call = client
        .retrieve_and_generate_stream()
        .session_id("session-6");
    let call = call.input(question());
    let call = call.retrieve_and_generate_configuration(configuration());
    call.send().await.expect("a stream")
}

pub(super) async fn ask_about_documents(client: Client) {
    let inline = ByteContentDoc::builder()
        .identifier("a.txt")
        .content_type("text/plain")
        .data(Blob::new("Refunds"))
        .build()
        .expect("a document");
    let inline = ExternalSource::builder()
        .source_type(ExternalSourceType::ByteContent)
        .byte_content(inline);
    let place = S3ObjectDoc::builder().uri("s3://handbook/a.pdf").build();
    let stored = ExternalSource::builder()
        .source_type(ExternalSourceType::S3)
        .s3_location(place.expect("a place"));
    let generation = ExternalSourcesGenerationConfiguration::builder()
        .guardrail_configuration(guardrail("gr-2"))
        .inference_config(inference(0.25))
        .build();
    let sources = ExternalSourcesRetrieveAndGenerateConfiguration::builder()
        .model_arn(MODEL)
        .sources(inline.build().expect("a source"))
        .sources(stored.build().expect("a source"))
        .generation_configuration(generation)
        .build()
        .expect("a configuration");
    let configuration = RetrieveAndGenerateConfiguration::builder()
        .r#type(RetrieveAndGenerateType::ExternalSources)
        .external_sources_configuration(sources)
        .build()
        .expect("a configuration");
    let call = client.retrieve_and_generate().input(question());
    let call = call.retrieve_and_generate_configuration(configuration);
    call.send().await.expect("an answer");
}
