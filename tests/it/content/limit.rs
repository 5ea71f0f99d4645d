//! How content is shortened: inside its longest texts, with JSON that stays
//! JSON and a marker of how long it was.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{ContentBlock, ConversationRole, Message, SystemContentBlock};
use nr_bedrock_observability::{MonitorOptions, monitor_bedrock_with};
use serde_json::{Value, json};

use super::MODEL;
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

/// Of one byte, of two, of four, and one that JSON must escape.
const LETTERS: [char; 4] = ['a', 'é', '🦀', '"'];

#[tokio::test]
async fn long_content_is_shortened_to_the_limit_and_stays_json() {
    // The smallest limit that is taken is 256.
    for (asked, limit) in [(0, 256), (256, 256), (300, 300), (1001, 1001), (4095, 4095)] {
        for letter in LETTERS {
            let case = format!("{asked}, {letter}");
            let text = letter.to_string().repeat(10_000);
            let span = ask(MonitorOptions::new().content_limit(asked), &text, &[&text]).await;
            for key in [
                "gen_ai.system_instructions",
                "gen_ai.input.messages",
                "gen_ai.output.messages",
            ] {
                let json = span.json(key);
                let length = span.text(key).chars().count();
                assert!(length <= limit, "{case}: {key} has {length}");
                // Escapes take more room than the text has letters.
                assert!(length > limit / 2, "{case}: {key} has {length} of {limit}");
                let content = json.pointer("/0/parts/0/content");
                let content = content.or(json.pointer("/0/content")).unwrap();
                shortened(&case, content.as_str().unwrap(), letter, 10_000);
            }
            for event in [
                "gen_ai.system.message",
                "gen_ai.user.message",
                "gen_ai.choice",
            ] {
                let content = &span.events_named(event)[0]["content"];
                let content = content.as_str().unwrap();
                assert_eq!(content.chars().count(), limit, "{case}: {event}");
                shortened(&case, content, letter, 10_000);
            }
        }
    }
}

#[tokio::test]
async fn content_within_the_limit_is_whole() {
    let text = "é".repeat(256);
    let span = ask(MonitorOptions::new().content_limit(256), &text, &[&text]).await;
    for event in [
        "gen_ai.system.message",
        "gen_ai.user.message",
        "gen_ai.choice",
    ] {
        assert_eq!(
            span.events_named(event)[0]["content"],
            json!(text),
            "{event}"
        );
    }
    let more = format!("{text}é");
    let span = ask(MonitorOptions::new().content_limit(256), &more, &[&more]).await;
    let content = &span.events_named("gen_ai.choice")[0]["content"];
    shortened("one more", content.as_str().unwrap(), 'é', 257);
}

#[tokio::test]
async fn the_default_limit_is_4095_characters() {
    let text = "é".repeat(4096);
    let span = ask(MonitorOptions::new(), &text, &[&text]).await;
    let content = &span.events_named("gen_ai.choice")[0]["content"];
    assert_eq!(content.as_str().unwrap().chars().count(), 4095);
    assert!(span.text("gen_ai.output.messages").chars().count() <= 4095);
}

/// The short texts beside a long one stay as they are.
#[tokio::test]
async fn the_longest_texts_are_shortened_first() {
    let long = "x".repeat(5000);
    let texts = ["Hello.", &long, "When do refunds arrive?"];
    let span = ask(
        MonitorOptions::new().content_limit(1000),
        "Be brief.",
        &texts,
    )
    .await;
    let messages = span.json("gen_ai.input.messages");
    let content = |index: usize| messages[index]["parts"][0]["content"].clone();
    assert_eq!(content(0), json!("Hello."));
    assert_eq!(content(2), json!("When do refunds arrive?"));
    shortened("long", content(1).as_str().unwrap(), 'x', 5000);
    // An event each: only the long one is shortened.
    let events = span.events_named("gen_ai.user.message");
    assert_eq!(events[0]["content"], json!("Hello."));
    assert_eq!(
        events[1]["content"].as_str().unwrap().len(),
        1000 + "…".len() - 1
    );
}

