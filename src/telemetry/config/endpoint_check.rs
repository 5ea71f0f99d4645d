//! Checks of an endpoint: the OTLP protocol, the port and the path.

use super::endpoint::Endpoint;
use super::environment::Environment;
use super::signal_variables::signal_variables;
use crate::telemetry::signal::Signal;

/// Warns of what probably fails. The endpoint is used all the same: a corrected one
/// could be another receiver.
pub(super) fn check_endpoint(env: &Environment, signal: Signal, endpoint: &Endpoint) {
    check_protocol(env, signal, endpoint);
    // The variable of one signal is used unchanged, unlike the generic one.
    if endpoint.source == signal_variables(signal).endpoint && endpoint.url.path() == "/" {
        env.warn(format!(
            "{}: {} has no path; it is used unchanged, but receivers expect {}",
            endpoint.source,
            endpoint.display_origin(),
            signal.url_path()
        ));
    }
}

/// Only HTTP with protobuf is supported, which the gRPC port does not answer.
fn check_protocol(env: &Environment, signal: Signal, endpoint: &Endpoint) {
    let names = signal_variables(signal).protocol;
    let set = env.get_first(&names);
    let unsupported = set.filter(|(_, value)| !value.eq_ignore_ascii_case(SUPPORTED));
    let grpc_port = endpoint.url.port_u16() == Some(GRPC_PORT) && !endpoint.is_new_relic();
    let hint = format!(
        "{} is the port of OTLP over gRPC, receivers of OTLP over HTTP listen on port 4318",
        endpoint.display_origin()
    );
    let warning = match (unsupported, grpc_port) {
        (Some((name, value)), false) => {
            format!("{name}: {value:?} is not {SUPPORTED}; using {SUPPORTED}")
        }
        (Some((name, value)), true) => {
            format!("{name}: {value:?} is not {SUPPORTED}; using {SUPPORTED}, but {hint}")
        }
        (None, true) => format!("{}: {hint}", endpoint.source),
        (None, false) => return,
    };
    env.warn(warning);
}

const SUPPORTED: &str = "http/protobuf";
const GRPC_PORT: u16 = 4317;
