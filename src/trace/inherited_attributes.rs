//! What spans hand down to those below them.
//!
//! A question has a tenant, a user, a conversation. They are said once, on a span
//! of the application's or in the baggage of a request, and are wanted on each
//! span of a model below.

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::{Context, Key, KeyValue, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Span, Subscriber};
use tracing_subscriber::filter::{FilterFn, Filtered};
use tracing_subscriber::layer::{Context as LayerContext, Layer};
use tracing_subscriber::registry::{ExtensionsMut, LookupSpan, Registry};

use crate::semconv;

/// The layer that keeps what spans hand down. It sees the spans that have such a
/// field and no others, so that its presence enables nothing.
pub(crate) fn layer<S>(level: LevelFilter) -> Filtered<Inherit, FilterFn<Wanted>, S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let wanted: Wanted = Box::new(move |metadata| {
        let mut fields = metadata.fields().iter();
        *metadata.level() <= level
            && metadata.is_span()
            && fields.any(|field| is_handed_down(field.name()))
    });
    Inherit.with_filter(FilterFn::new(wanted).with_max_level_hint(level))
}

/// Which spans the layer sees.
type Wanted = Box<dyn Fn(&Metadata<'_>) -> bool + Send + Sync>;

/// Keeps fields with their spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inherit;

/// The fields of one span that those below it get.
struct HandedDown(Vec<KeyValue>);

impl<S> Layer<S> for Inherit
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: LayerContext<'_, S>) {
        keep(Fields::of(|fields| attributes.record(fields)), id, &ctx);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: LayerContext<'_, S>) {
        keep(Fields::of(|fields| values.record(fields)), id, &ctx);
    }
}

fn keep<S>(fields: Fields, id: &Id, ctx: &LayerContext<'_, S>)
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    if let Some(span) = ctx.span(id).filter(|_| !fields.0.is_empty()) {
        put(fields.0, &mut span.extensions_mut());
    }
}

/// The last value of a name counts.
fn put(fields: Vec<KeyValue>, extensions: &mut ExtensionsMut<'_>) {
    let Some(HandedDown(known)) = extensions.get_mut::<HandedDown>() else {
        extensions.insert(HandedDown(fields));
        return;
    };
    known.retain(|old| fields.iter().all(|new| new.key != old.key));
    known.extend(fields);
}

/// Has a span hand down what is no field of it. Nothing where its subscriber is
/// no registry.
pub(crate) fn hand_down(span: &Span, attribute: KeyValue) {
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        put(vec![attribute], &mut span.extensions_mut());
        Some(())
    });
}

/// What a span gets from itself and those above it, the nearest first, and then
/// from the baggage of its trace. Each name is there once.
pub(crate) fn inherited(span: &Span, context: &Context) -> Vec<KeyValue> {
    let mut all: Vec<KeyValue> = Vec::new();
    let mut add = |new: KeyValue| {
        if !all.iter().any(|known| known.key == new.key) {
            all.push(new);
        }
    };
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        for span in span.scope() {
            if let Some(HandedDown(fields)) = span.extensions().get::<HandedDown>() {
                fields.iter().cloned().for_each(&mut add);
            }
        }
        Some(())
    });
    // A span's own context has the baggage of the request that began its trace;
    // what code attached since is in the current one.
    for context in [context, &Context::current()] {
        for (key, (value, _)) in context.baggage() {
            if is_handed_down(key.as_str()) {
                add(KeyValue::new(key.clone(), value.clone()));
            }
        }
    }
    all
}

fn is_handed_down(name: &str) -> bool {
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

const NAMES: &[&str] = &[
    semconv::CONVERSATION_ID,
    semconv::SESSION_ID,
    semconv::USER_ID,
    semconv::ENDUSER_ID,
];

const PREFIXES: &[&str] = &[
    semconv::WORKFLOW_PREFIX,
    semconv::new_relic::CUSTOM_PREFIX,
    semconv::TENANT_PREFIX,
];

#[derive(Default)]
struct Fields(Vec<KeyValue>);

impl Fields {
    fn of(record: impl FnOnce(&mut Self)) -> Self {
        let mut fields = Self::default();
        record(&mut fields);
        fields
    }

    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        if is_handed_down(field.name()) {
            let key = Key::from_static_str(field.name());
            self.0.push(KeyValue::new(key, value));
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.put(field, value),
            Err(_) => self.put(field, value.to_string()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if is_handed_down(field.name()) {
            self.put(field, value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if is_handed_down(field.name()) {
            self.put(field, format!("{value:?}"));
        }
    }
}
