//! [`AttributeFilter`]: drops attributes of the application's own telemetry.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::payload::otlp_payload::OtlpPayload;
use crate::semconv::pipeline::TARGET_ATTRIBUTE;
use crate::trace::inherited_attributes::is_inheritable;

/// Patterns of the names to drop. Of spans, span events and log records of this crate,
/// only attributes that they may have inherited from the application's are dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct AttributeFilter(Arc<[String]>);

impl AttributeFilter {
    /// `*` stands for any characters.
    pub(crate) fn new(patterns: impl IntoIterator<Item = String>) -> Self {
        Self(patterns.into_iter().collect())
    }

    /// Whether there is anything to drop. The layer then records the targets of
    /// spans, which tell whose they are.
    pub(crate) fn is_active(&self) -> bool {
        !self.0.is_empty()
    }

    fn drops(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| matches_pattern(pattern, name))
    }

    /// `own` is whether the attributes are on telemetry of this crate.
    fn filter(&self, own: bool, attributes: &mut Vec<KeyValue>) {
        attributes.retain(|kv| self.keeps(own, kv.key.as_str()));
    }

    fn keeps(&self, own: bool, name: &str) -> bool {
        (own && !is_inheritable(name)) || !self.drops(name)
    }

    fn filter_span(&self, span: &mut SpanData) {
        let target = find_target(&span.attributes);
        let own = match &target {
            Some(target) => is_own_target(target),
            // Without the layer: the scope of this crate's tracers.
            None => span.instrumentation_scope.name() == env!("CARGO_PKG_NAME"),
        };
        // The layer's comes first; another one is a field of the application.
        let mut attributes = span.attributes.iter();
        if let Some(at) = attributes.position(|kv| kv.key.as_str() == TARGET_ATTRIBUTE) {
            span.attributes.remove(at);
        }
        for event in &mut span.events.events {
            // Events of `tracing` have their target, others are the span's.
            let target = find_target(&event.attributes);
            let own = target.map_or(own, |target| is_own_target(&target));
            self.filter(own, &mut event.attributes);
        }
        self.filter(own, &mut span.attributes);
        for link in &mut span.links.links {
            self.filter(own, &mut link.attributes);
        }
    }

    /// Here and not in a processor, because the SDK's log records cannot be changed.
    /// The scope of an event of `tracing` is its target.
    pub(crate) fn filter_logs(&self, payload: &mut OtlpPayload) {
        let OtlpPayload::Logs(request) = payload else {
            return;
        };
        if !self.is_active() {
            return;
        }
        let scopes = request.resource_logs.iter_mut();
        for group in scopes.flat_map(|group| &mut group.scope_logs) {
            let scope = group.scope.as_ref().map(|scope| scope.name.as_str());
            let own = scope.is_some_and(|it| it == env!("CARGO_PKG_NAME") || is_own_target(it));
            for record in &mut group.log_records {
                record.attributes.retain(|kv| self.keeps(own, &kv.key));
            }
        }
    }
}

fn find_target(attributes: &[KeyValue]) -> Option<String> {
    let mut attributes = attributes.iter();
    let target = attributes.find(|kv| kv.key.as_str() == TARGET_ATTRIBUTE)?;
    Some(target.value.to_string())
}

fn is_own_target(target: &str) -> bool {
    let rest = target.strip_prefix(crate::TARGET);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The parts between the stars must follow each other; the first one starts the name,
/// and the last one ends it.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match name.split_once(part) {
            Some((_, rest)) => name = rest,
            None => return false,
        }
    }
    name.ends_with(end)
}

/// A span processor behind the filter.
#[derive(Debug)]
pub(crate) struct FilteredProcessor<P> {
    processor: P,
    filter: AttributeFilter,
}

impl<P> FilteredProcessor<P> {
    pub(crate) fn new(processor: P, filter: &AttributeFilter) -> Self {
        let filter = filter.clone();
        Self { processor, filter }
    }
}

impl<P: SpanProcessor> SpanProcessor for FilteredProcessor<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, mut span: SpanData) {
        if self.filter.is_active() {
            self.filter.filter_span(&mut span);
        }
        self.processor.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name, expected) in [
            ("prompt", "prompt", true),
            ("prompt", "prompts", false),
            ("customer.*", "customer.name", true),
            ("customer.*", "customer", false),
            ("*.email", "user.email", true),
            ("*.email", "user.email.hash", false),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "acb", false),
            ("*secret*", "my_secret_key", true),
            ("*", "anything", true),
            ("ab*ba", "aba", false),
        ] {
            let matches = matches_pattern(pattern, name);
            assert_eq!(matches, expected, "{pattern} {name}");
        }
    }
}
