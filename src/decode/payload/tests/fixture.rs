//! The fixtures of the payload formats; see `tests/it/payload_formats.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::decode::payload::format::PayloadFormat;
use crate::record::json::Json;

/// A model id, a request, and a response or the chunks of one.
#[derive(Debug)]
pub(super) struct Fixture {
    pub(super) path: PathBuf,
    body: Json<'static>,
}

impl Fixture {
    pub(super) fn model(&self) -> &str {
        self.body.get_str("model").unwrap()
    }

    pub(super) fn request(&self) -> &Json<'static> {
        self.body.get("request").unwrap()
    }

    pub(super) fn response(&self) -> Option<&Json<'static>> {
        self.body.get("response")
    }

    pub(super) fn chunks(&self) -> &[Json<'static>] {
        self.body.get_array("stream")
    }
}

/// The directory of a format's fixtures has the name of its file.
pub(super) fn fixture_directory(format: &dyn PayloadFormat) -> PathBuf {
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

pub(super) fn read_fixtures(format: &dyn PayloadFormat) -> Vec<Fixture> {
    let Ok(entries) = fs::read_dir(fixture_directory(format)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.to_string_lossy().ends_with(".span.json"));
    paths.sort();
    let read = |path: PathBuf| {
        // Leaked: tests read a few fixtures, once.
        let text = fs::read(&path).unwrap().leak();
        let body = Json::parse(text).unwrap_or_else(|| panic!("{} is not JSON", path.display()));
        Fixture { path, body }
    };
    paths.into_iter().map(read).collect()
}
