//! Why an attempt had no response.

use std::error::Error as StdError;
use std::io;

use http::Uri;
use hyper_util::client::legacy::Error as ClientError;

use crate::telemetry::report::failure::{Cause, Failure};

/// Describes the error of the HTTP client, and what to do about it where that is
/// known.
pub(super) fn describe_error(error: &ClientError, endpoint: &Uri, proxy: Option<&Uri>) -> Failure {
    let mut problem = format_chain(error);
    let cause = find_cause(error);
    if let Some(authority) = proxy.and_then(Uri::authority) {
        problem = format!("{problem} (through the proxy {authority})");
    }
    if let Some(hint) = find_hint(cause, &problem, endpoint) {
        problem.push_str("; ");
        problem.push_str(hint);
    }
    Failure::new(cause, problem)
}

fn find_cause(error: &ClientError) -> Cause {
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = source {
        let error = unwrap_io(error);
        if error.is::<rustls::Error>() {
            return Cause::Tls;
        }
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut) {
            return Cause::Timeout;
        }
        source = error.source();
    }
    if error.is_connect() {
        Cause::Connection
    } else {
        Cause::Protocol
    }
}

/// An I/O error hides the error that it wraps from `source`.
fn unwrap_io<'a>(mut error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    while let Some(io) = error.downcast_ref::<io::Error>()
        && let Some(inner) = io.get_ref()
    {
        error = inner;
    }
    error
}

fn find_hint(cause: Cause, problem: &str, endpoint: &Uri) -> Option<&'static str> {
    let grpc_port = endpoint.port_u16() == Some(GRPC_PORT);
    match cause {
        Cause::Protocol if grpc_port || HTTP2.iter().any(|it| problem.contains(it)) => {
            Some(GRPC_HINT)
        }
        Cause::Tls if grpc_port => Some(GRPC_HINT),
        Cause::Tls if problem.contains("InvalidContentType") => {
            Some("the receiver does not speak TLS at this port: use http:// in the endpoint")
        }
        Cause::Tls if problem.contains("UnknownIssuer") => Some(
            "set OTEL_EXPORTER_OTLP_CERTIFICATE or root_certificates to the receiver's \
             certificate authority",
        ),
        Cause::Tls if problem.contains("CertificateRequired") => Some(
            "the receiver asks for a client certificate: set \
             OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY, or \
             client_identity",
        ),
        _ => None,
    }
}

/// An error with its sources: hyper's own text is only "client error (Connect)".
fn format_chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// What hyper says about a server that greets with HTTP/2 frames, after and before it
/// has sent its request.
const HTTP2: [&str; 2] = [
    "invalid HTTP version",
    "received unexpected message from connection",
];
const GRPC_PORT: u16 = 4317;
const GRPC_HINT: &str = "this is probably a port for OTLP/gRPC, or for https; use the one \
                         for http/protobuf, by default 4318";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grpc_port_has_a_hint_unless_nothing_listens() {
        let hint = |cause, port: u16| {
            let endpoint = format!("http://collector:{port}/v1/traces");
            find_hint(cause, "closed", &endpoint.parse().unwrap())
        };
        assert_eq!(hint(Cause::Protocol, 4317), Some(GRPC_HINT));
        assert_eq!(hint(Cause::Tls, 4317), Some(GRPC_HINT));
        assert_eq!(hint(Cause::Connection, 4317), None);
        assert_eq!(hint(Cause::Protocol, 4318), None);
    }
}
