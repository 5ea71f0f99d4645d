//! The receiver's response to a request, and the retry decision.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;

use super::pending_request::PendingRequest;
use crate::telemetry::compression::Compression;
use crate::telemetry::report::exchange::Exchange;
use crate::telemetry::report::failure::Failure;
use crate::telemetry::signal::Signal;

/// A response, with the part of its body that matters.
#[derive(Debug)]
pub(super) struct ExportResponse {
    status: StatusCode,
    retry_after: Option<Duration>,
    /// How many items of an accepted request were rejected, and why.
    pub(super) rejected: u64,
    pub(super) rejection: String,
    /// The `Date` header, and when it came.
    date: Option<(SystemTime, SystemTime)>,
}

/// What happens to a request after an attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum RetryDecision {
    Accepted,
    /// Send it again, after this time if the receiver names one.
    Retry(Option<Duration>),
    /// Send it again in smaller requests.
    Split,
    /// Authentication failed: pause, then send it again.
    Unauthorized,
    /// The receiver does not know the signal, or the path is wrong.
    Unsupported,
    /// A retry would not change the response.
    Refused,
}

impl ExportResponse {
    pub(super) fn parse(
        signal: Signal,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        let (rejected, rejection) = if status.is_success() {
            parse_partial_success(signal, body)
        } else {
            (0, String::new())
        };
        Self {
            status,
            retry_after: parse_retry_after(headers),
            rejected,
            rejection,
            date: parse_date(headers),
        }
    }

    pub(super) fn decide_retry(&self, compression: Compression) -> RetryDecision {
        match self.status.as_u16() {
            200..=299 => RetryDecision::Accepted,
            401 | 403 => RetryDecision::Unauthorized,
            // The receiver may take the signal, uncompressed.
            415 if compression != Compression::None => RetryDecision::Refused,
            404 | 405 | 415 | 501 => RetryDecision::Unsupported,
            413 => RetryDecision::Split,
            // 530 comes from New Relic's edge.
            408 | 429 | 500 | 502..=504 | 530 => RetryDecision::Retry(self.retry_after),
            _ => RetryDecision::Refused,
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The status for messages, and what to do about it.
    pub(super) fn describe(&self, request: &PendingRequest) -> String {
        let (signal, new_relic) = (request.signal(), request.config.new_relic);
        let status = self.status.as_u16();
        if let (415, Some(encoding)) = (status, request.compression.content_encoding()) {
            return format!(
                "the receiver does not accept requests compressed with {encoding} (HTTP 415); \
                 set OTEL_EXPORTER_OTLP_COMPRESSION=none or compression"
            );
        }
        match status {
            401 | 403 if new_relic => format!(
                "authentication failed (HTTP {status}); check the license key and its region"
            ),
            401 | 403 => {
                format!("authentication failed (HTTP {status}); check the exporter headers")
            }
            404 | 405 | 415 | 501 => format!(
                "no OTLP receiver for {} at this path (HTTP {status}); check the path of the \
                 endpoint",
                signal.item_name(0)
            ),
            413 => format!(
                "a single {} exceeds the receiver's size limit (HTTP 413)",
                signal.item_name(1)
            ),
            429 => "rate limit exceeded (HTTP 429)".to_owned(),
            _ => format!("HTTP {}", self.status),
        }
    }
}

/// What came of an attempt. `problem` describes a status that is no success.
pub(super) fn summarize_attempt(
    response: &Result<ExportResponse, Failure>,
    duration: Duration,
    problem: &str,
) -> Exchange {
    let response = response.as_ref().ok();
    let problem = match response {
        Some(it) if !it.status.is_success() => Some(problem.to_owned()),
        Some(it) if it.rejected > 0 => Some(format!("rejected by the receiver: {}", it.rejection)),
        Some(_) => None,
        None => Some(problem.to_owned()),
    };
    Exchange {
        duration,
        status: response.map(ExportResponse::status),
        problem,
        date: response.and_then(|it| it.date),
    }
}

fn parse_date(headers: &HeaderMap) -> Option<(SystemTime, SystemTime)> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    Some((httpdate::parse_http_date(date).ok()?, SystemTime::now()))
}

/// An empty body, as New Relic's, decodes to "all accepted".
fn parse_partial_success(signal: Signal, body: &[u8]) -> (u64, String) {
    macro_rules! parse {
        ($response:ident, $rejected:ident) => {{
            let response = $response::decode(body).unwrap_or_default();
            let partial = response.partial_success.unwrap_or_default();
            (partial.$rejected, partial.error_message)
        }};
    }
    let (rejected, reason) = match signal {
        Signal::Logs => parse!(ExportLogsServiceResponse, rejected_log_records),
        Signal::Metrics => parse!(ExportMetricsServiceResponse, rejected_data_points),
        Signal::Traces => parse!(ExportTraceServiceResponse, rejected_spans),
    };
    (u64::try_from(rejected).unwrap_or(0), reason)
}

/// Seconds, or a date. For zero the backoff applies.
fn parse_retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = value.parse() {
        Duration::from_secs(seconds)
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(SystemTime::now()).unwrap_or_default()
    };
    Some(wait.min(MAX_RETRY_AFTER)).filter(|wait| !wait.is_zero())
}

/// Longer than any rate limit: a wrong date must not silence the pipeline.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, retry_after: Option<&str>) -> ExportResponse {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        ExportResponse::parse(Signal::Traces, status, &headers, b"")
    }

    #[test]
    fn status_determines_the_retry_decision() {
        let retry = RetryDecision::Retry(None);
        for (statuses, decision) in [
            (&[200, 202, 204][..], RetryDecision::Accepted),
            (&[408, 429, 500, 502, 503, 504, 530], retry),
            (&[401, 403], RetryDecision::Unauthorized),
            (&[413], RetryDecision::Split),
            (&[404, 405, 415, 501], RetryDecision::Unsupported),
            (&[301, 400, 411, 431], RetryDecision::Refused),
        ] {
            for status in statuses {
                let decided = response(*status, None).decide_retry(Compression::None);
                assert_eq!(decided, decision, "{status}");
            }
        }
        let compressed = response(415, None).decide_retry(Compression::Gzip);
        assert_eq!(compressed, RetryDecision::Refused);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_bounded() {
        let wait = |value| {
            let response = response(429, Some(value));
            match response.decide_retry(Compression::None) {
                RetryDecision::Retry(wait) => wait,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(wait("29"), Some(Duration::from_secs(29)));
        assert_eq!(wait("0"), None);
        assert_eq!(wait("99999999"), Some(MAX_RETRY_AFTER));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), None);
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_mins(1));
        assert!(wait(&soon).is_some_and(|wait| wait > Duration::from_secs(50)));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-1"), None);
    }
}
