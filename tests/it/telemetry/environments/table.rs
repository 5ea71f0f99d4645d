//! The table. `URL` stands for a receiver on this machine, `KEY` for a license key of
//! the EU.

/// An environment, lines of the description of its settings, and the start of its
/// warnings, in order.
pub(super) struct Row {
    pub(super) set: &'static [(&'static str, &'static str)],
    pub(super) settings: &'static [&'static str],
    pub(super) warnings: &'static [&'static str],
}

macro_rules! rows {
    ($({$($name:literal = $value:literal),*} => [$($setting:expr),* $(,)?], [$($warning:expr),* $(,)?];)*) => {
        pub(super) const ROWS: &[Row] = &[$(Row {
            set: &[$(($name, $value)),*],
            settings: &[$($setting),*],
            warnings: &[$($warning),*],
        }),*];
    };
}

rows! {
    // Destinations.
    {} => ["destination Console", "spans off: console", "sampler ParentBased(AlwaysOn)"], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "destination Otlp",
        "spans to http://127.0.0.1:1/v1/traces",
        "metrics to http://127.0.0.1:1/v1/metrics",
        "logs to http://127.0.0.1:1/v1/logs",
        "spans from OTEL_EXPORTER_OTLP_ENDPOINT",
        "spans in gzip",
        "spans within 10000 ms",
        "spans with []",
    ], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = " \"URL/\" "} => [
        "spans to http://127.0.0.1:1/v1/traces",
    ], [];
    {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" = "URL/v1/traces"} => [
        "spans to http://127.0.0.1:1/v1/traces",
        "metrics off: neither OTEL_EXPORTER_OTLP_METRICS_ENDPOINT nor OTEL_EXPORTER_OTLP_ENDPOINT is set",
    ], [];
    {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" = "URL"} => ["spans to http://127.0.0.1:1/"],
        ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: http://127.0.0.1:1 has no path; it is used unchanged, but receivers expect /v1/traces"];
    {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT" = "URL/v1/metrics"} => [
        "destination Otlp",
        "metrics from OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "spans off: neither OTEL_EXPORTER_OTLP_TRACES_ENDPOINT nor OTEL_EXPORTER_OTLP_ENDPOINT is set",
    ], [];
    {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT" = "URL/v1/logs"} => [
        "destination Otlp",
        "logs to http://127.0.0.1:1/v1/logs",
    ], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "collector:4317"} => [
        "destination Otlp",
        "spans off: OTEL_EXPORTER_OTLP_ENDPOINT: \"collector:4317\" is not a URL such as https://collector.example:4318",
    ], ["OTEL_EXPORTER_OTLP_ENDPOINT: \"collector:4317\" is not a URL such as https://collector.example:4318; not exported: spans, metrics, logs"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT" = "logs?token=SECRET"} => [
        "spans to http://127.0.0.1:1/v1/traces",
        "metrics to http://127.0.0.1:1/v1/metrics",
    ], ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: \"logs\" is not a URL"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "https://me:SECRET@collector"} => [
        "spans off: OTEL_EXPORTER_OTLP_ENDPOINT: credentials in the URL are not supported; use a header",
    ], ["OTEL_EXPORTER_OTLP_ENDPOINT: credentials in the URL"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "http://otlp.nr-data.net"} => [],
        ["would send the license key in clear text; New Relic accepts https only; not exported: spans, metrics, logs"];
    {"OTEL_SDK_DISABLED" = "True", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "destination Disabled", "spans off: OTEL_SDK_DISABLED=true",
    ], [];
    {"OTEL_SDK_DISABLED" = "yes", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "destination Otlp",
    ], ["OTEL_SDK_DISABLED: \"yes\" is not one of true, false; using false"];
    {"OTEL_SDK_DISABLED" = "1"} => ["destination Console"], ["OTEL_SDK_DISABLED: \"1\""];

    // Exporters.
    {"OTEL_TRACES_EXPORTER" = "none"} => [
        "destination Disabled", "spans off: OTEL_TRACES_EXPORTER=none",
    ], [];
    {"OTEL_TRACES_EXPORTER" = "None", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "spans off: OTEL_TRACES_EXPORTER=none", "metrics to http://127.0.0.1:1/v1/metrics",
    ], [];
    {"OTEL_TRACES_EXPORTER" = "otlp"} => [
        "destination Otlp", "spans to http://localhost:4318/v1/traces", "spans from default",
    ], [];
    {"OTEL_TRACES_EXPORTER" = "console", "OTEL_METRICS_EXPORTER" = "otlp"} => [
        "spans off: OTEL_TRACES_EXPORTER=console", "metrics to http://localhost:4318/v1/metrics",
    ], [];
    {"OTEL_TRACES_EXPORTER" = "console"} => ["destination Console"], [];
    {"OTEL_TRACES_EXPORTER" = "console", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "spans off: OTEL_TRACES_EXPORTER=console", "metrics to http://127.0.0.1:1/v1/metrics",
    ], [];
    {"OTEL_TRACES_EXPORTER" = "otlp,console", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "spans to http://127.0.0.1:1/v1/traces",
    ], ["OTEL_TRACES_EXPORTER: \"otlp,console\" names several exporters, but only one is supported; using otlp"];
    {"OTEL_TRACES_EXPORTER" = "none,otlp", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [],
        ["OTEL_TRACES_EXPORTER: \"none,otlp\" is not supported, only otlp, console or none; not exported: spans"];
    {"OTEL_METRICS_EXPORTER" = "prometheus", "OTEL_LOGS_EXPORTER" = "console"} => ["destination Console"], [
        "OTEL_METRICS_EXPORTER: \"prometheus\" is not supported, only otlp or none; not exported: metrics",
        "OTEL_LOGS_EXPORTER: \"console\" is not supported, only otlp or none; not exported: logs",
    ];
    {"OTEL_METRICS_EXPORTER" = "prometheus", "OTEL_TRACES_EXPORTER" = "none"} => ["destination Disabled"],
        ["OTEL_METRICS_EXPORTER: \"prometheus\" is not supported, only otlp or none; not exported: metrics"];
    {"OTEL_TRACES_EXPORTER" = "zipkin"} => ["destination Disabled"],
        ["OTEL_TRACES_EXPORTER: \"zipkin\" is not supported"];
    {"OTEL_METRICS_EXPORTER" = "prometheus", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "spans to http://127.0.0.1:1/v1/traces",
        "metrics off: OTEL_METRICS_EXPORTER: \"prometheus\" is not supported, only otlp or none",
    ], ["OTEL_METRICS_EXPORTER: \"prometheus\" is not supported, only otlp or none; not exported: metrics"];
    {"OTEL_LOGS_EXPORTER" = "console", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [],
        ["OTEL_LOGS_EXPORTER: \"console\" is not supported, only otlp or none; not exported: logs"];
    {"OTEL_LOGS_EXPORTER" = "none", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => [
        "logs off: OTEL_LOGS_EXPORTER=none",
    ], [];

    // Protocol, compression, timeout, headers.
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_PROTOCOL" = "grpc"} => [
        "spans to http://127.0.0.1:1/v1/traces",
    ], ["OTEL_EXPORTER_OTLP_PROTOCOL: \"grpc\" is not http/protobuf; using http/protobuf"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "http://collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL" = "grpc"} => [
        "spans to http://collector:4317/v1/traces",
    ], ["using http/protobuf, but http://collector:4317 is the port of OTLP over gRPC, receivers of OTLP over HTTP listen on port 4318"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "http://collector:4317"} => [],
        ["OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4317 is the port of OTLP over gRPC"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL" = "http/json"} => [],
        ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: \"http/json\" is not http/protobuf"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_PROTOCOL" = "HTTP/protobuf"} => [], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_COMPRESSION" = "NONE"} => [
        "spans in none",
    ], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_COMPRESSION" = "snappy"} => [
        "spans in gzip",
    ], ["OTEL_EXPORTER_OTLP_COMPRESSION: \"snappy\" is not one of gzip"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_TIMEOUT" = "10s"} => [
        "spans within 10000 ms",
    ], ["OTEL_EXPORTER_OTLP_TIMEOUT: \"10s\" is not a number of milliseconds above 0; using 10000"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT" = "0", "OTEL_EXPORTER_OTLP_TIMEOUT" = "3000"} => [
        "spans within 3000 ms", "logs within 3000 ms",
    ], ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: \"0\" is not a number of milliseconds above 0; using 3000"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_HEADERS" = "authorization=Bearer%20SECRET,x-team=a"} => [
        "spans with [\"authorization\", \"x-team\"]",
    ], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_HEADERS" = "x-team=a,Authorization: SECRET"} => [
        "spans with [\"x-team\"]",
    ], ["OTEL_EXPORTER_OTLP_HEADERS: entry 2 is ignored: it must have the form name=value"];

    // New Relic.
    {"NEW_RELIC_LICENSE_KEY" = "KEY"} => [
        "destination NewRelic",
        "spans to https://otlp.eu01.nr-data.net/v1/traces",
        "spans from NEW_RELIC_LICENSE_KEY",
        "spans with [\"api-key\"]",
        "spans within 90000 ms",
        "resource aiEnabledApp=true",
    ], [];
    {"NEW_RELIC_LICENSE_KEY" = "\"KEY\""} => ["spans to https://otlp.eu01.nr-data.net/v1/traces"], [];
    {"NEW_RELIC_LICENSE_KEY" = "abc"} => ["spans to https://otlp.nr-data.net/v1/traces"],
        ["NEW_RELIC_LICENSE_KEY: the value does not look like a license key"];
    {"NEW_RELIC_LICENSE_KEY" = "''"} => ["destination Console"], [];
    {"NEW_RELIC_INSERT_KEY" = "0123456789abcdef0123456789abcdef01234567"} => [
        "spans from NEW_RELIC_INSERT_KEY", "spans to https://otlp.nr-data.net/v1/traces",
    ], [];
    {"NEW_RELIC_LICENSE_KEY" = "KEY", "OTEL_EXPORTER_OTLP_ENDPOINT" = "http://localhost:4318"} => [
        "destination NewRelic", "spans to https://otlp.eu01.nr-data.net/v1/traces",
    ], ["NEW_RELIC_LICENSE_KEY and OTEL_EXPORTER_OTLP_ENDPOINT are both set: the license key wins, telemetry is sent to otlp.eu01.nr-data.net"];
    {"NEW_RELIC_LICENSE_KEY" = "KEY", "OTEL_EXPORTER_OTLP_ENDPOINT" = "https://otlp.eu01.nr-data.net:4318"} => [
        "spans to https://otlp.eu01.nr-data.net:4318/v1/traces", "spans from OTEL_EXPORTER_OTLP_ENDPOINT",
    ], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "https://otlp.eu01.nr-data.net", "OTEL_EXPORTER_OTLP_HEADERS" = "api-key=KEY"} => [
        "destination NewRelic",
        "spans to https://otlp.eu01.nr-data.net/v1/traces",
        "spans with [\"api-key\"]",
        "spans within 90000 ms",
        "resource aiEnabledApp=true",
    ], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "https://staging-otlp.nr-data.net:443", "OTEL_EXPORTER_OTLP_HEADERS" = "api-key=KEY"} => [
        "destination NewRelic", "spans within 90000 ms",
    ], [];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "https://otlp.nr-data.net", "OTEL_EXPORTER_OTLP_HEADERS" = "api-key=\"KEY\""} => [
        "destination NewRelic",
    ], ["the license key belongs to region EU, but otlp.nr-data.net to region US"];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "https://otlp.nr-data.net"} => ["spans with []"],
        ["no license key for otlp.nr-data.net (OTEL_EXPORTER_OTLP_ENDPOINT): set NEW_RELIC_LICENSE_KEY"];
    {"NEW_RELIC_LICENSE_KEY" = "KEY", "NEW_RELIC_OTLP_HOST" = "https://otlp.nr-data.net"} => [],
        ["NEW_RELIC_OTLP_HOST: \"https://otlp.nr-data.net\" is not a host name such as otlp.nr-data.net; set a URL with endpoint; not exported: spans, metrics, logs"];
    {"NEW_RELIC_LICENSE_KEY" = "KEY", "NEW_RELIC_OTLP_PORT" = "https"} => [
        "spans to https://otlp.eu01.nr-data.net/v1/traces",
    ], ["NEW_RELIC_OTLP_PORT: \"https\" is not a port from 1 to 65535; using 443"];
    {"NEW_RELIC_LICENSE_KEY" = "KEY", "NEW_RELIC_HIGH_SECURITY" = "true", "NEW_RELIC_PROXY_HOST" = "proxy", "NEW_RELIC_PROXY_PORT" = "3128"} => [
        "destination NewRelic",
    ], [];

    // Sampler, resource, service name.
    {"OTEL_TRACES_SAMPLER" = "xray"} => ["sampler ParentBased(AlwaysOn)"],
        ["OTEL_TRACES_SAMPLER: \"xray\" is not one of always_on"];
    {"OTEL_TRACES_SAMPLER" = "ALWAYS_ON"} => ["sampler AlwaysOn"], [];
    {"OTEL_TRACES_SAMPLER" = "always_off", "OTEL_EXPORTER_OTLP_ENDPOINT" = "URL"} => ["sampler AlwaysOff"], [];
    {"OTEL_TRACES_SAMPLER" = "traceidratio", "OTEL_TRACES_SAMPLER_ARG" = "10%"} => [
        "sampler TraceIdRatioBased(1.0)",
    ], ["OTEL_TRACES_SAMPLER_ARG: \"10%\" is not a number from 0 to 1; using 1"];
    {"OTEL_RESOURCE_ATTRIBUTES" = "team=search,ranking,env=prod"} => [
        "resource team=search", "resource env=prod",
    ], ["OTEL_RESOURCE_ATTRIBUTES: \"ranking\" has no =, and is ignored"];
    {"OTEL_SERVICE_NAME" = "'support bot'"} => ["service support bot from OTEL_SERVICE_NAME"], [];
    {"OTEL_RESOURCE_ATTRIBUTES" = "service.name=a", "NEW_RELIC_APP_NAME" = "b"} => [
        "service a from OTEL_RESOURCE_ATTRIBUTES", "resource service.name=a",
    ], [];
    {"NEW_RELIC_APP_NAME" = "b", "AWS_LAMBDA_FUNCTION_NAME" = "c"} => [
        "service b from NEW_RELIC_APP_NAME", "resource faas.name=c", "resource cloud.platform=aws_lambda",
    ], [];
    {"AWS_LAMBDA_FUNCTION_NAME" = "c", "AWS_REGION" = "eu-central-1"} => [
        "service c from AWS_LAMBDA_FUNCTION_NAME", "resource cloud.region=eu-central-1",
    ], [];

    // Batches, metrics, limits, console.
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_BSP_SCHEDULE_DELAY" = "5s", "OTEL_BSP_MAX_QUEUE_SIZE" = "0"} => [], [
        "OTEL_BSP_MAX_QUEUE_SIZE: \"0\" is not a whole number above 0; using 2048",
        "OTEL_BSP_SCHEDULE_DELAY: \"5s\" is not a whole number above 0; using 5000 for spans",
        "OTEL_BSP_SCHEDULE_DELAY: \"5s\" is not a whole number above 0; using 1000 for log records",
    ];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE" = "sometimes", "OTEL_METRIC_EXPORT_INTERVAL" = "1m"} => [], [
        "OTEL_METRIC_EXPORT_INTERVAL: \"1m\" is not a number of milliseconds above 0; using 60000",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: \"sometimes\" is not one of cumulative, delta, lowmemory; using cumulative",
    ];
    {"OTEL_EXPORTER_OTLP_ENDPOINT" = "URL", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" = "many", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT" = "-1"} => [], [
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: \"-1\" is not a number of characters; using no limit",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: \"many\" is not a whole number; using 128",
    ];
    {"COLUMNS" = "wide"} => ["destination Console"],
        ["COLUMNS: \"wide\" is not a number of columns; using the terminal's width or 80"];
    {"OTEL_EXPORTER_OTLP_INSECURE" = "true", "OTEL_LOG_LEVEL" = "debug", "OTEL_CONFIG_FILE" = "/otel.yaml"} => [],
        ["not supported, and ignored: OTEL_CONFIG_FILE, OTEL_EXPORTER_OTLP_INSECURE, OTEL_LOG_LEVEL"];
}
