//! What holds for every dialect of the table.

use std::fs;
use std::path::{Path, PathBuf};

use super::format::PayloadFormat;
use super::table::FORMATS;
use crate::record::Call;
use crate::record::json::Json;
use crate::record::model_id::ModelId;

mod damage;
mod fuzz;
mod numbers;

/// A dialect's fixture, of which more is in `tests/it/payload_formats.rs`.
#[derive(Debug)]
struct Fixture {
    path: PathBuf,
    body: Json<'static>,
}

impl Fixture {
    fn model(&self) -> &str {
        self.body.get_str("model").unwrap()
    }

    fn request(&self) -> &Json<'static> {
        self.body.get("request").unwrap()
    }

    fn response(&self) -> Option<&Json<'static>> {
        self.body.get("response")
    }

    fn chunks(&self) -> &[Json<'static>] {
        self.body.get_array("stream")
    }
}

/// The directory of a dialect's fixtures has the name of its file.
fn directory(format: &dyn PayloadFormat) -> PathBuf {
    let mut name = String::new();
    for letter in format!("{format:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn fixtures(format: &dyn PayloadFormat) -> Vec<Fixture> {
    let Ok(entries) = fs::read_dir(directory(format)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.to_string_lossy().ends_with(".span.json"));
    paths.sort();
    let read = |path: PathBuf| {
        // Tests read a few, once: they may stay until the end.
        let text = fs::read(&path).unwrap().leak();
        let body = Json::parse(text).unwrap_or_else(|| panic!("{} is no JSON", path.display()));
        Fixture { path, body }
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_dialect_has_fixtures() {
    for format in FORMATS {
        let fixtures = fixtures(*format);
        let whole = fixtures.iter().any(|fixture| fixture.response().is_some());
        assert!(
            whole,
            "{format:?} has no request and answer in {}",
            directory(*format).display()
        );
        let streams = fixtures.iter().any(|fixture| !fixture.chunks().is_empty());
        let silent = WITHOUT_STREAMS.contains(&format!("{format:?}").as_str());
        assert!(
            streams != silent,
            "{format:?}: a stream, or its name in the list"
        );
        for fixture in fixtures {
            let span = fixture.path.with_extension("span.json");
            assert!(span.exists(), "{} is missing", span.display());
        }
    }
}

#[test]
fn every_directory_of_fixtures_belongs_to_a_dialect() {
    let known: Vec<PathBuf> = FORMATS.iter().map(|it| directory(*it)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        assert!(known.contains(&path), "{}", path.display());
    }
}

/// The dialect itself reads its fixtures, not another one that came first.
#[test]
fn every_dialect_reads_its_own_fixtures() {
    for format in FORMATS {
        for fixture in fixtures(*format) {
            let what = fixture.path.display();
            let mut call = Call::new(None, Some(100)).streaming();
            let hinted = format.reads_model(ModelId::parse(fixture.model()));
            assert!(
                format.read_request(fixture.request(), hinted, &mut call),
                "{what}"
            );
            if let Some(answer) = fixture.response() {
                assert!(format.read_response(answer, &mut call), "{what}");
            }
            for chunk in fixture.chunks() {
                let read =
                    format.read_chunk(chunk, &mut call) || format.read_response(chunk, &mut call);
                assert!(read, "{what}: {chunk:?}");
            }
        }
    }
}

/// Dialects whose models do not stream.
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
