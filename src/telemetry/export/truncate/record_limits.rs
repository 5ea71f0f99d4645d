//! [`RecordLimits`]: OpenTelemetry's limits of spans and log records.

use opentelemetry_proto::tonic::trace::v1::Span;

use crate::semconv::pipeline;
use crate::telemetry::export::payload::otlp_payload::OtlpPayload;

/// Limits of the settings. They apply to a record, its events and its links.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RecordLimits {
    /// Characters of a string.
    pub(crate) value_chars: usize,
    pub(crate) attributes: usize,
    pub(crate) events: usize,
    pub(crate) links: usize,
    pub(crate) event_attributes: usize,
    pub(crate) link_attributes: usize,
}

impl RecordLimits {
    pub(crate) const NONE: Self = Self {
        value_chars: usize::MAX,
        attributes: usize::MAX,
        events: usize::MAX,
        links: usize::MAX,
        event_attributes: usize::MAX,
        link_attributes: usize::MAX,
    };

    /// Removes events and links beyond the maximum, and returns how many. Events of
    /// the conventions are kept first.
    pub(super) fn limit_spans(&self, payload: &mut OtlpPayload) -> usize {
        let OtlpPayload::Traces(request) = payload else {
            return 0;
        };
        let scopes = request.resource_spans.iter_mut();
        let scopes = scopes.flat_map(|group| &mut group.scope_spans);
        let spans = scopes.flat_map(|scope| &mut scope.spans);
        spans.map(|span| self.limit_span(span)).sum()
    }

    fn limit_span(&self, span: &mut Span) -> usize {
        // What the SDK itself has dropped, whose limits are higher.
        let dropped = count_dropped(span);
        let events = span.events.len().saturating_sub(self.events);
        if events > 0 {
            let core = span.events.iter().filter(|it| is_core(&it.name)).count();
            let mut core_left = self.events;
            let mut others_left = self.events.saturating_sub(core);
            span.events.retain(|event| {
                let left = if is_core(&event.name) {
                    &mut core_left
                } else {
                    &mut others_left
                };
                let kept = *left > 0;
                *left = left.saturating_sub(1);
                kept
            });
        }
        let links = span.links.len().saturating_sub(self.links);
        span.links.truncate(self.links);
        span.dropped_events_count += to_u32(events);
        span.dropped_links_count += to_u32(links);
        dropped + events + links
    }
}

fn count_dropped(span: &Span) -> usize {
    let counts = [
        span.dropped_attributes_count,
        span.dropped_events_count,
        span.dropped_links_count,
    ];
    let events = span.events.iter().map(|it| it.dropped_attributes_count);
    let links = span.links.iter().map(|it| it.dropped_attributes_count);
    let all = counts.into_iter().chain(events).chain(links);
    all.map(|count| usize::try_from(count).unwrap_or_default())
        .sum()
}

fn is_core(event: &str) -> bool {
    let mut prefixes = pipeline::CORE_EVENTS.iter();
    prefixes.any(|prefix| event.starts_with(prefix))
}

pub(super) fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
