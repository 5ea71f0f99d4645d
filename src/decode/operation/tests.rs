//! Every operation that the SDK has is in a table. A newer SDK with one more
//! makes these tests fail: it is then to be read, or listed as a plain span.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Table, runtime};

/// The SDK's crates, and the tables of their operations.
static SDKS: &[(&str, Table)] = &[
    ("aws-sdk-bedrockruntime", runtime::OPERATIONS),
    #[cfg(feature = "agent-runtime")]
    (
        "aws-sdk-bedrockagentruntime",
        super::agent_runtime::OPERATIONS,
    ),
];

/// Operations whose spans say that there was a call, and its ids: the GenAI
/// conventions have no meaning for them.
const PLAIN: &[&str] = &[
    "CheckIngestedDocumentAcl",
    "CreateInvocation",
    "CreateSession",
    "DeleteSession",
    "EndSession",
    "GetAsyncInvoke",
    "GetDocumentContent",
    "GetExecutionFlowSnapshot",
    "GetFlowExecution",
    "GetIngestedDocumentAcl",
    "GetInvocationStep",
    "GetSession",
    "ListAsyncInvokes",
    "ListFlowExecutionEvents",
    "ListFlowExecutions",
    "ListInvocationSteps",
    "ListInvocations",
    "ListSessions",
    "ListTagsForResource",
    "PutInvocationStep",
    "StartFlowExecution",
    "StopFlowExecution",
    "TagResource",
    "UntagResource",
    "UpdateSession",
];

#[test]
fn every_operation_of_the_sdk_is_in_a_table() {
    for (package, table) in SDKS {
        let known = names(table, |_| true);
        let of_sdk = operations(&source(package));
        assert!(of_sdk.len() > 10, "{package}: {of_sdk:?}");
        let unheard_of: Vec<_> = known.difference(&of_sdk).collect();
        assert!(unheard_of.is_empty(), "{package} has no {unheard_of:?}");
        let missing: Vec<_> = of_sdk.difference(&known).collect();
        assert!(missing.is_empty(), "{package}: {missing:?} are in no table");
    }
}

#[test]
fn those_without_a_meaning_of_their_own_are_known() {
    let plain = SDKS
        .iter()
        .flat_map(|(_, table)| names(table, |operation| operation.is_plain()));
    let plain: BTreeSet<_> = plain.collect();
    let expected = PLAIN.iter().map(|name| (*name).to_owned());
    let expected: BTreeSet<_> = expected.collect();
    if cfg!(feature = "agent-runtime") {
        assert_eq!(plain, expected);
    } else {
        assert!(plain.is_subset(&expected), "{plain:?}");
    }
}

#[test]
fn an_operation_of_a_newer_sdk_gets_its_names() {
    let started = super::start_unknown_call("Bedrock Agent Runtime", "InvokeDream").unwrap();
    let call = started.call;
    assert_eq!(
        call.span_name.as_deref(),
        Some("BedrockAgentRuntime.InvokeDream")
    );
    let rpc = call.rpc.unwrap();
    assert_eq!(rpc.service, "BedrockAgentRuntime");
    assert_eq!(rpc.method, "InvokeDream");
    assert_eq!(call.operation, None);
    // A known one comes by its input.
    assert!(super::start_unknown_call("Bedrock Runtime", "Converse").is_none());
}

#[test]
fn no_operation_is_in_the_tables_twice() {
    let all = SDKS.iter().flat_map(|(_, table)| table.iter());
    let rpc: Vec<_> = all.map(|operation| operation.rpc()).collect();
    let names: BTreeSet<_> = rpc.iter().map(super::RpcMethod::span_name).collect();
    assert_eq!(names.len(), rpc.len(), "{names:?}");
}

/// The names in a table.
fn names(table: Table, of: impl Fn(&dyn super::Operation) -> bool) -> BTreeSet<String> {
    let operations = table.iter().filter(|operation| of(**operation));
    operations
        .map(|operation| operation.rpc().method.into_owned())
        .collect()
}

/// The operations of a crate of the SDK: each has a module, in a file of its
/// own.
fn operations(package: &Path) -> BTreeSet<String> {
    let files = std::fs::read_dir(package.join("src/operation")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let modules = files.filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    modules
        .map(|path| pascal_case(path.file_stem().unwrap().to_str().unwrap()))
        .collect()
}

fn pascal_case(module: &str) -> String {
    let words = module.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

/// Where cargo keeps the source of a dependency.
fn source(package: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&cargo);
        let output = command.args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    };
    // What other platforms need was never fetched.
    let version = run(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let metadata = run(&[
        "metadata",
        "--format-version=1",
        "--offline",
        "--filter-platform",
        host.unwrap(),
        "--manifest-path",
        manifest,
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let found = packages.find(|found| found["name"] == package).unwrap();
    let manifest = PathBuf::from(found["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().to_owned()
}
