//! Operations that are declared as entries of a table. The input type identifies
//! the operation. Ids come from the typed input, everything else from JSON.

use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};

use super::operation_trait::{Operation, ServiceError};
use crate::record::json::Json;
use crate::record::{Call, RpcMethod};

/// Reads a JSON body or event.
pub(super) type JsonReader = fn(&Json<'_>, &mut Call);

/// Event names and the readers of their payloads.
pub(super) type EventTable = &'static [(&'static str, JsonReader)];

/// Attribute names and the dotted paths of the JSON members that hold their
/// values. A list is recorded as its length.
pub(super) type MemberTable = &'static [(&'static str, &'static str)];

/// Declares a table of operations of one SDK crate (see [`super::service`]). An
/// entry names the operation's module, its input type and its error type, then
/// what is known before the request is serialized, in this order:
///
/// - `[ATTRIBUTE = member]`: members of the typed input that identify something.
///   JSON does not hold those of the URI and the headers. The others are read too,
///   because a call may fail before its body is serialized (no credentials, no
///   endpoint). The body that is sent replaces their values;
/// - `|input, call| { … }`: the span's name, the model, and ids in nested members;
/// - methods of [`TableOperation`].
macro_rules! operations {
    ($sdk:ident; $(
        $module:ident($input:ident, $error:ident)
            $([$($attribute:ident = $member:ident),+ $(,)?])?
            $(|$data:ident, $call:ident| $read:block)?
            $(.$method:ident($($argument:expr),* $(,)?))*;
    )+) => {
        &[$({
            use $crate::decode::operation::operation_trait::ServiceError;
            use $crate::decode::operation::service::$sdk;
            use $crate::decode::operation::table_operation::TableOperation;
            use $sdk::operation::$module::{$error, $input};

            const DECLARED_OPERATION: TableOperation = TableOperation::new(
                $sdk::NAME,
                stringify!($error),
                |input| input.downcast_ref::<$input>().is_some(),
                |input, call| {
                    let Some(input) = input.downcast_ref::<$input>() else { return };
                    $($({
                        use $crate::decode::operation::member_id::MemberId as _;
                        call.extra_attributes.insert_text($attribute, input.$member.as_id());
                    })+)?
                    $({
                        let read: fn(&$input, &mut $crate::record::Call) = |$data, $call| $read;
                        read(input, call);
                    })?
                    let _ = (input, call);
                },
                ServiceError::from_sdk_error::<$error>,
            )
            $(.$method($($argument),*))*;
            &DECLARED_OPERATION
        }),+]
    };
}

/// Reads members of the typed output, which hold the response headers:
/// `ATTRIBUTE = member`.
#[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
macro_rules! output_ids {
    ($sdk:ident, $module:ident, $output:ident, $($attribute:ident = $member:ident),+ $(,)?) => {
        |output, call| {
            use $crate::decode::operation::member_id::MemberId as _;
            use $crate::decode::operation::service::$sdk::operation::$module::$output;

            if let Some(output) = output.downcast_ref::<$output>() {
                $(call.extra_attributes.insert_text($attribute, output.$member.as_id());)+
            }
        }
    };
}

/// An operation of a table.
#[derive(Debug)]
pub(super) struct TableOperation {
    service: &'static str,
    /// `{operation}Error`: the SDK spells it as the service does.
    error_type: &'static str,
    /// A value of `gen_ai.operation.name`.
    operation: Option<&'static str>,
    is_input: fn(&Input) -> bool,
    read_input: fn(&Input, &mut Call),
    service_error: fn(&Error) -> Option<ServiceError>,
    request_members: MemberTable,
    request: Option<JsonReader>,
    output: Option<fn(&Output, &mut Call)>,
    response_members: MemberTable,
    response: Option<JsonReader>,
    request_events: EventTable,
    response_events: EventTable,
    other_response_events: Option<fn(&str, &Json<'_>, &mut Call)>,
    essential_events: &'static [&'static str],
    has_final_event: bool,
    streams_bytes: bool,
    forwards_context: bool,
    finish_stream: Option<fn(&mut Call)>,
}

