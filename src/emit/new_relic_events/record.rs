//! What all events have in common.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::SpanContext;
use opentelemetry::{Key, KeyValue};
use uuid::Uuid;

use crate::config::Settings;
use crate::emit::sinks::{Loggers, Record};
use crate::record::content::TruncatedText;
use crate::record::{AttributeValue, Call};
use crate::semconv;
use crate::semconv::new_relic as name;

/// The call, and where its events go.
pub(super) struct EventContext<'a> {
    pub(super) call: &'a Call,
    pub(super) settings: &'a Settings,
    pub(super) inherited: &'a [KeyValue],
    pub(super) span: &'a SpanContext,
    pub(super) started: SystemTime,
    pub(super) ended: SystemTime,
    pub(super) loggers: Loggers,
}

/// The attributes of an event: what is absent is left out, 0 is not.
pub(in crate::emit) struct Attributes(pub(in crate::emit) Vec<(Key, AnyValue)>);

impl Attributes {
    pub(in crate::emit) fn put(&mut self, key: &'static str, value: impl Into<AnyValue>) {
        self.0.push((Key::from_static_str(key), value.into()));
    }

    pub(in crate::emit) fn some(&mut self, key: &'static str, value: Option<impl Into<AnyValue>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    pub(in crate::emit) fn text(&mut self, key: &'static str, value: Option<&str>) {
        self.some(key, value.map(str::to_owned));
    }

    /// Adds those whose names are not taken.
    pub(in crate::emit) fn complete<'a>(&mut self, more: impl IntoIterator<Item = &'a KeyValue>) {
        for attribute in more {
            if !self.has(attribute.key.as_str()) {
                let value = any(&attribute.value);
                self.0.push((attribute.key.clone(), value));
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key.as_str() == name)
    }
}

impl EventContext<'_> {
    /// An event of a type, with what all of them carry.
    pub(super) fn event(&self, kind: &'static str, id: String) -> Attributes {
        let mut event = Attributes(Vec::with_capacity(32));
        event.put(name::EVENT_TYPE, kind);
        event.put(name::ID, id);
        if self.span.is_valid() {
            event.put(name::SPAN_ID, self.span.span_id().to_string());
            event.put(name::TRACE_ID, self.span.trace_id().to_string());
        }
        event.put(name::VENDOR, name::VENDOR_BEDROCK);
        event.put(name::INGEST_SOURCE, name::INGEST_SOURCE_RUST);
        event.text(name::REQUEST_ID, self.call.http.request_id.as_deref());
        self.custom(&mut event);
        event
    }

    /// What the application says of the call, and the conversation.
    fn custom(&self, event: &mut Attributes) {
        let own = self.settings.attributes.iter();
        let own = own.filter(|it| it.key.as_str().starts_with(name::CUSTOM_PREFIX));
        event.complete(self.inherited.iter().chain(own));
        let mut facts = self.call.extra_attributes.iter();
        let told = facts.find_map(|(key, fact)| match fact {
            AttributeValue::Text(id) if *key == semconv::CONVERSATION_ID => Some(id.clone()),
            _ => None,
        });
        let of_above = || {
            let mut above = self.inherited.iter();
            let id = above.find(|it| it.key.as_str() == semconv::CONVERSATION_ID)?;
            Some(id.value.as_str().into_owned())
        };
        if !event.has(name::CONVERSATION_ID) {
            event.some(name::CONVERSATION_ID, told.or_else(of_above));
        }
    }

    /// What went wrong, on the event that stands for the whole call.
    pub(super) fn error(&self, event: &mut Attributes) {
        let Some(failure) = &self.call.failure else {
            return;
        };
        let status = self.call.http.status;
        event.put(name::ERROR, true);
        event.some(name::HTTP_STATUS, status);
        event.put(name::ERROR_CODE, failure.kind.to_string());
        let message = self.truncated_text(&TruncatedText::copy(
            self.settings.capture.limit,
            failure.message(),
        ));
        event.some(
            name::ERROR_MESSAGE,
            Some(message).filter(|text| !text.is_empty()),
        );
        if failure.is_throttling(status) {
            event.put(name::RATE_LIMIT_EXCEEDED, true);
        }
    }

    pub(super) fn duration(&self) -> f64 {
        let took = self.ended.duration_since(self.started);
        took.unwrap_or_default().as_secs_f64() * 1_000.0
    }

    /// As the request names it, in place of the model that answered where that
    /// is not told: views group by it.
    pub(super) fn answered_by(&self) -> Option<&str> {
        let call = self.call;
        call.response.model.as_deref().or(call.model.as_deref())
    }

    /// As much of a content as an attribute may hold.
    pub(super) fn truncated_text(&self, clip: &TruncatedText) -> String {
        clip.truncated_to(self.settings.capture.limit).into_owned()
    }

    pub(super) fn emit(&self, event: Attributes, at: SystemTime) {
        self.loggers.emit(Record {
            attributes: event.0,
            body: None,
            at,
            span: self.span.clone(),
        });
    }

    /// A content that is too long for an attribute, as a log record beside the
    /// event. New Relic cuts the attributes of its events and ignores their
    /// bodies, but of the message of a log it keeps 128,000 bytes more.
    pub(super) fn whole(
        &self,
        mut attributes: Attributes,
        content: &TruncatedText,
        at: SystemTime,
    ) {
        if content.stored_chars() > self.settings.capture.limit {
            attributes
                .0
                .retain(|(key, _)| ![name::EVENT_TYPE, name::CONTENT].contains(&key.as_str()));
            self.loggers.emit(Record {
                attributes: attributes.0,
                body: Some(content.as_str().to_owned()),
                at,
                span: self.span.clone(),
            });
        }
    }
}

pub(in crate::emit) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// Milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

fn any(value: &opentelemetry::Value) -> AnyValue {
    match value {
        opentelemetry::Value::Bool(value) => AnyValue::from(*value),
        opentelemetry::Value::I64(value) => AnyValue::from(*value),
        opentelemetry::Value::F64(value) => AnyValue::from(*value),
        other => AnyValue::from(Cow::into_owned(other.as_str())),
    }
}
