//! What the events of one call have in common.

use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanContext;
use uuid::Uuid;

use crate::emit::attributes::Attributes;
use crate::emit::settings::Settings;
use crate::emit::sinks::{Loggers, Record};
use crate::record::Call;
use crate::record::content::TruncatedText;
use crate::semconv;
use crate::semconv::new_relic as name;

/// The call, and where its events are sent.
pub(super) struct EventContext<'a> {
    pub(super) call: &'a Call,
    pub(super) settings: &'a Settings,
    /// Characters in one attribute.
    pub(super) limit: usize,
    pub(super) inherited: &'a [KeyValue],
    pub(super) span: &'a SpanContext,
    pub(super) started: SystemTime,
    pub(super) ended: SystemTime,
    pub(super) loggers: Loggers,
}

impl EventContext<'_> {
    /// An event with the attributes of all types.
    pub(super) fn new_event(&self, kind: &'static str, id: String) -> Attributes {
        let mut event = Attributes::with_capacity(32);
        event.push(name::EVENT_TYPE, kind);
        event.push(name::ID, id);
        if self.span.is_valid() {
            event.push(name::SPAN_ID, self.span.span_id().to_string());
            event.push(name::TRACE_ID, self.span.trace_id().to_string());
        }
        event.push(name::VENDOR, name::VENDOR_BEDROCK);
        event.push(name::INGEST_SOURCE, name::INGEST_SOURCE_RUST);
        event.push_text(name::REQUEST_ID, self.call.http.request_id.as_deref());
        self.push_custom_attributes(&mut event);
        event
    }

    /// Adds the application's attributes and the conversation id.
    fn push_custom_attributes(&self, event: &mut Attributes) {
        let client = self.settings.attributes.iter();
        let client = client.filter(|it| it.key.as_str().starts_with(name::CUSTOM_PREFIX));
        event.extend_missing(self.inherited.iter().chain(client), &[]);
        if event.contains(name::CONVERSATION_ID) {
            return;
        }
        let key = semconv::CONVERSATION_ID;
        let own = self.call.extra_attributes.get_text(key);
        let own = own.map(str::to_owned);
        let conversation = own.or_else(|| {
            let mut inherited = self.inherited.iter();
            let id = inherited.find(|it| it.key.as_str() == key)?;
            Some(id.value.as_str().into_owned())
        });
        event.push_if_some(name::CONVERSATION_ID, conversation);
    }

    /// Adds the failure to the event that represents the whole call.
    pub(super) fn push_error(&self, event: &mut Attributes) {
        let Some(failure) = &self.call.failure else {
            return;
        };
        let status = self.call.http.status;
        event.push(name::ERROR, true);
        event.push_if_some(name::HTTP_STATUS, status);
        event.push(name::ERROR_CODE, failure.kind.to_string());
        event.push_if_some(name::ERROR_MESSAGE, self.error_message());
        if failure.is_throttling(status) {
            event.push(name::RATE_LIMIT_EXCEEDED, true);
        }
    }

    /// The failure's message in the limit of one attribute, if it is not empty.
    pub(super) fn error_message(&self) -> Option<String> {
        let message = self.call.failure.as_ref()?.message();
        let message = TruncatedText::truncate_str(self.limit, message);
        Some(message).filter(|message| !message.is_empty())
    }

    /// Milliseconds.
    pub(super) fn duration(&self) -> f64 {
        let duration = self.ended.duration_since(self.started);
        duration.unwrap_or_default().as_secs_f64() * 1_000.0
    }

    /// The model of the response, or else of the request: New Relic's views group
    /// by this attribute.
    pub(super) fn response_model(&self) -> Option<&str> {
        let call = self.call;
        call.response.model.as_deref().or(call.model.as_deref())
    }

    /// A text in the limit of one attribute.
    pub(super) fn truncate(&self, text: &TruncatedText) -> String {
        text.truncated_to(self.limit).into_owned()
    }

    pub(super) fn emit(&self, event: Attributes, at: SystemTime) {
        self.emit_record(event, None, at);
    }

    /// Emits an event with `content`. New Relic truncates attributes and ignores
    /// the body of its events, but keeps 128,000 bytes of a log's message: content
    /// beyond the limit of an attribute is also sent as a log.
    pub(super) fn emit_with_content(
        &self,
        mut event: Attributes,
        content: &TruncatedText,
        at: SystemTime,
    ) {
        let mut log = None;
        if content.stored_chars() > self.limit {
            let mut attributes = event.clone();
            attributes.remove(&[name::EVENT_TYPE]);
            log = Some(attributes);
        }
        event.push(name::CONTENT, self.truncate(content));
        self.emit(event, at);
        if let Some(attributes) = log {
            self.emit_record(attributes, Some(content.as_str().to_owned()), at);
        }
    }

    fn emit_record(&self, attributes: Attributes, body: Option<String>, at: SystemTime) {
        self.loggers.emit(Record {
            attributes: attributes.into_inner(),
            body,
            at,
            span: self.span.clone(),
        });
    }
}

pub(super) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// Milliseconds since 1970.
pub(super) fn to_unix_millis(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}