impl TableOperation {
    /// An operation without a name in the GenAI conventions.
    pub(super) const fn new(
        service: &'static str,
        error_type: &'static str,
        is_input: fn(&Input) -> bool,
        read_input: fn(&Input, &mut Call),
        service_error: fn(&Error) -> Option<ServiceError>,
    ) -> Self {
        Self {
            service,
            error_type,
            operation: None,
            is_input,
            read_input,
            service_error,
            request_members: &[],
            request: None,
            output: None,
            response_members: &[],
            response: None,
            request_events: &[],
            response_events: &[],
            other_response_events: None,
            essential_events: &[],
            has_final_event: false,
            streams_bytes: false,
            forwards_context: false,
            finish_stream: None,
        }
    }

    /// Sets the value of `gen_ai.operation.name`.
    pub(super) const fn name_operation(mut self, operation: &'static str) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Records members of the request body.
    pub(super) const fn record_request_members(mut self, members: MemberTable) -> Self {
        self.request_members = members;
        self
    }

    /// Reads the request body.
    pub(super) const fn read_request_with(mut self, read: JsonReader) -> Self {
        self.request = Some(read);
        self
    }

    /// Reads the typed output.
    #[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
    pub(super) const fn read_output_with(mut self, read: fn(&Output, &mut Call)) -> Self {
        self.output = Some(read);
        self
    }

    /// Records members of the response body.
    pub(super) const fn record_response_members(mut self, members: MemberTable) -> Self {
        self.response_members = members;
        self
    }

    /// Reads the response body.
    pub(super) const fn read_response_with(mut self, read: JsonReader) -> Self {
        self.response = Some(read);
        self
    }

    /// Declares the request an event stream and reads its events.
    pub(super) const fn read_request_events(mut self, events: EventTable) -> Self {
        self.request_events = events;
        self
    }

    /// Declares the response an event stream and reads its events.
    pub(super) const fn read_response_events(mut self, events: EventTable) -> Self {
        self.response_events = events;
        self
    }

    /// Reads the events that are not in the table of `read_response_events`.
    #[cfg(feature = "agentcore")]
    pub(super) const fn read_other_response_events(
        mut self,
        read: fn(&str, &Json<'_>, &mut Call),
    ) -> Self {
        self.other_response_events = Some(read);
        self
    }

    /// Names the response events that are read even if the events of streams are not.
    #[cfg(any(feature = "agent-runtime", feature = "agentcore"))]
    pub(super) const fn always_read(mut self, events: &'static [&'static str]) -> Self {
        self.essential_events = events;
        self
    }

    /// Treats the response as complete only after its final event, even if its
    /// stream ends without an error.
    pub(super) const fn expect_final_event(mut self) -> Self {
        self.has_final_event = true;
        self
    }

    /// Declares the response a stream of opaque bytes.
    #[cfg(feature = "agentcore")]
    pub(super) const fn stream_bytes(mut self) -> Self {
        self.streams_bytes = true;
        self
    }

    /// Sends the trace context, because the service passes it on.
    #[cfg(feature = "agentcore")]
    pub(super) const fn forward_context(mut self) -> Self {
        self.forwards_context = true;
        self
    }

    /// Completes the record when the response stream was read to its end.
    #[cfg(feature = "agent-runtime")]
    pub(super) const fn finish_stream_with(mut self, finish: fn(&mut Call)) -> Self {
        self.finish_stream = Some(finish);
        self
    }
}

impl Operation for TableOperation {
    fn rpc(&self) -> RpcMethod {
        let error_type = self.error_type;
        let method = error_type.strip_suffix("Error").unwrap_or(error_type);
        RpcMethod::new(self.service, method)
    }

