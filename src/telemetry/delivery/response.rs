//! What a receiver says to a request, and what follows from it.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;

use crate::telemetry::signal::Signal;

/// An answer, without its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<Duration>,
    /// What of an accepted request was refused, and why.
    pub(crate) rejected: u64,
    pub(crate) problem: String,
}

/// What follows from an answer, or from none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Accepted,
    /// The same again, after this time where the receiver names one.
    Again(Option<Duration>),
    /// The same in smaller pieces.
    TooLarge,
    /// The receiver does not know the sender.
    Unauthorized,
    /// Nothing would change it.
    Refused,
}

impl Answer {
    pub(crate) fn read(
        signal: Signal,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        let (rejected, problem) = if status.is_success() {
            partial_success(signal, body)
        } else {
            (0, String::new())
        };
        Self {
            status,
            retry_after: retry_after(headers),
            rejected,
            problem,
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match self.status.as_u16() {
            200..=299 => Verdict::Accepted,
            401 | 403 => Verdict::Unauthorized,
            413 => Verdict::TooLarge,
            // 530: New Relic's edge.
            408 | 429 | 500 | 502..=504 | 530 => Verdict::Again(self.retry_after),
            _ => Verdict::Refused,
        }
    }

    /// For people: the status, and what to do about it.
    pub(crate) fn describe(&self, signal: Signal, new_relic: bool) -> String {
        let advice = match self.status.as_u16() {
            401 | 403 if new_relic => {
                ": the license key is wrong, or belongs to another region".to_owned()
            }
            401 | 403 => ": the receiver wants other credentials; set a header".to_owned(),
            404 => format!(": nothing takes {} at this path", signal.items(0)),
            413 => format!(
                ": a single {} is larger than the receiver takes",
                signal.items(1)
            ),
            429 => ": too much was sent in this minute".to_owned(),
            _ => String::new(),
        };
        format!("HTTP {}{advice}", self.status)
    }
}

/// New Relic's body is empty, which decodes to "all accepted".
fn partial_success(signal: Signal, body: &[u8]) -> (u64, String) {
    let (rejected, problem) = match signal {
        Signal::Logs => {
            let response = ExportLogsServiceResponse::decode(body).unwrap_or_default();
            let partial = response.partial_success.unwrap_or_default();
            (partial.rejected_log_records, partial.error_message)
        }
        Signal::Metrics => {
            let response = ExportMetricsServiceResponse::decode(body).unwrap_or_default();
            let partial = response.partial_success.unwrap_or_default();
            (partial.rejected_data_points, partial.error_message)
        }
        Signal::Traces => {
            let response = ExportTraceServiceResponse::decode(body).unwrap_or_default();
            let partial = response.partial_success.unwrap_or_default();
            (partial.rejected_spans, partial.error_message)
        }
    };
    (u64::try_from(rejected).unwrap_or(0), problem)
}

/// Seconds, or a date. A receiver that says "at once" names no time: our own holds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = value.parse() {
        Duration::from_secs(seconds)
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(SystemTime::now()).unwrap_or_default()
    };
    Some(wait.min(MAX_RETRY_AFTER)).filter(|wait| !wait.is_zero())
}

/// Longer than any rate limit lasts: a wrong date must not silence the pipeline.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<&str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        Answer::read(Signal::Traces, status, &headers, b"")
    }

    #[test]
    fn each_status_has_its_verdict() {
        let again = Verdict::Again(None);
        for (statuses, verdict) in [
            (&[200, 202, 204][..], Verdict::Accepted),
            (&[408, 429, 500, 502, 503, 504, 530], again),
            (&[401, 403], Verdict::Unauthorized),
            (&[413], Verdict::TooLarge),
            (&[301, 400, 404, 405, 411, 415, 431, 501], Verdict::Refused),
        ] {
            for status in statuses {
                assert_eq!(answer(*status, None).verdict(), verdict, "{status}");
            }
        }
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_and_never_for_ever() {
        let wait = |value| match answer(429, Some(value)).verdict() {
            Verdict::Again(wait) => wait,
            other => panic!("{other:?}"),
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
