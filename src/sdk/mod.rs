//! The seam to the AWS SDK: the interceptor, the calls in flight, the bodies that
//! are observed on their way.

mod event_reader;
mod event_stream;
mod http_headers;
mod in_flight;
mod interceptor;
pub(crate) mod monitor;
mod observed_body;
mod response_body;
mod sdk_error;
