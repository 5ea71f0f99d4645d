//! What of a conversation is recorded: where, how much of it, what a redaction
//! made of it, and nothing at all where content is off.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::HashMap;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, DocumentBlock, DocumentFormat, DocumentSource, Message,
    PromptVariableValues, ReasoningContentBlock, ReasoningTextBlock, SearchResultBlock,
    SearchResultContentBlock, SystemContentBlock, Tool, ToolConfiguration, ToolInputSchema,
    ToolResultBlock, ToolResultContentBlock, ToolSpecification, ToolUseBlock,
};
use aws_smithy_types::Document;
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use serde_json::json;

use crate::support::mock_bedrock::frames::{event, exception};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

mod invoked;
mod limit;
mod redaction;

/// What a conversation says, each piece once.
const PIECES: [&str; 13] = [
    "secret-system",
    "secret-question",
    "secret-document",
    "secret-file",
    "secret-source",
    "secret-found",
    "secret-thought",
    "secret-argument",
    "secret-result",
    "secret-description",
    "secret-schema",
    "secret-variable",
    "secret-answer",
];

const ATTRIBUTES: [&str; 5] = [
    "gen_ai.system_instructions",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.tool.definitions",
    "gen_ai.prompt.variable.city",
];

#[tokio::test]
async fn content_goes_where_it_is_asked_to_go() {
    for (capture, attributes, events) in [
        (ContentCapture::AttributesAndEvents, true, true),
        (ContentCapture::Off, false, false),
        (ContentCapture::Attributes, true, false),
        (ContentCapture::Events, false, true),
    ] {
        for streamed in [false, true] {
            let case = format!("{capture:?}, streamed {streamed}");
            let span = converse(MonitorOptions::new().capture(capture), streamed).await;
            for key in ATTRIBUTES {
                assert_eq!(span.has(key), attributes, "{case}: {key}");
            }
            let expected: &[&str] = if events {
                &[
                    "gen_ai.system.message",
                    "gen_ai.user.message",
                    "gen_ai.assistant.message",
                    "gen_ai.tool.message",
                    "gen_ai.choice",
                ]
            } else {
                &[]
            };
            assert_eq!(span.events(), expected, "{case}");
            // Whatever becomes of content, this is none.
            assert_eq!(
                span.attribute("gen_ai.usage.output_tokens"),
                json!(3),
                "{case}"
            );
            let reasons = span.attribute("gen_ai.response.finish_reasons");
            assert_eq!(reasons, json!(["stop"]), "{case}");
        }
    }
}

/// Each piece is on a span that records content, and none on one that does
/// not: what is absent there would have been found.
#[tokio::test]
async fn without_content_no_text_leaves() {
    for streamed in [false, true] {
        let all = everything(&converse(MonitorOptions::new(), streamed).await);
        for piece in PIECES {
            assert!(all.contains(piece), "{piece}, streamed {streamed}: {all}");
        }
        let off = MonitorOptions::new().capture(ContentCapture::Off);
        let nothing = everything(&converse(off, streamed).await);
        assert!(
            !nothing.contains("secret"),
            "streamed {streamed}: {nothing}"
        );
    }
}

#[tokio::test]
async fn without_content_no_text_leaves_with_a_failure_either() {
    let off = MonitorOptions::new().capture(ContentCapture::Off);
    let failed = Answer::error(400, "ValidationException", "no such field");
    let span = call(off.clone(), failed.clone(), false).await;
    assert!(!everything(&span).contains("secret"), "{span:#?}");
    let span = call(off.clone(), failed, true).await;
    assert!(!everything(&span).contains("secret"), "{span:#?}");

    let mut frames = vec![delta("secret-answer")];
    frames.push(exception(
        "throttlingException",
        &json!({"message": "later"}),
    ));
    let span = call(off, Answer::events(frames), true).await;
    assert_eq!(span.text("error.type"), "ThrottlingException");
    assert!(!everything(&span).contains("secret"), "{span:#?}");
}

#[tokio::test]
async fn debug_shows_no_content() {
    let redacts = "secret-answer".to_owned();
    let options = MonitorOptions::new()
        .attribute("tenant.id", "acme")
        .redact_with(move |content| {
            assert!(!format!("{content:?}").contains("secret-"), "{content:?}");
            let _ = content.text().contains(&redacts);
        });
    let text = format!("{options:?}");
    assert!(
        text.starts_with("MonitorOptions") && !text.contains("secret-"),
        "{text}"
    );

    let server = MockBedrock::start().await;
    let client = Client::from_conf(server.client_config().build());
    let client = monitor_bedrock_with(client, options.clone());
    let config = client.config();
    let text = format!(
        "{client:?} {config:?} {:?}",
        config.interceptors().collect::<Vec<_>>()
    );
    assert!(!text.contains("secret-"), "{text}");
    // A panic of the closure above would withhold the text.
    let span = converse(options, false).await;
    assert!(everything(&span).contains("secret-answer"));
}

