//! HTTP headers: those that are read from responses, and the trace context that is
//! written into requests.

use aws_smithy_runtime_api::http::{Headers, Response};

use crate::record::Call;
use crate::trace::{TRACEPARENT, TRACESTATE, TraceHeaders};

/// Writes the trace context into the headers of a request, unless the caller set it.
pub(crate) fn inject_trace(trace: TraceHeaders, headers: &mut Headers) {
    if headers.contains_key(TRACEPARENT) {
        return;
    }
    // A value that is no valid header is left out.
    let _ = headers.try_insert(TRACEPARENT, trace.parent);
    if let (false, Some(state)) = (headers.contains_key(TRACESTATE), trace.state) {
        let _ = headers.try_insert(TRACESTATE, state);
    }
}

/// Host and port of a URI.
pub(crate) fn parse_server(uri: &str) -> (Option<String>, Option<i64>) {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return (None, None);
    };
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let default = if scheme.eq_ignore_ascii_case("http") {
        80
    } else {
        443
    };
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address are inside its brackets.
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
        _ => (authority, None),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (Some(host.to_owned()), port.or(Some(default)))
}

/// Reads status and headers of a response.
pub(crate) fn read_response_head(response: &Response, call: &mut Call) {
    call.http.status = Some(status(response));
    // One pass: a look-up by name would cost as much as all of it.
    for (name, value) in response.headers() {
        if let Some((_, read)) = HEADERS.iter().find(|(known, _)| *known == name) {
            read(value, call);
        }
    }
}

type Read = fn(&str, &mut Call);

/// Names are in lower case, as the SDK has them.
static HEADERS: &[(&str, Read)] = &[
    (REQUEST_ID, |id, call| {
        call.http.request_id = Some(id.to_owned());
    }),
    ("x-amzn-errortype", |code, call| {
        // The namespace's address may follow.
        call.http.error_code = code.split(':').next().map(str::to_owned);
    }),
    (
        "x-amzn-bedrock-cache-read-input-token-count",
        |count, call| {
            call.service_usage.cache_read = number(count);
        },
    ),
    (
        "x-amzn-bedrock-cache-write-input-token-count",
        |count, call| {
            call.service_usage.cache_write = number(count);
        },
    ),
    ("x-amzn-bedrock-input-token-count", |count, call| {
        call.service_usage.input = number(count);
    }),
    ("x-amzn-bedrock-invocation-latency", |latency, call| {
        call.latency.invocation_ms = number(latency);
    }),
    ("x-amzn-bedrock-output-token-count", |count, call| {
        call.service_usage.output = number(count);
    }),
    (
        "x-amzn-bedrock-performanceconfig-latency",
        |latency, call| {
            call.performance_latency = Some(latency.to_owned());
        },
    ),
    ("x-amzn-bedrock-service-tier", |tier, call| {
        call.service_tier = Some(tier.to_owned());
    }),
];

fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 0)
}

pub(crate) fn status(response: &Response) -> i64 {
    i64::from(response.status().as_u16())
}

pub(crate) const REQUEST_ID: &str = "x-amzn-requestid";
