//! The rooms of `src/` depend on each other in one direction, and names that
//! are emitted stand in one of them. Reads the sources.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};

/// A room may use those above it, and itself.
const ROOMS: &[&str] = &[
    "error",
    "semconv",
    "record",
    "trace",
    "decode",
    "emit",
    "feedback",
    "config",
    "sdk",
    "app",
    "telemetry",
];

/// What a room may not use, of its own crate or of others.
const STRANGERS: &[(&str, &[&str])] = &[
    ("record", &["aws_", "opentelemetry", "tracing"]),
    ("decode", &["emit", "opentelemetry", "tracing"]),
    ("emit", &["aws_", "decode"]),
    ("telemetry", &["aws_", "decode", "record", "sdk"]),
];

#[test]
fn dependencies_point_one_way() {
    let mut seen = 0;
    for (path, source) in sources() {
        let room = room(&path);
        let place = position(&room);
        for used in uses(&source) {
            let Some(used) = used.strip_prefix("crate::") else {
                continue;
            };
            // What the crate root re-exports: the error type and the target.
            let used = head(used);
            let used = match used.as_str() {
                "Error" => "error".to_owned(),
                "TARGET" => continue,
                _ => used,
            };
            seen += 1;
            assert!(
                position(&used) <= place,
                "{}: `{room}` may not use `{used}`",
                path.display()
            );
        }
    }
    assert!(seen > 100, "only {seen} uses were seen");
}

#[test]
fn rooms_keep_away_from_strangers() {
    let mut watched = 0;
    for (path, source) in sources() {
        let room = room(&path);
        let Some((_, strangers)) = STRANGERS.iter().find(|(name, _)| *name == room) else {
            continue;
        };
        watched += 1;
        for used in uses(&source) {
            // A room is named from the root of the crate, a module of its own
            // (`semconv::operation`) may have the name of another.
            let (own, name) = match used.strip_prefix("crate::") {
                Some(name) => (true, name),
                None => (false, used.as_str()),
            };
            for stranger in *strangers {
                assert!(
                    own != ROOMS.contains(stranger) || !name.starts_with(stranger),
                    "{}: `{room}` may not use `{used}`",
                    path.display()
                );
            }
        }
    }
    assert!(watched > 20, "only {watched} files were watched");
}

#[test]
fn names_stand_in_one_room() {
    for (path, source) in sources() {
        // Tests spell names out: what they check is what is emitted.
        if room(&path) == "semconv"
            || path.ends_with("tests.rs")
            || path.ends_with("render_tests.rs")
        {
            continue;
        }
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("//"))
        {
            for prefix in ["\"gen_ai.", "\"aws.bedrock", "\"aws.request"] {
                let dialect = path.ends_with("new_relic/dialect.rs");
                assert!(
                    dialect || !line.contains(prefix),
                    "{}: {line}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn files_stay_small() {
    for (path, source) in sources() {
        let code = source.lines().map(str::trim);
        let code = code
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count();
        assert!(code <= 300, "{}: {code} lines of code", path.display());
    }
}

/// Paths after `use`, and those that a line spells out.
fn uses(source: &str) -> Vec<String> {
    let code = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"));
    let words =
        code.flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || "_:{".contains(c))));
    let mut found = Vec::new();
    for word in words.filter(|word| word.contains("::")) {
        found.push(word.trim_start_matches("::").to_owned());
    }
    found
}

/// The first name of a path.
fn head(path: &str) -> String {
    let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    path.get(..end.unwrap_or(path.len()))
        .unwrap_or_default()
        .to_owned()
}

fn position(room: &str) -> usize {
    let found = ROOMS.iter().position(|known| *known == room);
    found.unwrap_or_else(|| panic!("the room `{room}` is in no row"))
}

/// The room of a file: its folder, or its own name.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap();
    let first = inside.components().next().unwrap();
    Path::new(first.as_os_str())
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file below `src/` but the crate root, which only re-exports.
fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("lib.rs")
            {
                let source = fs::read_to_string(&path).unwrap();
                sources.push((path, source));
            }
        }
    }
    sources
}
