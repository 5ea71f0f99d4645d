//! The seam to the AWS SDK: typed inputs, outputs, errors, HTTP heads and bodies
//! enter, recordings are started, filled and ended. Uses `decode` to read, `emit`
//! to record, `config` for the options, and the SDK's runtime crates.

mod attempts;
mod body_collector;
mod event_reader;
mod event_stream;
mod execution;
mod http_headers;
mod in_flight;
mod instrumented_twice;
mod interceptor;
pub(crate) mod monitor;
mod observed_body;
mod response_body;
mod sdk_error;
