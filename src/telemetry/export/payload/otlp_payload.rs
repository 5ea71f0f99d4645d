//! What one request carries.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::{DecodeError, Message as _};

use super::split::{Group, cut};
use crate::telemetry::signal::Signal;

/// The body of a request, as OpenTelemetry's protocol has it.
///
/// The SDK's exporters encode a whole batch and tell nobody how large it
/// became. What a receiver limits are encoded bytes and the values in them, so
/// both are looked at here, after the encoding and in one way for all signals.
///
/// It holds content, so it has no `Debug`.
pub(crate) enum Payload {
    Logs(ExportLogsServiceRequest),
    Metrics(ExportMetricsServiceRequest),
    Traces(ExportTraceServiceRequest),
}

impl Payload {
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
    pub(crate) fn items(&self) -> u64 {
        let items: usize = match self {
            Self::Logs(request) => request.resource_logs.iter().map(Group::items).sum(),
            Self::Metrics(request) => request.resource_metrics.iter().map(Group::items).sum(),
            Self::Traces(request) => request.resource_spans.iter().map(Group::items).sum(),
        };
        u64::try_from(items).unwrap_or(u64::MAX)
    }

    /// Both halves; `None` where there is only one piece to send.
    pub(crate) fn halve(&mut self) -> Option<Self> {
        Some(match self {
            Self::Logs(request) => Self::Logs(ExportLogsServiceRequest {
                resource_logs: cut(&mut request.resource_logs)?,
            }),
            Self::Metrics(request) => Self::Metrics(ExportMetricsServiceRequest {
                resource_metrics: cut(&mut request.resource_metrics)?,
            }),
            Self::Traces(request) => Self::Traces(ExportTraceServiceRequest {
                resource_spans: cut(&mut request.resource_spans)?,
            }),
        })
    }
}
