//! Every payload format of the table, and the search in it.

use std::fs;
use std::path::{Path, PathBuf};

use super::fixture::{fixture_directory, read_fixtures};
use crate::decode::payload;
use crate::decode::payload::table::FORMATS;
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;
use crate::semconv::operation::TEXT_COMPLETION;

#[test]
fn every_format_has_fixtures() {
    for format in FORMATS {
        let fixtures = read_fixtures(*format);
        let has_response = fixtures.iter().any(|fixture| fixture.response().is_some());
        assert!(
            has_response,
            "{format:?} has no request with a response in {}",
            fixture_directory(*format).display()
        );
        let streams = fixtures.iter().any(|fixture| !fixture.chunks().is_empty());
        let is_listed = WITHOUT_STREAMS.contains(&format!("{format:?}").as_str());
        assert!(
            streams != is_listed,
            "{format:?}: a stream, or its name in the list"
        );
        for fixture in fixtures {
            let span = fixture.path.with_extension("span.json");
            assert!(span.exists(), "{} is missing", span.display());
        }
    }
}

#[test]
fn every_fixture_directory_belongs_to_a_format() {
    let known: Vec<PathBuf> = FORMATS.iter().map(|it| fixture_directory(*it)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        assert!(known.contains(&path), "{}", path.display());
    }
}

#[test]
fn every_format_reads_its_own_fixtures() {
    for format in FORMATS {
        for fixture in read_fixtures(*format) {
            let what = fixture.path.display();
            let mut call = Call::new(None, Some(100)).streaming();
            let is_hinted = format.reads_model(ModelId::parse(fixture.model()));
            assert!(
                format.read_request(fixture.request(), is_hinted, &mut call),
                "{what}"
            );
            if let Some(response) = fixture.response() {
                assert!(format.read_response(response, &mut call), "{what}");
            }
            for chunk in fixture.chunks() {
                let read =
                    format.read_chunk(chunk, &mut call) || format.read_response(chunk, &mut call);
                assert!(read, "{what}: {chunk:?}");
            }
        }
    }
}

/// Luma's and Nova Reel's responses look the same.
#[test]
fn response_is_read_with_the_format_of_the_request() {
    let mut call = Call::new(None, None);
    let request = Json::parse(br#"{"prompt":"a fox","duration":"5s"}"#).unwrap();
    assert!(payload::read_request(&request, &mut call));
    let row = call.payload_format;
    assert_eq!(format!("{:?}", FORMATS[row.unwrap()]), "Luma");
    let response = Json::parse(br#"{"invocationArn":"arn:aws:bedrock:::async-invoke/a"}"#);
    assert!(payload::read_response(&response.unwrap(), &mut call));
    assert_eq!(call.payload_format, row);
}

#[test]
fn chunk_of_another_format_replaces_the_known_one() {
    let mut call = Call::new(None, None).streaming();
    let request = Json::parse(br#"{"prompt":"hello"}"#).unwrap();
    assert!(payload::read_request(&request, &mut call));
    assert_eq!(call.operation, None);
    for chunk in [r#"{"generation":"hi"}"#, r#"{"generation":" there"}"#] {
        let chunk = Json::parse(chunk.as_bytes()).unwrap();
        assert!(payload::read_chunk(&chunk, &mut call));
        let row = call.payload_format.unwrap();
        assert_eq!(format!("{:?}", FORMATS[row]), "Llama");
    }
    assert_eq!(call.operation, Some(TEXT_COMPLETION));
}

/// Formats whose models do not stream.
const WITHOUT_STREAMS: &[&str] = &[
    "AmazonImage",
    "AmazonVideo",
    "CohereEmbed",
    "Jurassic",
    "Luma",
    "Marengo",
    "NovaEmbed",
    "OpenaiEmbed",
    "Rerank",
    "Stability",
    "TitanEmbed",
];
