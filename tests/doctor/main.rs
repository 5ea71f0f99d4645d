//! The command `nr-bedrock-doctor`, as a process of its own.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code: a panic fails the test"
)]

#[path = "../support/certificates.rs"]
#[expect(unreachable_pub, reason = "shared with other test binaries")]
mod certificates;
#[path = "../support/otlp.rs"]
#[expect(dead_code, unreachable_pub, reason = "other tests use the rest")]
mod otlp;
mod receiver;

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use nr_bedrock_observability::Telemetry;
use receiver::Receiver;
use serde_json::{Value, json};

/// A process without variables but these.
fn doctor(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nr-bedrock-doctor"));
    command.env_clear().envs(variables.iter().copied());
    command
}

/// Exit status, standard output; nothing that is secret in either stream.
fn run(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let Output { stdout, stderr, .. } = &output;
    let stdout = String::from_utf8(stdout.clone()).unwrap();
    let stderr = String::from_utf8(stderr.clone()).unwrap();
    for text in [&stdout, &stderr] {
        assert!(!text.contains("S3CRET"), "{text}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code().unwrap(), stdout)
}

fn run_json(command: &mut Command) -> (i32, Value) {
    let (status, text) = run(command.arg("--json"));
    let document = serde_json::from_str(&text);
    (
        status,
        document.unwrap_or_else(|error| panic!("{error}: {text}")),
    )
}

/// The line whose subject is this one.
fn line<'a>(text: &'a str, subject: &str) -> &'a str {
    let found = text.lines().find(|line| {
        let mut words = line.split_whitespace();
        words.nth(1) == Some(subject)
    });
    found.unwrap_or_else(|| panic!("no line {subject}: {text}"))
}

fn require_token(request: &receiver::Request) -> u16 {
    if request.header("authorization") == Some("Bearer S3CRET") {
        200
    } else {
        401
    }
}

const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