/// Of more messages than have room the latest are kept, and the others counted.
#[tokio::test]
async fn a_conversation_of_very_many_messages_keeps_the_latest() {
    let texts: Vec<_> = (0..400).map(|n| format!("message {n}")).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let span = ask(MonitorOptions::new(), "Be brief.", &texts).await;
    let messages = span.json("gen_ai.input.messages");
    let Value::Array(messages) = messages else {
        panic!("{messages}");
    };
    assert_eq!(messages[0]["type"], "truncated");
    let omitted = usize::try_from(messages[0]["omitted"].as_u64().unwrap()).unwrap();
    assert_eq!(omitted + messages.len() - 1, 400);
    assert!(messages.len() > 1, "{messages:?}");
    // 96 of them have an event.
    let events = span.events_named("gen_ai.user.message");
    assert_eq!(events.len(), 96);
    assert_eq!(events[95]["content"], json!("message 399"));
    assert_eq!(
        span.attribute("aws.bedrock.input.messages.omitted"),
        json!(304)
    );
}

/// Texts of one message, shortened together, tell how long they were together.
/// Fewer messages with enough to be understood, not all with next to nothing.
#[tokio::test]
async fn a_long_conversation_keeps_the_words_of_its_latest_messages() {
    for (count, length) in [(40, 200), (64, 100), (100, 200), (1_000, 50)] {
        let texts: Vec<String> = (0..count)
            .map(|index| format!("m{index} {}", "word ".repeat(length / 5)))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let span = ask(MonitorOptions::new(), "", &texts).await;
        let text = span.text("gen_ai.input.messages");
        assert!(
            text.chars().count() <= 4_095 && text.len() > 2_500,
            "{count}"
        );
        let messages = span.json("gen_ai.input.messages");
        let last = messages.as_array().unwrap().last().unwrap();
        let last = last["parts"][0]["content"].as_str().unwrap();
        assert!(
            last.starts_with(&format!("m{} word word word word word", count - 1)),
            "{last}"
        );
    }
}

#[tokio::test]
async fn a_message_of_several_texts_tells_the_length_of_all() {
    let parts = [
        json!({"text": "a".repeat(300)}),
        json!({"text": "b".repeat(100)}),
    ];
    let answer = json!({
        "output": {"message": {"role": "assistant", "content": parts}},
        "stopReason": "end_turn",
    });
    let options = MonitorOptions::new().content_limit(256);
    let span = answered(options, "Be brief.", &["Refunds?"], &answer).await;
    let choice = &span.events_named("gen_ai.choice")[0]["content"];
    let marker = "…[truncated, 400 characters]";
    let expected = "a".repeat(256 - marker.chars().count()) + marker;
    assert_eq!(*choice, json!(expected));
}

#[tokio::test]
async fn the_text_of_an_error_is_shortened_too() {
    let options = MonitorOptions::new().content_limit(256);
    let answer = Answer::error(400, "ValidationException", &"é".repeat(1000));
    let span = super::call(options, answer, false).await;
    let message = span.error().unwrap();
    assert_eq!(message.chars().count(), 256);
    shortened("status", &message, 'é', 1000);
    let exception = &span.events_named("exception")[0];
    assert_eq!(exception["exception.message"], json!(message));
}

/// The text's first letters, then how long it was.
fn shortened(case: &str, text: &str, letter: char, length: usize) {
    let (kept, marker) = text.split_once('…').unwrap_or((text, "nothing"));
    assert!(kept.chars().all(|kept| kept == letter), "{case}: {kept}");
    assert_eq!(
        marker,
        format!("[truncated, {length} characters]"),
        "{case}"
    );
}

/// A conversation of user messages, answered with the last one's text.
async fn ask(options: MonitorOptions, system: &str, texts: &[&str]) -> Span {
    let said = texts.last().unwrap();
    let answer = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": said}]}},
        "stopReason": "end_turn",
    });
    answered(options, system, texts, &answer).await
}

async fn answered(options: MonitorOptions, system: &str, texts: &[&str], answer: &Value) -> Span {
    let spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.queue_answer(Answer::json(200, answer));
    let config = monitor_bedrock_with(server.client_config(), options);
    let messages = texts.iter().map(|text| {
        let message = Message::builder().role(ConversationRole::User);
        let text = ContentBlock::Text((*text).to_owned());
        message.content(text).build().unwrap()
    });
    let call = Client::from_conf(config.build()).converse().model_id(MODEL);
    let call = call.system(SystemContentBlock::Text(system.to_owned()));
    call.set_messages(Some(messages.collect()))
        .send()
        .await
        .unwrap();
    spans.one()
}
