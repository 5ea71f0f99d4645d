//! Every fixture of every payload format: the attributes of the span, for whole
//! and streamed responses, by the model's own id and by an opaque ARN.
//!
//! A fixture is `tests/fixtures/<format>/<case>.json`: a model id, a request, a
//! response or its chunks or both. The expected attributes are beside it, in
//! `<case>.span.json`. With `BLESS=1` in the environment the test writes that
//! file instead of comparing: read it before you commit it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
use serde_json::{Map, Value, json};

use crate::support::mock_bedrock::frames::{Frame, chunk};
use crate::support::mock_bedrock::{Answer, MockBedrock};
use crate::support::spans::{Span, Spans};

/// Does not name the model.
const OPAQUE: &str =
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";

type Attributes = BTreeMap<String, Value>;

#[tokio::test]
async fn every_fixture_gives_the_expected_attributes() {
    let server = MockBedrock::start().await;
    let mut wrong = Vec::new();
    for path in fixture_paths() {
        let fixture = read(&path);
        let expectations = path.with_extension("span.json");
        let named = collect_attributes(&server, &fixture, fixture["model"].as_str().unwrap()).await;
        if std::env::var_os("BLESS").is_some() {
            let text = serde_json::to_string_pretty(&named).unwrap();
            fs::write(&expectations, text + "\n").unwrap();
        }
        let expected = read(&expectations);
        let opaque = collect_attributes(&server, &fixture, OPAQUE).await;
        for (id, found) in [("its own id", named), ("an opaque ARN", opaque)] {
            if found != expected {
                wrong.push(format!(
                    "{} by {id}:\nexpected {expected:#}\nfound {found:#}",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn without_content_all_other_attributes_stay() {
    let server = MockBedrock::start().await;
    for path in fixture_paths() {
        let fixture = read(&path);
        let model = fixture["model"].as_str().unwrap();
        let options = MonitorOptions::new().capture(ContentCapture::Off);
        let client = client(&server, options);
        for (kind, mut expected) in read_expected(&path) {
            let span = call(&server, &client, &fixture, model, kind == "stream").await;
            expected.retain(|key, _| !CONTENT.contains(&key.as_str()));
            assert_eq!(attributes(&span), expected, "{} {kind}", path.display());
            assert!(span.events().is_empty(), "{} {kind}", path.display());
        }
    }
}

/// Media are counted and measured, and copied nowhere: neither by an id that
/// tells the payload format nor by one that does not.
#[tokio::test]
async fn no_span_holds_media() {
    let server = MockBedrock::start().await;
    let client = client(&server, MonitorOptions::new());
    let mut with_media = 0;
    for path in fixture_paths() {
        let fixture = read(&path);
        let mut media = Vec::new();
        find_media(&fixture, &mut media);
        if media.is_empty() {
            continue;
        }
        with_media += 1;
        for model in [fixture["model"].as_str().unwrap(), OPAQUE] {
            for kind in ["response", "stream"] {
                if fixture.get(kind).is_none() {
                    continue;
                }
                let span = call(&server, &client, &fixture, model, kind == "stream").await;
                let all = format!("{:?}", span.0);
                for medium in &media {
                    let start = &medium[..16];
                    assert!(!all.contains(start), "{} {kind}: {all}", path.display());
                }
            }
        }
    }
    assert!(with_media >= 15, "only {with_media} fixtures have media");
}

/// Texts that begin as images and videos do in base64.
fn find_media<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => {
            let data = text.split_once(";base64,").map_or(text.as_str(), |it| it.1);
            let beginnings = ["iVBORw0KGgo", "/9j/", "AAAAIGZ0eXA"];
            if beginnings.iter().any(|start| data.starts_with(start)) {
                found.push(data);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find_media(item, found)),
        Value::Object(members) => members.values().for_each(|it| find_media(it, found)),
        _ => {}
    }
}

/// The attributes of a fixture's spans: of its whole response, of its stream.
async fn collect_attributes(server: &MockBedrock, fixture: &Value, model: &str) -> Value {
    let client = client(server, MonitorOptions::new());
    let mut attributes_by_kind = Map::new();
    for (kind, key) in [("response", "response"), ("stream", "stream")] {
        if fixture.get(key).is_some() {
            let span = call(server, &client, fixture, model, kind == "stream").await;
            assert_eq!(span.error(), None);
            assert_eq!(span.text("gen_ai.request.model"), model);
            let name = format!("{} {model}", span.text("gen_ai.operation.name"));
            assert_eq!(span.name(), name);
            attributes_by_kind.insert(kind.to_owned(), json!(attributes(&span)));
        }
    }
    Value::Object(attributes_by_kind)
}

async fn call(
    server: &MockBedrock,
    client: &Client,
    fixture: &Value,
    model: &str,
    streamed: bool,
) -> Span {
    let spans = Spans::collect();
    let body = Blob::new(fixture["request"].to_string());
    if streamed {
        let frames: Vec<Frame> = list(&fixture["stream"]).iter().map(chunk).collect();
        server.set_answer(with_headers(Answer::events(frames), fixture));
        let call = client.invoke_model_with_response_stream();
        let mut stream = call.model_id(model).body(body).send().await.unwrap();
        while stream.body.recv().await.unwrap().is_some() {}
    } else {
        let answer = Answer::json(200, &fixture["response"]);
        server.set_answer(with_headers(answer, fixture));
        let call = client.invoke_model().model_id(model).body(body);
        call.send().await.unwrap();
    }
    spans.one()
}

fn with_headers(answer: Answer, fixture: &Value) -> Answer {
    let headers = fixture["headers"].as_object().into_iter().flatten();
    headers.fold(answer, |answer, (name, value)| {
        answer.header(name, value.as_str().unwrap())
    })
}

fn client(server: &MockBedrock, options: MonitorOptions) -> Client {
    monitor_bedrock_with(Client::from_conf(server.client_config().build()), options)
}

/// The attributes of the model call, without those that differ between runs or
/// between model ids.
fn attributes(span: &Span) -> Attributes {
    let all = span.attributes().into_iter();
    let kept = all.filter(|(key, _)| {
        (key.starts_with("gen_ai.") || key.starts_with("aws.bedrock."))
            && !EXCLUDED.contains(&key.as_str())
    });
    kept.map(|(key, value)| match value.as_str() {
        Some(text) if CONTENT.contains(&key.as_str()) => {
            let value = serde_json::from_str(text).unwrap();
            (key, value)
        }
        _ => (key, value),
    })
    .collect()
}

fn read_expected(path: &Path) -> Vec<(&'static str, Attributes)> {
    let expected = read(&path.with_extension("span.json"));
    ["response", "stream"]
        .into_iter()
        .filter_map(|kind| {
            let attributes = serde_json::from_value(expected.get(kind)?.clone()).unwrap();
            Some((kind, attributes))
        })
        .collect()
}

/// The fixtures of all payload formats.
fn fixture_paths() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = |directory: &Path| {
        let entries = fs::read_dir(directory).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let mut cases: Vec<PathBuf> = files(&root).iter().flat_map(|path| files(path)).collect();
    cases.retain(|path| !path.to_string_lossy().ends_with(".span.json"));
    assert!(cases.len() > 20, "there are fixtures: {cases:?}");
    cases
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

const CONTENT: &[&str] = &[
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
];

/// Tested in other files.
const EXCLUDED: &[&str] = &[
    "aws.bedrock.inference_profile",
    "aws.bedrock.model.name",
    "aws.bedrock.model.vendor",
    "aws.bedrock.stream.events",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.response.time_to_first_chunk",
];
