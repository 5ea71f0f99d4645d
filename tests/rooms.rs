//! The structure of `src/`: folders depend on each other in one direction, files
//! in no circle, names that are emitted stand in one folder. Reads the sources.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

mod source_tree;

use std::collections::BTreeSet;

use source_tree::{SourceTree, rules};

#[test]
fn folders_use_only_those_above_them() {
    let tree = SourceTree::from_src();
    let seen = rules::crate_paths(&tree).count();
    assert!(seen > 500, "only {seen} paths were seen");
    assert_none(&rules::find_upward_imports(&tree));
}

#[test]
fn folders_do_not_use_what_is_forbidden() {
    assert_none(&rules::find_forbidden_imports(&SourceTree::from_src()));
}

#[test]
fn pipeline_knows_no_bedrock() {
    assert_none(&rules::find_pipeline_imports(&SourceTree::from_src()));
}

#[test]
fn files_import_each_other_in_no_circle() {
    let tree = SourceTree::from_src();
    let edges: usize = tree.imports().iter().map(BTreeSet::len).sum();
    assert!(edges > 500, "only {edges} imports were seen");
    assert_none(&rules::find_circles(&tree));
}

#[test]
fn emitted_names_stand_in_semconv() {
    assert_none(&rules::find_emitted_names(&SourceTree::from_src()));
}

#[test]
fn files_stay_small() {
    assert_none(&rules::find_large_files(&SourceTree::from_src()));
}

#[test]
fn command_follows_the_rules_of_files() {
    let tree = SourceTree::from_command();
    assert!(tree.files.len() > 2);
    assert_none(&rules::find_circles(&tree));
    assert_none(&rules::find_large_files(&tree));
    assert_none(&rules::find_code_in_mod_files(&tree));
}

#[test]
fn mod_files_hold_no_code() {
    assert_none(&rules::find_code_in_mod_files(&SourceTree::from_src()));
}

#[test]
fn design_describes_every_folder() {
    let design = include_str!("../DESIGN.md");
    let layout = design.split("## How is `src/` laid out?").nth(1).unwrap();
    let rows = layout.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    assert_eq!(rows, rules::ROOMS[2..]);
    for room in rows {
        assert!(layout.contains(&format!("{room}[")), "{room} is not drawn");
    }
}

// The rules report what breaks them.

#[test]
fn upward_import_is_reported() {
    let tree = SourceTree::new([("record/a.rs", "use super::super::emit::{self, b as c};")]);
    let expected = ["record/a.rs: crate::emit", "record/a.rs: crate::emit::b"];
    assert_eq!(rules::find_upward_imports(&tree), expected);
}

#[test]
fn root_name_counts_as_its_folder() {
    let tree = SourceTree::new([
        (
            "lib.rs",
            "pub use config::MonitorOptions;\npub use error::Error;\npub use opentelemetry;\npub mod tools {}\nconst TARGET: &str = \"\";",
        ),
        ("error.rs", "pub struct Error;"),
        (
            "config/mod.rs",
            "mod options;\npub use self::options::MonitorOptions;",
        ),
        (
            "config/options.rs",
            "use crate::record::a::A;\npub struct MonitorOptions;",
        ),
        (
            "record/a.rs",
            "use crate::{Error, MonitorOptions, TARGET};\nuse crate::opentelemetry::Key;\npub struct A;",
        ),
        (
            "telemetry/b.rs",
            "fn b(it: crate::MonitorOptions) { crate::tools::run(); crate::Unknown::new() }",
        ),
    ]);
    let upward = [
        "record/a.rs: crate::config::MonitorOptions",
        "telemetry/b.rs: crate::tools::run",
        "telemetry/b.rs: crate::Unknown::new",
    ];
    assert_eq!(rules::find_upward_imports(&tree), upward);
    let pipeline = [
        "telemetry/b.rs: crate::config::MonitorOptions",
        "telemetry/b.rs: crate::tools::run",
        "telemetry/b.rs: crate::Unknown::new",
    ];
    assert_eq!(rules::find_pipeline_imports(&tree), pipeline);
    assert_eq!(
        rules::find_forbidden_imports(&tree),
        ["record/a.rs: opentelemetry::Key"]
    );
    assert_eq!(
        rules::find_circles(&tree),
        ["config/options.rs → record/a.rs"]
    );
}

#[test]
fn forbidden_crate_is_reported() {
    let tree = SourceTree::new([
        (
            "decode/a.rs",
            "use std::fmt;\n// tracing::info!\nfn f() { tracing::debug!(\"opentelemetry::a\") }",
        ),
        ("emit/b.rs", "use crate::decode::a;"),
        ("record/c.rs", "fn f(it: ::aws_smithy_types::Document) {}"),
        ("telemetry/d.rs", "use aws_config as config;"),
    ]);
    let expected = [
        "record/c.rs: aws_smithy_types::Document",
        "decode/a.rs: tracing::debug",
        "emit/b.rs: crate::decode::a",
        "telemetry/d.rs: aws_config",
    ];
    assert_eq!(rules::find_forbidden_imports(&tree), expected);
}

#[test]
fn direct_circle_is_reported() {
    assert_circle(&[
        ("emit/a.rs", "use super::b::B;\nstruct A;"),
        ("emit/b.rs", "struct B(crate::emit::a::A);"),
    ]);
}

