//! Every name in the queries of `collector/newrelic/` is one that the crate
//! sends, or New Relic's own. Reads the files.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What New Relic itself calls things, by the record that it stores.
const NEW_RELICS: &[&str] = &[
    // Of a span: `FROM Span`, `FROM SpanEvent`.
    "duration.ms",
    "name",
    "otel.status_code",
    "otel.status_description",
    "span.kind",
    "timestamp",
    "trace.id",
    // Of the resource, which stands on each record.
    "service.instance.id",
    "service.name",
    // Of its reports about what it did not take.
    "category",
    "limitName",
    "message",
    "newRelicFeature",
];

/// What applications put on their own spans.
const APPLICATIONS: &[&str] = &["tenant.id", "workflow.type"];

const TABLES: &[&str] = &[
    "LlmChatCompletionSummary",
    "LlmCompletion",
    "LlmMessageCustomAnalysis",
    "Metric",
    "NrIntegrationError",
    "Span",
    "SpanEvent",
];

const WORDS: &[&str] = &[
    "AGO",
    "AND",
    "AS",
    "BY",
    "DAY",
    "DAYS",
    "FACET",
    "FALSE",
    "FROM",
    "HOUR",
    "IN",
    "IS",
    "LIKE",
    "LIMIT",
    "MINUTES",
    "NOT",
    "NULL",
    "OR",
    "ORDER",
    "SELECT",
    "SINCE",
    "TIMESERIES",
    "TODAY",
    "TRUE",
    "WEEK",
    "WHERE",
];

#[test]
fn every_name_in_the_queries_is_sent() {
    let known = known();
    let mut queries = 0;
    for (file, query) in queries_of_all_files() {
        queries += 1;
        let wrong = unknown(&query, &known);
        assert!(wrong.is_empty(), "{file}: {wrong:?} in {query}");
    }
    assert!(queries > 60, "only {queries} queries were found");
}

#[test]
fn a_slip_is_found() {
    let known = known();
    for (query, slips) in [
        (
            "SELECT count(*) FROM Span FACET gen_ai.request.model",
            &[][..],
        ),
        (
            "SELECT sum(gen_ai.usage.inputs) FROM Span WHERE gen_ai.provider.name = 'x'",
            &["gen_ai.usage.inputs"],
        ),
        ("SELECT count(*) FROM Spans", &["Spans"]),
        (
            "SELECT average(response_tme) FROM LlmCompletion",
            &["response_tme"],
        ),
    ] {
        assert_eq!(unknown(query, &known), slips, "{query}");
    }
}

#[test]
fn the_dashboard_has_the_shape_that_new_relic_imports() {
    let text = fs::read_to_string(folder().join("dashboard.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut widgets = 0;
    for page in dashboard["pages"].as_array().unwrap() {
        for widget in page["widgets"].as_array().unwrap() {
            widgets += 1;
            let layout = |key: &str| widget["layout"][key].as_u64().unwrap();
            let title = &widget["title"];
            assert!(
                layout("column") + layout("width") <= 13,
                "{title} is too wide"
            );
            assert!(layout("row") > 0 && layout("height") > 0, "{title}");
            assert!(
                widget["visualization"]["id"]
                    .as_str()
                    .unwrap()
                    .starts_with("viz.")
            );
            let queries = &widget["rawConfiguration"]["nrqlQueries"];
            assert!(!queries.as_array().unwrap().is_empty(), "{title}");
        }
    }
    assert!(widgets > 20, "only {widgets} widgets");
    assert_eq!(dashboard["variables"][0]["name"], "service");
}

/// Words of a query that nobody knows.
fn unknown(query: &str, known: &BTreeSet<String>) -> Vec<String> {
    let mut code = String::new();
    // What stands in quotes is a value, or a name for the reader.
    for (index, piece) in query.replace("{{service}}", "").split('\'').enumerate() {
        if index % 2 == 0 {
            code.push_str(piece);
        }
        code.push(' ');
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_.".contains(letter);
    let mut wrong = Vec::new();
    let mut rest = code.as_str();
    while let Some(start) = rest.find(is_name) {
        let tail = rest.get(start..).unwrap();
        let end = tail.find(|letter| !is_name(letter)).unwrap_or(tail.len());
        let (word, after) = tail.split_at(end);
        rest = after;
        let is_function = after.starts_with('(');
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        let is_word = WORDS.contains(&word.to_ascii_uppercase().as_str());
        if !(is_function || is_number || is_word || known.contains(word)) {
            wrong.push(word.to_owned());
        }
    }
    wrong
}

fn known() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join("semconv")).unwrap() {
        files.push(entry.unwrap().path());
    }
    let mut known = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let lines = source.lines().map(str::trim);
        for line in lines.filter(|line| !line.starts_with("//")) {
            let literals = line.split('"').skip(1).step_by(2);
            known.extend(literals.map(ToOwned::to_owned));
        }
    }
    assert!(known.len() > 150, "only {} names were found", known.len());
    for more in [NEW_RELICS, APPLICATIONS, TABLES] {
        known.extend(more.iter().map(ToString::to_string));
    }
    known
}

fn queries_of_all_files() -> Vec<(&'static str, String)> {
    let mut queries = Vec::new();
    let read = |name: &str| fs::read_to_string(folder().join(name)).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&read("dashboard.json")).unwrap();
    collect(&dashboard, &mut queries);
    for line in read("alerts.tf").lines() {
        if let Some((_, query)) = line.split_once("query")
            && let Some((_, query)) = query.split_once("= \"")
        {
            queries.push(("alerts.tf", query.trim_end_matches('"').to_owned()));
        }
    }
    let cookbook = read("nrql.md");
    let blocks = cookbook.split("```").skip(1).step_by(2);
    for block in blocks {
        let query = block.strip_prefix("sql\n");
        let query = query.unwrap_or_else(|| panic!("a block that is no query: {block}"));
        queries.push(("nrql.md", query.trim().to_owned()));
    }
    queries
}

/// All strings under the name `query`, wherever they stand.
fn collect(value: &serde_json::Value, queries: &mut Vec<(&'static str, String)>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                match value.as_str() {
                    Some(query) if key == "query" => {
                        queries.push(("dashboard.json", query.to_owned()));
                    }
                    _ => collect(value, queries),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, queries)),
        _ => {}
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("collector/newrelic")
}