/// Everything that an exporter gets of a span.
fn everything(span: &Span) -> String {
    format!("{:?}", span.0)
}

/// A conversation with something of every kind, answered.
async fn converse(options: MonitorOptions, streamed: bool) -> Span {
    let usage = json!({"inputTokens": 20, "outputTokens": 3, "totalTokens": 23});
    let answer = if streamed {
        Answer::events(vec![
            event("messageStart", &json!({"role": "assistant"})),
            delta("secret-answer"),
            event("messageStop", &json!({"stopReason": "end_turn"})),
            event(
                "metadata",
                &json!({"usage": usage, "metrics": {"latencyMs": 1}}),
            ),
        ])
    } else {
        let message = json!({"role": "assistant", "content": [{"text": "secret-answer"}]});
        let output = json!({"message": message});
        let answer = json!({"output": output, "stopReason": "end_turn", "usage": usage});
        Answer::json(200, &answer)
    };
    call(options, answer, streamed).await
}

async fn call(options: MonitorOptions, answer: Answer, streamed: bool) -> Span {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(answer);
    let config = monitor_bedrock_with(server.client_config(), options);
    let client = Client::from_conf(config.build());
    let system = SystemContentBlock::Text("secret-system".to_owned());
    let value = PromptVariableValues::Text("secret-variable".to_owned());
    let variables = HashMap::from([("city".to_owned(), value)]);
    if streamed {
        let call = client.converse_stream().model_id(MODEL).system(system);
        let call = call.set_messages(Some(messages())).tool_config(tools());
        if let Ok(mut answer) = call.set_prompt_variables(Some(variables)).send().await {
            while let Ok(Some(_)) = answer.stream.recv().await {}
        }
    } else {
        let call = client.converse().model_id(MODEL).system(system);
        let call = call.set_messages(Some(messages())).tool_config(tools());
        drop(call.set_prompt_variables(Some(variables)).send().await);
    }
    spans.one()
}

fn delta(text: &str) -> crate::support::mock_bedrock::frames::Frame {
    event(
        "contentBlockDelta",
        &json!({"contentBlockIndex": 0, "delta": {"text": text}}),
    )
}

/// A question with documents, a tool call with a thought before it, its result.
fn messages() -> Vec<Message> {
    let message = |role, content| {
        let message = Message::builder().role(role);
        message.set_content(Some(content)).build().unwrap()
    };
    let document = DocumentBlock::builder()
        .format(DocumentFormat::Txt)
        .name("secret-file");
    let document = document.source(DocumentSource::Text("secret-document".to_owned()));
    let found = SearchResultContentBlock::builder().text("secret-found");
    let found = SearchResultBlock::builder()
        .source("https://example.com/secret-source")
        .title("Handbook")
        .content(found.build().unwrap());
    let thought = ReasoningTextBlock::builder().text("secret-thought").build();
    let arguments = HashMap::from([("city".to_owned(), "secret-argument".into())]);
    let call = ToolUseBlock::builder().tool_use_id("t1").name("weather");
    let call = call.input(Document::Object(arguments)).build().unwrap();
    let result = ToolResultContentBlock::Text("secret-result".to_owned());
    let result = ToolResultBlock::builder().tool_use_id("t1").content(result);
    vec![
        message(
            ConversationRole::User,
            vec![
                ContentBlock::Text("secret-question".to_owned()),
                ContentBlock::Document(document.build().unwrap()),
                ContentBlock::SearchResult(found.build().unwrap()),
            ],
        ),
        message(
            ConversationRole::Assistant,
            vec![
                ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(
                    thought.unwrap(),
                )),
                ContentBlock::ToolUse(call),
            ],
        ),
        message(
            ConversationRole::User,
            vec![ContentBlock::ToolResult(result.build().unwrap())],
        ),
    ]
}

fn tools() -> ToolConfiguration {
    let schema = HashMap::from([("title".to_owned(), "secret-schema".into())]);
    let tool = ToolSpecification::builder()
        .name("weather")
        .description("secret-description")
        .input_schema(ToolInputSchema::Json(Document::Object(schema)));
    let tool = Tool::ToolSpec(tool.build().unwrap());
    ToolConfiguration::builder().tools(tool).build().unwrap()
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