#[test]
fn circle_through_reexport_is_reported() {
    for reexport in ["self::b::B", "b::B", "crate::emit::b::{B}", "self::b::*"] {
        let module = format!("mod a;\nmod b;\npub(crate) use {reexport};");
        assert_circle(&[
            ("emit/a.rs", "use crate::emit::B;\nstruct A;"),
            ("emit/b.rs", "use super::a::A;\nstruct B;"),
            ("emit/mod.rs", &module),
        ]);
    }
}

#[test]
fn circle_through_alias_is_reported() {
    assert_circle(&[
        ("emit/a.rs", "use super::b as other;\nfn a() { other::b() }"),
        (
            "emit/b.rs",
            "use crate::emit::a::a as call;\nfn b() { call() }",
        ),
    ]);
    assert_circle(&[
        ("emit/a.rs", "use crate::emit::Alias;\nstruct A;"),
        ("emit/b.rs", "use super::a::A;\nstruct B;"),
        ("emit/mod.rs", "mod a;\nmod b;\nuse self::b::B as Alias;"),
    ]);
}

#[test]
fn circle_through_imported_module_is_reported() {
    for import in ["crate::emit", "crate::emit::{self}", "crate::*"] {
        let importer = format!("use {import};\nfn a() {{ emit::b::run() }}");
        assert_circle(&[
            ("emit/a.rs", &importer),
            ("emit/b.rs", "use super::a;\nfn run() { a::a() }"),
            ("emit/mod.rs", "mod a;\nmod b;"),
        ]);
    }
    assert_circle(&[
        (
            "emit/a.rs",
            "use crate::emit;\nuse emit::b::run;\nfn a() {}",
        ),
        ("emit/b.rs", "use super::a;\nfn run() { a::a() }"),
        ("emit/mod.rs", "mod a;\nmod b;"),
    ]);
}

#[test]
fn circle_through_glob_is_reported() {
    assert_circle(&[
        ("emit/a.rs", "use super::*;\nstruct A(B);"),
        ("emit/b.rs", "use super::a::*;\nstruct B;"),
        ("emit/mod.rs", "mod a;\nmod b;\nuse self::b::B;"),
    ]);
}

#[test]
fn circle_through_macro_is_reported() {
    assert_circle(&[
        (
            "emit/a.rs",
            "macro_rules! table { () => { $crate::emit::b::B } }",
        ),
        ("emit/b.rs", "struct B;\nstatic TABLE: B = table! {};"),
    ]);
    let own_macro = SourceTree::new([
        (
            "emit/a.rs",
            "use super::b;\nmacro_rules! table { () => {} }",
        ),
        ("emit/b.rs", "macro_rules! table { () => {} }\ntable!();"),
    ]);
    assert_none(&rules::find_circles(&own_macro));
}

#[test]
fn comments_and_literals_are_no_imports() {
    let source = "/* use super::b; /* */ super::b::c */\n// super::b::c\n\
        const A: &[&str] = &[\"\\\"super::b::c\", r#\"\"use super::b;\"#];\n\
        const B: [char; 3] = ['\"', '\\'', '\\u{27}']; // super::b::c\n\
        struct C<'a>(&'a str);";
    let tree = SourceTree::new([("emit/a.rs", source), ("emit/b.rs", "use super::a;")]);
    assert_eq!(rules::crate_paths(&tree).count(), 1);
    assert_none(&rules::find_circles(&tree));
}

#[test]
fn code_in_mod_file_is_reported() {
    let items = [
        "fn f() {}",
        "pub(super) async fn f() {}",
        "pub(in crate::emit) const A: &[u8; 1] = &[0];",
        "pub(crate) unsafe fn f() {}",
        "type A = u8;",
        "macro_rules! table { () => {} }",
        "impl A for B {}",
        "mod inner { fn f() {} }",
        "thread_local! {}",
    ];
    for item in items {
        let source = format!(
            "//! Docs.\n#![allow(a[0])]\nmod a;\n#[cfg(test)]\npub(in crate::b) mod b;\npub use a::{{\n    A,\n}};\n{item}\nmod c;"
        );
        let tree = SourceTree::new([("emit/mod.rs", &*source)]);
        assert_eq!(
            rules::find_code_in_mod_files(&tree),
            [format!("emit/mod.rs: {item}")]
        );
    }
}

#[test]
fn emitted_name_and_large_file_are_reported() {
    let source = format!(
        "const A: &str = \"gen_ai.system\";\n{}",
        "fn f() {}\n".repeat(300)
    );
    let tree = SourceTree::new([("emit/a.rs", &*source)]);
    assert_eq!(
        rules::find_emitted_names(&tree),
        ["emit/a.rs: const A: &str = \"gen_ai.system\";"]
    );
    assert_eq!(
        rules::find_large_files(&tree),
        ["emit/a.rs: 301 lines of code"]
    );
}

/// Expects one circle, between `emit/a.rs` and `emit/b.rs`.
fn assert_circle(sources: &[(&str, &str)]) {
    let tree = SourceTree::new(sources.iter().copied());
    let circles = rules::find_circles(&tree);
    assert_eq!(circles, ["emit/a.rs → emit/b.rs"], "{sources:?}");
}

fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "{}", found.join("\n"));
}