    fn start_call(&self, input: &Input, cap: Option<usize>) -> Option<Call> {
        if !(self.is_input)(input) {
            return None;
        }
        let mut call = Call::new(self.operation, cap);
        if self.operation.is_none() {
            call.span_name = Some(self.rpc().span_name().into());
        }
        if !self.response_events.is_empty() || self.streams_bytes {
            call = call.streaming();
            if let Some(stream) = &mut call.stream {
                stream.completes_at_end = !self.has_final_event;
                stream.bytes = self.streams_bytes.then_some(0);
                stream.is_bidirectional = self.sends_events();
            }
        }
        (self.read_input)(input, &mut call);
        Some(call)
    }

    fn read_request(&self, body: &[u8], call: &mut Call) {
        let problem = "request body is not JSON";
        read_body(body, self.request_members, self.request, problem, call);
    }

    fn read_output(&self, output: &Output, call: &mut Call) {
        if let Some(read) = self.output {
            read(output, call);
        }
    }

    fn reads_response(&self) -> bool {
        self.response.is_some() || !self.response_members.is_empty()
    }

    fn read_response(&self, body: &[u8], call: &mut Call) {
        let problem = "response body is not JSON";
        read_body(body, self.response_members, self.response, problem, call);
    }

    fn service_error(&self, error: &Error) -> Option<ServiceError> {
        (self.service_error)(error)
    }

    fn streams_bytes(&self) -> bool {
        self.streams_bytes
    }

    fn forwards_context(&self) -> bool {
        self.forwards_context
    }

    fn finish_stream(&self, call: &mut Call) {
        if let Some(finish) = self.finish_stream {
            finish(call);
        }
    }

    #[cfg(test)]
    fn is_plain(&self) -> bool {
        self.operation.is_none()
    }

    fn sends_events(&self) -> bool {
        !self.request_events.is_empty()
    }

    fn read_request_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        if let Some(event) = Json::parse(payload) {
            read_event(self.request_events, name, &event, call);
        }
    }

    fn read_response_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        let Some(event) = Json::parse(payload) else {
            return;
        };
        let is_known = read_event(self.response_events, name, &event, call);
        if let (Some(read), false) = (self.other_response_events, is_known) {
            read(name, &event, call);
        }
    }

    fn read_essential_event(&self, name: &str, payload: &[u8], call: &mut Call) {
        if self.essential_events.contains(&name) {
            self.read_response_event(name, payload, call);
        }
    }
}

/// Reads a body if the operation has a use for it.
fn read_body(
    body: &[u8],
    members: MemberTable,
    read: Option<JsonReader>,
    error: &'static str,
    call: &mut Call,
) {
    if (members.is_empty() && read.is_none()) || body.is_empty() {
        return;
    }
    let Some(body) = Json::parse(body) else {
        return call.note_unreadable(error);
    };
    for (attribute, path) in members {
        if let Some(member) = path.split('.').try_fold(&body, |value, key| value.get(key)) {
            record_member(attribute, member, call);
        }
    }
    if let Some(read) = read {
        read(&body, call);
    }
}

fn record_member(attribute: &'static str, member: &Json<'_>, call: &mut Call) {
    let extra = &mut call.extra_attributes;
    match member {
        Json::Text(text) => extra.insert_text(attribute, Some(text)),
        Json::Bool(flag) => extra.insert(attribute, *flag),
        Json::Int(count) if *count >= 0 => extra.insert(attribute, *count),
        Json::Array(items) => extra.insert_if_some(attribute, i64::try_from(items.len()).ok()),
        _ => {}
    }
}

/// Reads an event with the reader of its name. `false` for an unknown event.
fn read_event(events: EventTable, name: &str, event: &Json<'_>, call: &mut Call) -> bool {
    let entry = events.iter().find(|(known, _)| *known == name);
    if let Some((_, read)) = entry {
        read(event, call);
    }
    entry.is_some()
}
