//! What the last request came to.

use std::sync::{Mutex, PoisonError};

use http::StatusCode;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;

/// Filled by the HTTP client, read by the exporter.
///
/// The OTLP exporter of the SDK passes neither the status nor the cause of a
/// failure on, and only logs a partial success.
#[derive(Debug, Default)]
pub(super) struct Outcome(Mutex<Answer>);

#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: Option<StatusCode>,
    /// Why there was no answer, or what the receiver said about a refusal.
    pub(super) problem: String,
    pub(super) rejected: u64,
}

impl Outcome {
    pub(super) fn no_answer(&self, problem: String) {
        self.set(Answer {
            problem,
            ..Answer::default()
        });
    }

    pub(super) fn answered(&self, status: StatusCode, body: &[u8]) {
        let mut answer = Answer {
            status: Some(status),
            ..Answer::default()
        };
        if status.is_success() {
            // New Relic's body is empty, which decodes to "all accepted".
            let decoded = ExportTraceServiceResponse::decode(body).unwrap_or_default();
            let partial = decoded.partial_success.unwrap_or_default();
            answer.rejected = u64::try_from(partial.rejected_spans).unwrap_or(0);
            answer.problem = partial.error_message;
        }
        self.set(answer);
    }

    /// The last answer, which is forgotten.
    pub(super) fn take(&self) -> Answer {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, answer: Answer) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }
}

impl Answer {
    /// For people: the status or the cause, and what to do about it.
    pub(super) fn describe(&self, new_relic: bool) -> String {
        let Some(status) = self.status else {
            return if self.problem.is_empty() {
                "no request was sent".to_owned()
            } else {
                self.problem.clone()
            };
        };
        let advice = match status.as_u16() {
            401 | 403 if new_relic => ": the license key is wrong, or belongs to another region",
            401 | 403 => ": the receiver wants other credentials; set a header",
            404 => ": nothing takes spans at this path",
            413 => ": a single span is larger than the receiver takes",
            429 => ": too much was sent in this minute",
            _ => "",
        };
        format!("HTTP {status}{advice}")
    }
}