#[test]
fn a_span_a_metric_and_a_log_record_arrive() {
    let receiver = otlp::Receiver::start();
    let url = receiver.url();
    // A sampler that would drop the test span.
    let variables = [
        (ENDPOINT, url.as_str()),
        ("OTEL_SERVICE_NAME", "checkout"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 0, "{text}");
    for signal in ["traces", "metrics", "logs"] {
        let line = line(&text, signal);
        assert!(line.contains("ok  ") && line.contains("HTTP 200"), "{line}");
    }
    assert!(text.contains("checkout (OTEL_SERVICE_NAME)"), "{text}");
    assert!(line(&text, "sampler").contains("AlwaysOff (OTEL_TRACES_SAMPLER)"));
    let spans = receiver.spans();
    assert_eq!(spans.len(), 1);
    assert!(text.contains(&spans[0].trace_id), "{text}");
    assert_eq!(receiver.logs()[0].trace_id, spans[0].trace_id);
    let metrics = receiver.metrics();
    let metric = metrics.iter().find(|it| it.name == "nr_bedrock.checks");
    assert!(metric.is_some());
    let resource = &receiver.exports()[0].resource;
    assert_eq!(resource["service.name"], "checkout");
}

#[test]
fn headers_of_the_environment_authenticate() {
    let receiver = Receiver::start(require_token);
    let variables = [
        (ENDPOINT, receiver.url.as_str()),
        (HEADERS, "Authorization=Bearer%20S3CRET"),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 0, "{text}");
    let headers = line(&text, "headers");
    assert!(headers.contains("authorization (OTEL_EXPORTER_OTLP_HEADERS)"));
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn a_wrong_token_is_named() {
    let receiver = Receiver::start(require_token);
    let variables = [
        (ENDPOINT, receiver.url.as_str()),
        (HEADERS, "Authorization=Bearer%20S3CRET-of-another"),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    let traces = line(&text, "traces");
    assert!(traces.starts_with("  !!"), "{text}");
    assert!(
        traces.contains("authentication failed (HTTP 401)"),
        "{text}"
    );
    assert!(!text.contains("trace id"), "{text}");
    let (status, document) = run_json(&mut doctor(&variables));
    assert_eq!((status, &document["ok"]), (1, &json!(false)));
    assert_eq!(document["signals"]["traces"]["http_status"], 401);
    assert_eq!(document["signals"]["logs"]["outcome"], "failed");
}

#[test]
fn a_receiver_of_spans_alone_is_no_failure() {
    let receiver = Receiver::start(|request| match request.target.as_str() {
        "/v1/traces" => 200,
        _ => 404,
    });
    let (status, text) = run(&mut doctor(&[(ENDPOINT, &receiver.url)]));
    assert_eq!(status, 0, "{text}");
    assert!(line(&text, "traces").starts_with("  ok"), "{text}");
    for signal in ["metrics", "logs"] {
        let line = line(&text, signal);
        assert!(
            line.starts_with("  --") && line.contains("HTTP 404"),
            "{text}"
        );
        assert!(line.contains("not supported by this receiver"), "{text}");
    }
    // Spans that do not arrive are a failure.
    let receiver = Receiver::start(|_| 404);
    let (status, text) = run(&mut doctor(&[(ENDPOINT, &receiver.url)]));
    assert_eq!(status, 1, "{text}");
}

#[test]
fn a_failing_signal_is_a_failure() {
    let receiver = Receiver::start(|request| match request.target.as_str() {
        "/v1/logs" => 400,
        _ => 200,
    });
    let (status, document) = run_json(&mut doctor(&[(ENDPOINT, &receiver.url)]));
    assert_eq!(status, 1, "{document:#}");
    let signals = &document["signals"];
    assert_eq!(signals["traces"]["outcome"], "delivered");
    assert_eq!(signals["logs"]["outcome"], "failed");
    assert_eq!(signals["logs"]["http_status"], 400);
}

#[test]
fn a_refused_connection_is_named_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let started = Instant::now();
    let (status, text) = run(&mut doctor(&[(ENDPOINT, &url)]));
    assert_eq!(status, 1, "{text}");
    assert!(line(&text, "traces").contains("refused"), "{text}");
    // Not after the last retry, 10 s later.
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_receiver_that_does_not_answer_is_named() {
    let receiver = otlp::Receiver::start();
    receiver.fail_always(otlp::Fault::Hang);
    let url = receiver.url();
    let variables = [
        (ENDPOINT, url.as_str()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "300"),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    let traces = line(&text, "traces");
    assert!(traces.contains("no response within "), "{text}");
}

#[test]
fn rejected_items_are_a_failure() {
    let receiver = otlp::Receiver::start();
    receiver.fail_next([otlp::Fault::Partial(1)]);
    let (status, text) = run(&mut doctor(&[(ENDPOINT, &receiver.url())]));
    assert_eq!(status, 1, "{text}");
    let traces = line(&text, "traces");
    assert!(
        traces.contains("rejected by the receiver: too old (HTTP 200"),
        "{text}"
    );
}

#[test]
fn nothing_set_is_a_failure_that_lists_the_variables() {
    let (status, text) = run(&mut doctor(&[]));
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("no receiver is configured"), "{text}");
    assert!(
        text.contains("NEW_RELIC_LICENSE_KEY") && text.contains(ENDPOINT),
        "{text}"
    );
    let (status, document) = run_json(&mut doctor(&[]));
    assert_eq!((status, &document["ok"]), (1, &json!(false)));
    assert_eq!(document["destination"], "console");
}

#[test]
fn a_disabled_export_is_a_failure_with_its_reason() {
    let variables = [
        ("OTEL_SDK_DISABLED", "true"),
        (ENDPOINT, "http://127.0.0.1:1"),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("OTEL_SDK_DISABLED=true"), "{text}");
}

#[test]
fn a_signal_that_is_off_is_no_failure_unless_by_an_invalid_value() {
    let receiver = Receiver::start(|_| 200);
    let url = receiver.url.as_str();
    let variables = [(ENDPOINT, url), ("OTEL_LOGS_EXPORTER", "none")];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 0, "{text}");
    assert!(
        line(&text, "logs").contains("off: OTEL_LOGS_EXPORTER=none"),
        "{text}"
    );
    let variables = [(ENDPOINT, url), ("OTEL_LOGS_EXPORTER", "zipkin")];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    assert!(line(&text, "logs").contains("OTEL_LOGS_EXPORTER"), "{text}");
}

#[test]
fn loopback_checks_a_receiver_in_the_process() {
    let (status, text) = run(doctor(&[]).arg("--loopback"));
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("http://127.0.0.1:"), "{text}");
    // Nothing is sent elsewhere.
    let receiver = Receiver::start(|_| 200);
    let variables = [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.url.as_str()),
        ("NEW_RELIC_LICENSE_KEY", KEY),
    ];
    let (status, text) = run(doctor(&variables).arg("--loopback"));
    assert_eq!(status, 0, "{text}");
    assert_eq!(receiver.requests().len(), 0);
}

