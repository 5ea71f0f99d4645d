//! Every operation of the SDK crates is in a table. A newer SDK with another
//! operation fails these tests: the operation then gets a table entry, and is
//! listed below if the GenAI conventions do not name it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::operation_trait::{Operation, Table};
use super::runtime;

/// The SDK crates and their tables.
static SDKS: &[(&str, &[Table])] = &[
    ("aws-sdk-bedrockruntime", runtime::TABLES),
    #[cfg(feature = "agent-runtime")]
    ("aws-sdk-bedrockagentruntime", super::agent_runtime::TABLES),
    #[cfg(feature = "agentcore")]
    ("aws-sdk-bedrockagentcore", super::agentcore::TABLES),
];

/// Operations without a name in the GenAI conventions: their spans have the names
/// of the RPC method and ids.
const PLAIN: &[(&str, &[&str])] = &[
    (
        "aws-sdk-bedrockruntime",
        &["GetAsyncInvoke", "ListAsyncInvokes"],
    ),
    (
        "aws-sdk-bedrockagentruntime",
        &[
            "CheckIngestedDocumentAcl",
            "CreateInvocation",
            "CreateSession",
            "DeleteSession",
            "EndSession",
            "GetDocumentContent",
            "GetExecutionFlowSnapshot",
            "GetFlowExecution",
            "GetIngestedDocumentAcl",
            "GetInvocationStep",
            "GetSession",
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
        ],
    ),
    (
        "aws-sdk-bedrockagentcore",
        &[
            "CompleteResourceTokenAuth",
            "CreateABTest",
            "CreatePaymentInstrument",
            "CreatePaymentSession",
            "DeleteABTest",
            "DeleteBatchEvaluation",
            "DeleteCapacityProviderSession",
            "DeletePaymentInstrument",
            "DeletePaymentSession",
            "DeleteRecommendation",
            "Evaluate",
            "GetABTest",
            "GetAgentCard",
            "GetBatchEvaluation",
            "GetBrowserSession",
            "GetCodeInterpreterSession",
            "GetEvent",
            "GetMemoryRecord",
            "GetPaymentInstrument",
            "GetPaymentInstrumentBalance",
            "GetPaymentSession",
            "GetRecommendation",
            "GetResourceApiKey",
            "GetResourceOauth2Token",
            "GetResourcePaymentToken",
            "GetWorkloadAccessToken",
            "GetWorkloadAccessTokenForJWT",
            "GetWorkloadAccessTokenForUserId",
            "ListABTests",
            "ListActors",
            "ListBatchEvaluations",
            "ListBrowserSessions",
            "ListCodeInterpreterSessions",
            "ListEvents",
            "ListMemoryExtractionJobs",
            "ListMemoryRecords",
            "ListPaymentInstruments",
            "ListPaymentSessions",
            "ListRecommendations",
            "ListSessions",
            "ProcessPayment",
            "SaveBrowserSessionProfile",
            "StartBatchEvaluation",
            "StartBrowserSession",
            "StartCodeInterpreterSession",
            "StartMemoryExtractionJob",
            "StartRecommendation",
            "StopBatchEvaluation",
            "StopBrowserSession",
            "StopCodeInterpreterSession",
            "StopRuntimeSession",
            "UpdateABTest",
            "UpdateBrowserStream",
        ],
    ),
];

#[test]
fn every_sdk_operation_is_in_a_table() {
    for (package, tables) in SDKS {
        let in_tables = method_names(tables, |_| true);
        let in_sdk = sdk_operations(&source_directory(package));
        assert!(in_sdk.len() > 10, "{package}: {in_sdk:?}");
        let unknown: Vec<_> = in_tables.difference(&in_sdk).collect();
        assert!(unknown.is_empty(), "{package} has no {unknown:?}");
        let missing: Vec<_> = in_sdk.difference(&in_tables).collect();
        assert!(missing.is_empty(), "{package}: {missing:?} are in no table");
    }
}

#[test]
fn plain_operations_are_listed() {
    for (package, tables) in SDKS {
        let plain = method_names(tables, Operation::is_plain);
        let (_, expected) = PLAIN.iter().find(|(name, _)| name == package).unwrap();
        let expected: BTreeSet<_> = expected.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(plain, expected, "{package}");
    }
}

#[test]
fn unknown_operation_has_rpc_names() {
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
    // An operation of a table is recognised by its input only.
    assert!(super::start_unknown_call("Bedrock Runtime", "Converse").is_none());
}

#[test]
fn tables_hold_each_operation_once() {
    let operations = SDKS.iter().flat_map(|(_, tables)| tables.iter());
    let rpc: Vec<_> = operations
        .flat_map(|table| table.iter())
        .map(|operation| operation.rpc().span_name())
        .collect();
    let names: BTreeSet<_> = rpc.iter().collect();
    assert_eq!(names.len(), rpc.len(), "{names:?}");
}

fn method_names(
    tables: &[Table],
    is_wanted: impl Fn(&'static dyn Operation) -> bool,
) -> BTreeSet<String> {
    let operations = tables.iter().flat_map(|table| table.iter().copied());
    operations
        .filter(|operation| is_wanted(*operation))
        .map(|operation| operation.rpc().method.into_owned())
        .collect()
}

/// The operations of an SDK crate: each has a file, which builds the metadata of
/// its calls from the names of the operation and the service.
fn sdk_operations(package: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(package.join("src/operation")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let modules = files.filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    modules
        .map(|path| {
            let source = fs::read_to_string(&path).unwrap();
            let (_, metadata) = source.split_once("Metadata::new(").unwrap();
            metadata.split('"').nth(1).unwrap().to_owned()
        })
        .collect()
}

/// Where cargo keeps the source of a dependency.
fn source_directory(package: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&cargo);
        let output = command.args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    // Dependencies of other platforms may not have been fetched.
    let version = run(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    // Of the optional SDK crates this one is in no default feature.
    let features = if cfg!(feature = "agentcore") {
        "--features=agentcore"
    } else {
        "--features="
    };
    let metadata = run(&[
        "metadata",
        features,
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
