//! The rules of the source tree. Each returns what breaks it.

use std::collections::BTreeSet;

use super::lexer::{code_lines, first_code_item};
use super::{SourceFile, SourceTree};

/// Each folder may use those above it, and itself. `error` is a file.
pub(crate) const ROOMS: &[&str] = &[
    "error",
    "warning",
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

/// The names of the crate root that every folder may use.
const ROOT_NAMES: &[&str] = &["Error", "TARGET"];

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
    ("telemetry", &["aws_"]),
];

/// All that the pipeline may use of this crate: it knows no Bedrock.
const TELEMETRY_MAY_USE: &[&[&str]] = &[
    &["Error"],
    &["TARGET"],
    &["emit", "sinks"],
    &["error"],
    &["semconv"],
    &["telemetry"],
    &["trace"],
    &["warning"],
];

const MAX_CODE_LINES: usize = 300;

/// Files that use a folder below their own, or a name that is in no folder.
pub(crate) fn find_upward_imports(tree: &SourceTree) -> Vec<String> {
    let mut found = Vec::new();
    for (file, path) in crate_paths(tree) {
        if ROOT_NAMES.contains(&path[0].as_str()) {
            continue;
        }
        let (own, used) = (position(file.room()), position(&path[0]));
        if own.is_none() || used.is_none() || used > own {
            found.push(format!("{}: crate::{}", file.name, path.join("::")));
        }
    }
    found
}

/// Files that use a crate or a folder that theirs may not use.
pub(crate) fn find_forbidden_imports(tree: &SourceTree) -> Vec<String> {
    let mut found = Vec::new();
    for (room, forbidden) in FORBIDDEN {
        for file in tree.files.iter().filter(|file| file.room() == *room) {
            let paths = file.paths.iter().map(|path| path.join("::"));
            let paths = paths.filter(|path| forbidden.iter().any(|it| path.starts_with(it)));
            found.extend(paths.map(|path| format!("{}: {path}", file.name)));
        }
    }
    found
}

/// Files of the pipeline that use more than `TELEMETRY_MAY_USE`.
pub(crate) fn find_pipeline_imports(tree: &SourceTree) -> Vec<String> {
    let paths = crate_paths(tree).filter(|(file, _)| file.room() == "telemetry");
    let paths = paths.filter(|(_, path)| {
        let mut allowed = TELEMETRY_MAY_USE.iter();
        !allowed.any(|start| path.len() >= start.len() && path[..start.len()] == **start)
    });
    let lines = paths.map(|(file, path)| format!("{}: crate::{}", file.name, path.join("::")));
    lines.collect()
}

/// Circles of imports between files, each once, as the files of a strongly
/// connected component.
pub(crate) fn find_circles(tree: &SourceTree) -> Vec<String> {
    let imports = tree.imports();
    let reachable: Vec<BTreeSet<usize>> = (0..imports.len())
        .map(|start| {
            let mut seen = BTreeSet::new();
            let mut open: Vec<usize> = imports[start].iter().copied().collect();
            while let Some(at) = open.pop() {
                if seen.insert(at) {
                    open.extend(&imports[at]);
                }
            }
            seen
        })
        .collect();
    let mut circles: Vec<String> = Vec::new();
    for start in 0..imports.len() {
        let is_mutual =
            |at: &usize| reachable[start].contains(at) && reachable[*at].contains(&start);
        let circle = (0..imports.len()).filter(is_mutual);
        let names: Vec<&str> = circle.map(|at| tree.files[at].name.as_str()).collect();
        let circle = names.join(" → ");
        if !circle.is_empty() && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// Names that are emitted, outside of `semconv`.
pub(crate) fn find_emitted_names(tree: &SourceTree) -> Vec<String> {
    let mut found = Vec::new();
    for file in &tree.files {
        // Tests spell names out: what they check is what is emitted.
        if file.room() == "semconv" || file.is_test() {
            continue;
        }
        let code = file
            .source
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap();
        let lines = code_lines(code).filter(|line| {
            let mut prefixes = ["\"gen_ai.", "\"aws.bedrock", "\"aws.request"].iter();
            prefixes.any(|prefix| line.contains(prefix))
        });
        found.extend(lines.map(|line| format!("{}: {line}", file.name)));
    }
    found
}

/// Files with too many lines of code.
pub(crate) fn find_large_files(tree: &SourceTree) -> Vec<String> {
    let sizes = tree
        .files
        .iter()
        .map(|file| (file, code_lines(&file.source).count()));
    let large = sizes.filter(|(_, lines)| *lines > MAX_CODE_LINES);
    large
        .map(|(file, lines)| format!("{}: {lines} lines of code", file.name))
        .collect()
}

/// The first item of each `mod.rs` that is neither `mod` nor `use`.
pub(crate) fn find_code_in_mod_files(tree: &SourceTree) -> Vec<String> {
    let files = tree.files.iter().filter(|file| file.is_mod());
    files
        .filter_map(|file| Some(format!("{}: {}", file.name, first_code_item(&file.code)?)))
        .collect()
}

/// All paths into this crate. The crate root re-exports from every folder.
pub(crate) fn crate_paths(tree: &SourceTree) -> impl Iterator<Item = (&SourceFile, &[String])> {
    let files = tree.files.iter().filter(|file| !file.is_root());
    files.flat_map(|file| file.crate_paths().map(move |path| (file, path)))
}

fn position(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}