#[test]
fn typos_of_variables_are_named() {
    let variables = [
        ("NEW_RELIC_LICENCE_KEY", KEY),
        ("OTEL_EXPORTER_OTLP_ENDPIONT", "http://127.0.0.1:1"),
        ("OTEL_JAVAAGENT_ENABLED", "true"),
        ("PATH", "/bin"),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    for (name, text_of_line) in [
        (
            "NEW_RELIC_LICENCE_KEY",
            "did you mean NEW_RELIC_LICENSE_KEY?",
        ),
        (
            "OTEL_EXPORTER_OTLP_ENDPIONT",
            "did you mean OTEL_EXPORTER_OTLP_ENDPOINT?",
        ),
        ("OTEL_JAVAAGENT_ENABLED", "not supported"),
    ] {
        assert!(line(&text, name).contains(text_of_line), "{text}");
    }
    assert!(!text.contains("PATH "), "{text}");
    let (_, document) = run_json(&mut doctor(&variables));
    let typo = json!({"name": "NEW_RELIC_LICENCE_KEY", "meant": "NEW_RELIC_LICENSE_KEY"});
    assert_eq!(document["typos"][0], typo);
    assert_eq!(
        document["unsupported_variables"],
        json!(["OTEL_JAVAAGENT_ENABLED"])
    );
}

#[test]
fn variables_of_opentelemetry_without_effect_are_listed() {
    let receiver = Receiver::start(|_| 200);
    let url = receiver.url.clone();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("OTEL_JAVAAGENT_ENABLED", "true"),
        ("OTEL_LOG_LEVEL", "debug"),
    ];
    let (_, document) = run_json(&mut doctor(&variables));
    assert_eq!(
        document["unsupported_variables"],
        json!(["OTEL_JAVAAGENT_ENABLED", "OTEL_LOG_LEVEL"])
    );
    let (_, text) = run(&mut doctor(&variables));
    for name in ["OTEL_JAVAAGENT_ENABLED", "OTEL_LOG_LEVEL"] {
        assert_eq!(text.matches(name).count(), 1, "{text}");
    }
}

/// Every variable that the documentation of `Telemetry` names is supported.
#[test]
fn documented_variables_are_not_reported() {
    let documentation = include_str!("../../src/telemetry/config/builder.rs");
    let table = documentation.split("| setting | variables").nth(1).unwrap();
    let rows = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with("/// |") || line.is_empty());
    let mut names = Vec::new();
    for row in rows.filter(|row| !row.is_empty()) {
        for name in row.split('`').skip(1).step_by(2) {
            let name = name.split('=').next().unwrap();
            if name.len() > 5
                && !name.contains(|it: char| !(it.is_ascii_uppercase() || it == '_' || it == '*'))
            {
                names.push(name.replace('*', "TRACES"));
            }
        }
    }
    assert!(names.len() > 25, "{names:?}");
    let variables: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let (_, document) = run_json(&mut doctor(&variables));
    assert_eq!(document["typos"], json!([]));
    assert_eq!(document["unsupported_variables"], json!([]));
}

#[test]
fn the_check_goes_through_the_proxy() {
    let proxy = Receiver::start(|request| {
        let expected = "http://collector.example:4318/v1/";
        if request.target.starts_with(expected) {
            200
        } else {
            400
        }
    });
    let variables = [
        (ENDPOINT, "http://collector.example:4318"),
        ("HTTP_PROXY", &proxy.url.replace("//", "//user:S3CRET@")),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 0, "{text}");
    assert_eq!(proxy.requests().len(), 3);
    let fact = format!("{} (HTTP_PROXY)", proxy.url);
    assert!(line(&text, "proxy").contains(&fact), "{text}");
}

