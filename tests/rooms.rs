//! The structure of `src/`: folders depend on each other in one direction, files
//! in no circle, names that are emitted stand in one folder. Reads the sources.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

mod source_tree;

use source_tree::{code_lines, source_files};

/// Each folder may use those above it, and itself.
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

/// What a folder may not use: crates by the start of their name, folders of this
/// crate by `crate::`.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("semconv", &["aws_", "opentelemetry", "tracing"]),
    ("record", &["aws_", "opentelemetry", "tracing_"]),
    ("trace", &["aws_", "crate::record"]),
    ("decode", &["opentelemetry", "tracing", "crate::trace"]),
    ("emit", &["aws_", "crate::decode"]),
    ("config", &["aws_", "crate::decode"]),
    ("feedback", &["aws_", "crate::decode"]),
];

/// All that the pipeline may use of this crate: it knows no Bedrock.
const TELEMETRY_MAY_USE: &[&str] = &[
    "crate::Error",
    "crate::TARGET",
    "crate::emit::sinks",
    "crate::error",
    "crate::semconv",
    "crate::telemetry",
    "crate::trace",
];

#[test]
fn folders_use_only_those_above_them() {
    let files = source_files();
    let mut seen = 0;
    for file in &files {
        for path in file.crate_paths() {
            let Some(room) = ROOMS.iter().position(|room| *room == path[0]) else {
                // The crate root re-exports the error type and the log target.
                assert!(
                    ["Error", "TARGET"].contains(&path[0].as_str())
                        || path[0].starts_with(char::is_uppercase),
                    "{}: `{}` is no folder of ROOMS",
                    file.name,
                    path.join("::")
                );
                continue;
            };
            seen += 1;
            assert!(
                room <= position(file.room()),
                "{}: `{}` may not use `{}`",
                file.name,
                file.room(),
                path.join("::")
            );
        }
    }
    assert!(seen > 500, "only {seen} paths were seen");
}

#[test]
fn folders_do_not_use_what_is_forbidden() {
    let files = source_files();
    for (room, forbidden) in FORBIDDEN {
        let of_room = || files.iter().filter(|file| file.room() == *room);
        assert!(of_room().count() > 0, "`{room}` has no files");
        for (file, path) in of_room().flat_map(|file| file.paths.iter().map(move |it| (file, it))) {
            let path = path.join("::");
            let found = forbidden.iter().find(|start| path.starts_with(**start));
            assert_eq!(found, None, "{}: `{room}` may not use `{path}`", file.name);
        }
    }
}

#[test]
fn the_pipeline_knows_no_bedrock() {
    let files = source_files();
    let pipeline = files.iter().filter(|file| file.room() == "telemetry");
    let mut seen = 0;
    for file in pipeline {
        for path in file.crate_paths() {
            let path = format!("crate::{}", path.join("::"));
            let mut allowed = TELEMETRY_MAY_USE.iter();
            assert!(
                allowed.any(|start| path.starts_with(start)) || is_public_name(&path),
                "{}: `{path}`",
                file.name
            );
            seen += 1;
        }
        let sdk = file.paths.iter().find(|path| path[0].starts_with("aws_"));
        assert_eq!(sdk, None, "{}", file.name);
    }
    assert!(seen > 50, "only {seen} paths were seen");
}

/// A name of the crate root, as links of rustdoc have them.
fn is_public_name(path: &str) -> bool {
    let name = path.trim_start_matches("crate::");
    name.starts_with(char::is_uppercase)
}

#[test]
fn files_import_each_other_in_no_circle() {
    let files = source_files();
    let imports: Vec<Vec<usize>> = files.iter().map(|file| file.imports(&files)).collect();
    let edges: usize = imports.iter().map(Vec::len).sum();
    assert!(edges > 500, "only {edges} imports were seen");
    let circles = source_tree::find_circles(&imports);
    let circles: Vec<String> = circles
        .iter()
        .map(|circle| {
            let names: Vec<&str> = circle.iter().map(|at| files[*at].name.as_str()).collect();
            names.join(" → ")
        })
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn emitted_names_stand_in_semconv() {
    for file in source_files() {
        // Tests spell names out: what they check is what is emitted.
        if file.room() == "semconv" || file.is_test() {
            continue;
        }
        let code = file.source.split("#[cfg(test)]").next().unwrap();
        for line in code_lines(code) {
            for prefix in ["\"gen_ai.", "\"aws.bedrock", "\"aws.request"] {
                assert!(!line.contains(prefix), "{}: {line}", file.name);
            }
        }
    }
}

#[test]
fn files_stay_small() {
    for file in source_files() {
        let lines = code_lines(&file.source).count();
        assert!(lines <= 300, "{}: {lines} lines of code", file.name);
    }
}

#[test]
fn mod_files_hold_no_code() {
    for file in source_files()
        .iter()
        .filter(|it| it.name.ends_with("mod.rs"))
    {
        let items = [
            "fn ", "struct ", "enum ", "trait ", "impl ", "impl<", "static ", "const ",
        ];
        for line in code_lines(&file.source) {
            let item = line
                .trim_start_matches("pub ")
                .trim_start_matches("pub(crate) ");
            let found = items.iter().find(|start| item.starts_with(**start));
            assert_eq!(found, None, "{}: {line}", file.name);
        }
    }
}

fn position(room: &str) -> usize {
    let found = ROOMS.iter().position(|known| *known == room);
    found.unwrap_or_else(|| panic!("the folder `{room}` is not in ROOMS"))
}
