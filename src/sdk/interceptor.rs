//! The SDK's hooks. Each passes what it sees to the call in flight and returns
//! `Ok(())`: an error here would become the caller's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aws_sdk_bedrockruntime::config::Region;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::attempts::{record_failed_attempt, start_attempt};
use super::body_collector::observe_response;
use super::event_reader::{RequestObserver, ResponseObserver};
use super::execution::finish_execution;
use super::http_headers;
use super::in_flight::InFlight;
use super::instrumented_twice::{CaptureProbe, warn_about_conflict};
use super::observed_body::ObservedBody;
use crate::decode::operation::{self, StartedCall};
use crate::decode::payload;
use crate::emit::{CallSettings, Recording, Settings};
use crate::record::Call;
use crate::record::model_id::ModelId;

/// Observes the calls of one client.
#[derive(Debug)]
pub(crate) struct Interceptor {
    settings: Arc<Settings>,
    /// The application chose the settings for this client.
    is_explicit: bool,
    /// A conflict with another instrumentation was warned about.
    has_warned: AtomicBool,
    id: usize,
}

impl Interceptor {
    pub(crate) fn new(settings: Arc<Settings>, is_explicit: bool) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Self {
            settings,
            is_explicit,
            has_warned: AtomicBool::new(false),
            id: NEXT.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// The call in flight, if this instrumentation started it. Only the state of
    /// interceptors is searched, not the whole bag: without a subscriber every hook
    /// ends here.
    fn flight<'a>(&self, cfg: &'a mut ConfigBag) -> Option<&'a InFlight> {
        let flight = cfg.get_mut_from_interceptor_state::<InFlight>()?;
        (flight.owner == self.id).then_some(&*flight)
    }

    /// Applies this instrumentation's decision about content to a call that another one
    /// started: the stricter of two decisions holds.
    fn restrict(&self, flight: &mut InFlight) {
        if !flight.add_instrumentation(self.id) {
            return;
        }
        let second = self.settings.capture.in_scope();
        let mut is_stricter = false;
        let first = flight.slot.with(|recording| {
            let first = recording.capture().clone();
            is_stricter = !second.includes(&first);
            if is_stricter {
                recording.restrict(first.intersect(&second));
            }
            first
        });
        if is_stricter {
            flight.forget_input_body();
        }
        if let Some(first) = first
            && (is_stricter || self.is_explicit && !first.includes(&second))
            && !self.has_warned.swap(true, Ordering::Relaxed)
        {
            warn_about_conflict(&first, &second);
        }
    }

    fn start(&self, started: StartedCall<'_>, settings: CallSettings, cfg: &mut ConfigBag) {
        let StartedCall {
            operation,
            mut call,
            body,
        } = started;
        resolve_model(&self.settings, &mut call);
        call.http.region = cfg.load::<Region>().map(ToString::to_string);
        let Some(mut recording) = Recording::start(call, settings) else {
            return;
        };
        // A call that is sampled out copies no content.
        if let (Some(body), Some(_)) = (&body, recording.call.cap()) {
            operation.read_input_body(&body.json, &mut recording.call);
        }
        let body = body.map(|body| body.bytes);
        let flight = InFlight::new(recording, operation, body, self.id);
        cfg.interceptor_state().store_put(flight);
    }
}

impl Intercept for Interceptor {
    fn name(&self) -> &'static str {
        NAME
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(probe) = context.input().downcast_ref::<CaptureProbe>() {
            probe.answer(&self.settings.capture);
            return Ok(());
        }
        if let Some(flight) = cfg.get_mut_from_interceptor_state::<InFlight>() {
            self.restrict(flight);
            return Ok(());
        }
        if !Recording::is_wanted() {
            return Ok(());
        }
        let settings = CallSettings::new(&self.settings);
        if let Some(started) = operation::start_call(context.input(), settings.capture.cap()) {
            self.start(started, settings, cfg);
        }
        Ok(())
    }

    /// The first hook that has the names of an operation that is in no table.
    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(flight) = cfg.get_mut_from_interceptor_state::<InFlight>() {
            self.restrict(flight);
            return Ok(());
        }
        if !Recording::is_wanted() {
            return Ok(());
        }
        let names = cfg.load::<Metadata>();
        let started =
            names.and_then(|names| operation::start_unknown_call(names.service(), names.name()));
        if let Some(started) = started {
            self.start(started, CallSettings::new(&self.settings), cfg);
        }
        Ok(())
    }

    /// Before the attempts, so that all of them are signed with the same headers.
    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(flight) = self.flight(cfg) else {
            return Ok(());
        };
        if flight.slot.operation.forwards_context()
            && self.settings.propagate_context
            && let Some(Some(trace)) = flight.slot.with(|recording| recording.headers())
        {
            http_headers::inject_trace(trace, context.request_mut().headers_mut());
        }
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(flight) = self.flight(cfg) {
            flight
                .slot
                .with(|recording| start_attempt(&mut recording.call));
        }
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(flight) = self.flight(cfg) else {
            return Ok(());
        };
        if flight.slot.operation.sends_events() && self.settings.streaming_events {
            let observer = RequestObserver::new(&flight.slot);
            let request = context.request_mut();
            let body = request.take_body();
            *request.body_mut() = ObservedBody::wrap(body, observer);
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(flight) = self.flight(cfg) {
            let request = context.request();
            if !flight.is_request_unread() {
                return Ok(());
            }
            let operation = flight.slot.operation;
            flight.slot.with(|recording| {
                let call = &mut recording.call;
                (call.http.server_address, call.http.server_port) =
                    http_headers::parse_server(request.uri());
                if let Some(body) = request.body().bytes()
                    && !flight.is_input_body(body)
                {
                    operation.read_request(body, call);
                }
            });
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(flight) = self.flight(cfg) else {
            return Ok(());
        };
        let response = context.response_mut();
        let streams = flight.slot.with(|recording| {
            http_headers::read_response_head(response, &mut recording.call);
            recording.call.stream.is_some()
        });
        if !response.status().is_success() {
            return Ok(());
        }
        match streams {
            Some(true) => {
                let read = self.settings.streaming_events;
                let observer = ResponseObserver::new(&flight.slot, read);
                let body = response.take_body();
                *response.body_mut() = ObservedBody::wrap(body, observer);
            }
            Some(false) if flight.slot.operation.reads_response() => {
                observe_response(response.body_mut(), &flight.slot);
            }
            _ => {}
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(flight) = self.flight(cfg) else {
            return Ok(());
        };
        record_failed_attempt(context, flight);
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(flight) = self.flight(cfg) {
            finish_execution(context, flight);
        }
        Ok(())
    }
}

/// Asks the user's closure for the model behind an opaque id.
fn resolve_model(settings: &Settings, call: &mut Call) {
    let (Some(resolver), Some(id)) = (&settings.resolve_profiles, &call.model) else {
        return;
    };
    if ModelId::parse(id).vendor().is_some() {
        return;
    }
    call.resolved_model = resolver.call(|resolve| resolve(id)).flatten();
    if let (None, Some(model)) = (call.operation, &call.resolved_model) {
        call.operation = payload::operation_for_model(ModelId::parse(model));
    }
}

pub(crate) const NAME: &str = "NrBedrockObservability";