#[test]
fn tls_roots_and_their_problem_are_named() {
    let endpoint = (ENDPOINT, "https://127.0.0.1:9");
    let variables = [
        endpoint,
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/ca.pem"),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    assert!(
        line(&text, "traces").contains("OTEL_EXPORTER_OTLP_CERTIFICATE"),
        "{text}"
    );
    let (status, document) = run_json(&mut doctor(&[endpoint]));
    assert_eq!(status, 1, "{document:#}");
    let roots = document["signals"]["traces"]["tls_roots"].as_str().unwrap();
    assert!(roots.contains("system"), "{roots}");
}

#[test]
fn a_private_certificate_authority_is_used() {
    let authority = certificates::Authority::new();
    let receiver = otlp::Receiver::start_tls(authority.server(&["127.0.0.1"], None));
    let url = receiver.url().replace("http:", "https:");
    let file = std::env::temp_dir().join(format!("doctor-ca-{}.pem", std::process::id()));
    std::fs::write(&file, authority.pem()).unwrap();
    let path = file.to_str().unwrap();
    let certificate = ("OTEL_EXPORTER_OTLP_CERTIFICATE", path);
    let trusted = run(&mut doctor(&[(ENDPOINT, &url), certificate]));
    let untrusted = run(&mut doctor(&[(ENDPOINT, &url)]));
    std::fs::remove_file(&file).unwrap();
    let (status, text) = trusted;
    assert_eq!(status, 0, "{text}");
    let roots = format!("{path} (OTEL_EXPORTER_OTLP_CERTIFICATE)");
    assert!(line(&text, "TLS").contains(&roots), "{text}");
    let (status, text) = untrusted;
    assert_eq!(status, 1, "{text}");
    assert!(
        line(&text, "traces").contains("set OTEL_EXPORTER_OTLP_CERTIFICATE"),
        "{text}"
    );
}

#[test]
fn a_clock_that_is_off_is_a_warning() {
    let accept = |_: &receiver::Request| 200;
    let receiver = Receiver::start_behind(Duration::from_mins(10), accept);
    let (status, text) = run(&mut doctor(&[(ENDPOINT, &receiver.url)]));
    assert_eq!(status, 0, "{text}");
    let clock = line(&text, "clock");
    assert!(clock.starts_with("  !!"), "{text}");
    assert!(clock.contains(" s ahead of the receiver's"), "{text}");
    let (_, document) = run_json(&mut doctor(&[(ENDPOINT, &receiver.url)]));
    let offset = document["clock"]["offset_seconds"].as_i64().unwrap();
    assert!((598..=602).contains(&offset), "{offset}");
    assert_eq!(document["clock"]["ok"], false);

    let receiver = Receiver::start(accept);
    let (_, text) = run(&mut doctor(&[(ENDPOINT, &receiver.url)]));
    assert!(line(&text, "clock").starts_with("  ok"), "{text}");
}

#[test]
fn new_relic_gets_its_key_and_the_queries_are_printed() {
    let receiver = otlp::Receiver::new_relic(KEY);
    let telemetry = Telemetry::new_relic().environment(|_| None);
    let telemetry = telemetry.license_key(KEY).endpoint(receiver.url());
    let check = telemetry.check().unwrap();
    let text = check.to_string();
    assert!(check.is_ok(), "{text}");
    let trace_id = check.trace_id().unwrap();
    let query = format!("SELECT * FROM Span WHERE trace.id = '{trace_id}'");
    assert!(text.contains(&query), "{text}");
    assert!(text.contains("FROM NrIntegrationError"), "{text}");
    assert!(line(&text, "headers").contains("api-key (license_key)"));
    let document: Value = serde_json::from_str(&check.to_json()).unwrap();
    assert_eq!(document["destination"], "new_relic");
    assert!(document["queries"][0].as_str().unwrap().starts_with(&query));
    for text in [text, document.to_string(), format!("{check:?}")] {
        assert!(!text.contains(KEY), "{text}");
    }
    assert_eq!(receiver.problems(), [""; 0]);
}

