//! `cloudwatch.yaml`: each signal to its endpoint, signed for its service.

use super::{Running, calls, collector, until};
use crate::support::otlp::{Export, Receiver};
use nr_bedrock_observability::Telemetry;
use tracing_subscriber::prelude::*;

#[test]
#[ignore = "needs the collector: see the head of tests/collector.rs"]
fn endpoints_are_those_of_the_region() {
    let output = collector(&["cloudwatch.yaml"], "print-config").output();
    let config = String::from_utf8(output.unwrap().stdout).unwrap();
    for endpoint in [
        "traces_endpoint: https://xray.eu-west-1.amazonaws.com/v1/traces",
        "logs_endpoint: https://logs.eu-west-1.amazonaws.com/v1/logs",
        "metrics_endpoint: https://monitoring.eu-west-1.amazonaws.com/v1/metrics",
    ] {
        assert!(config.contains(endpoint), "no {endpoint} in {config}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the collector: see the head of tests/collector.rs"]
async fn each_signal_is_signed_for_its_service() {
    let cloudwatch = Receiver::start();
    let endpoint = |signal: &str| format!("{}/v1/{signal}", cloudwatch.url());
    let agent = Running::start(
        &["cloudwatch.yaml"],
        &[
            ("CLOUDWATCH_TRACES_ENDPOINT", endpoint("traces")),
            ("CLOUDWATCH_LOGS_ENDPOINT", endpoint("logs")),
            ("CLOUDWATCH_METRICS_ENDPOINT", endpoint("metrics")),
        ],
        "AGENT",
    );
    let telemetry = Telemetry::otlp()
        .environment(|_| None)
        .service_name("support-bot")
        .endpoint(format!("http://127.0.0.1:{}", agent.http));
    let (layer, guard) = telemetry.layer().unwrap();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    {
        let _current = tracing::dispatcher::set_default(&dispatch);
        calls(&guard).await;
    }
    guard.shutdown().unwrap();

    for service in ["xray", "logs", "monitoring"] {
        let is_wanted = |export: &Export| match service {
            "xray" => export.has_spans(),
            "logs" => !export.logs.is_empty(),
            _ => !export.metrics.is_empty(),
        };
        let arrived = || cloudwatch.all_exports().into_iter().find(is_wanted);
        until(service, || arrived().is_some());
        let headers = arrived().unwrap().headers;
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
        let authorization = text("authorization").unwrap();
        assert!(
            authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                && authorization.contains(&format!("/eu-west-1/{service}/aws4_request")),
            "{authorization}"
        );
        assert_eq!(text("content-encoding"), Some("gzip"));
        let is_log = service == "logs";
        assert_eq!(text("x-aws-log-group"), is_log.then_some("support"));
        assert_eq!(text("x-aws-log-stream"), is_log.then_some("bot"));
    }
    until("every call", || cloudwatch.totals().spans == 24);
}
