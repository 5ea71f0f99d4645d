//! [`OtlpPayload`]: the decoded body of a request.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::{DecodeError, Message as _};

use super::split::{Split, split_half};
use crate::telemetry::signal::Signal;

/// The body of an OTLP export request.
///
/// The SDK's exporters encode a whole batch and do not report its size. Receivers
/// limit encoded bytes and the values in them, so both are checked after the
/// encoding, in one way for all signals.
///
/// It holds content, so it has no `Debug`.
pub(crate) enum OtlpPayload {
    Logs(ExportLogsServiceRequest),
    Metrics(ExportMetricsServiceRequest),
    Traces(ExportTraceServiceRequest),
}

impl OtlpPayload {
    pub(crate) fn decode(signal: Signal, body: &[u8]) -> Result<Self, DecodeError> {
        Ok(match signal {
            Signal::Logs => Self::Logs(ExportLogsServiceRequest::decode(body)?),
            Signal::Metrics => Self::Metrics(ExportMetricsServiceRequest::decode(body)?),
            Signal::Traces => Self::Traces(ExportTraceServiceRequest::decode(body)?),
        })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Logs(request) => request.encode_to_vec(),
            Self::Metrics(request) => request.encode_to_vec(),
            Self::Traces(request) => request.encode_to_vec(),
        }
    }

    pub(crate) fn encoded_len(&self) -> usize {
        match self {
            Self::Logs(request) => request.encoded_len(),
            Self::Metrics(request) => request.encoded_len(),
            Self::Traces(request) => request.encoded_len(),
        }
    }

    /// Spans, metric points or log records.
    pub(crate) fn count_items(&self) -> u64 {
        let items: usize = match self {
            Self::Logs(request) => request.resource_logs.iter().map(Split::count_items).sum(),
            Self::Metrics(request) => request
                .resource_metrics
                .iter()
                .map(Split::count_items)
                .sum(),
            Self::Traces(request) => request.resource_spans.iter().map(Split::count_items).sum(),
        };
        u64::try_from(items).unwrap_or(u64::MAX)
    }

    /// Keeps the first half and returns the second; `None` for a single record.
    pub(crate) fn split_half(&mut self) -> Option<Self> {
        Some(match self {
            Self::Logs(request) => Self::Logs(ExportLogsServiceRequest {
                resource_logs: split_half(&mut request.resource_logs)?,
            }),
            Self::Metrics(request) => Self::Metrics(ExportMetricsServiceRequest {
                resource_metrics: split_half(&mut request.resource_metrics)?,
            }),
            Self::Traces(request) => Self::Traces(ExportTraceServiceRequest {
                resource_spans: split_half(&mut request.resource_spans)?,
            }),
        })
    }
}