#[test]
fn a_proxy_that_refuses_is_named() {
    let proxy = Receiver::start(|_| 407);
    let variables = [
        ("NEW_RELIC_LICENSE_KEY", KEY),
        ("NEW_RELIC_PROXY_HOST", &proxy.url),
    ];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    assert_eq!(proxy.requests()[0].target, "otlp.nr-data.net:443");
    let fact = format!("{} (NEW_RELIC_PROXY_HOST)", proxy.url);
    assert!(line(&text, "proxy").contains(&fact), "{text}");
    assert!(line(&text, "traces").contains("proxy"), "{text}");
    assert!(!text.contains("SELECT"), "{text}");
}

#[test]
fn json_has_the_facts_of_the_text() {
    let receiver = Receiver::start(require_token);
    let variables = [
        (ENDPOINT, receiver.url.as_str()),
        (
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            "authorization=Bearer S3CRET",
        ),
        (HEADERS, "authorization=Bearer S3CRET,x-tenant=a"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "3000"),
        ("OTEL_SERVICE_NAME", "checkout"),
        ("OTEL_TRACES_SAMPLER", "xray"),
    ];
    let (status, document) = run_json(&mut doctor(&variables));
    assert_eq!(status, 0, "{document:#}");
    assert_eq!(document["ok"], true);
    assert_eq!(document["destination"], "otlp");
    assert_eq!(document["service_name"], "checkout");
    assert_eq!(document["service_name_source"], "OTEL_SERVICE_NAME");
    assert_eq!(document["trace_id"].as_str().unwrap().len(), 32);
    assert_eq!(document["queries"], Value::Null);
    let warnings = document["warnings"].as_array().unwrap();
    assert!(
        warnings[0].as_str().unwrap().contains("xray"),
        "{warnings:?}"
    );
    let traces = &document["signals"]["traces"];
    assert_eq!(traces["outcome"], "delivered");
    assert_eq!(traces["http_status"], 200);
    assert!(traces["duration_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(traces["endpoint"], format!("{}/v1/traces", receiver.url));
    assert_eq!(traces["endpoint_source"], ENDPOINT);
    assert_eq!(
        traces["headers_source"],
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS"
    );
    assert_eq!(traces["compression"], "none");
    assert_eq!(
        traces["compression_source"],
        "OTEL_EXPORTER_OTLP_COMPRESSION"
    );
    assert_eq!(traces["timeout_ms"], 3000.0);
    assert_eq!(traces["timeout_source"], "OTEL_EXPORTER_OTLP_TIMEOUT");
    let logs = &document["signals"]["logs"];
    assert_eq!(logs["headers"], json!(["authorization", "x-tenant"]));
    assert_eq!(logs["headers_source"], HEADERS);
}

#[test]
fn invalid_settings_are_reported_without_the_key() {
    let variables = [("NEW_RELIC_LICENSE_KEY", "S3CRET key\u{e9}")];
    let (status, text) = run(&mut doctor(&variables));
    assert_eq!(status, 1, "{text}");
    assert!(
        line(&text, "settings").contains("NEW_RELIC_LICENSE_KEY"),
        "{text}"
    );
    let (status, document) = run_json(&mut doctor(&variables));
    assert_eq!((status, &document["ok"]), (1, &json!(false)));
    assert!(
        document["error"]
            .as_str()
            .unwrap()
            .contains("NEW_RELIC_LICENSE_KEY")
    );
}

#[test]
fn wrong_arguments_exit_with_2() {
    let output = doctor(&[]).arg("--jsno").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("unknown argument \"--jsno\"") && stderr.contains("--help"));
    let (status, help) = run(doctor(&[]).arg("--help"));
    assert_eq!(status, 0);
    assert!(help.contains("--loopback") && help.contains(ENDPOINT));
    let (status, version) = run(doctor(&[]).arg("--version"));
    assert_eq!((status, version.trim()), (0, "nr-bedrock-doctor 0.1.0"));
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let mut child = doctor(&[])
        .arg("--loopback")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

const KEY: &str = "0123456789abcdef0123456789abcdefS3CRNRAL";
