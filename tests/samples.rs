//! Samples are copied into applications: none may record the arguments of its
//! function, such as a question, as span fields.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn samples_record_no_arguments() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md")];
    for folder in ["src", "examples"] {
        collect_sources(&root.join(folder), &mut files);
    }
    let mut seen = 0;
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for (attribute, signature) in instrumented(&text) {
            seen += 1;
            let no_arguments = signature.contains("()");
            assert!(
                attribute.contains("skip_all") || no_arguments,
                "{}: {attribute} on {signature}",
                path.display()
            );
        }
    }
    assert!(seen > 8, "only {seen} samples were seen");
}

/// Each `#[instrument]` attribute, with the name and the arguments of its function.
fn instrumented(text: &str) -> impl Iterator<Item = (&str, &str)> {
    ["#[instrument", "#[tracing::instrument"]
        .into_iter()
        .flat_map(|start| text.match_indices(start))
        .filter_map(|(at, _)| {
            let (attribute, rest) = text.get(at..)?.split_once("]\n")?;
            // Not one that a sentence names.
            let rest = rest.trim_start_matches(['/', '!', '#', ' ']);
            let is_function = ["async fn", "fn", "pub"]
                .iter()
                .any(|it| rest.starts_with(it));
            let (_, function) = rest.split_once("fn ").filter(|_| is_function)?;
            let end = function.find(')')?;
            Some((attribute, function.get(..=end)?))
        })
}

fn collect_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_sources(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}
