//! Attributes that spans inherit.
//!
//! Tenant, user and conversation are set once, on a span of the application or
//! in the baggage of a request, and recorded on every instrumented span below.

use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{Context, Key, KeyValue, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Span, Subscriber};
use tracing_subscriber::filter::{FilterFn, Filtered};
use tracing_subscriber::layer::{Context as LayerContext, Layer};
use tracing_subscriber::registry::{ExtensionsMut, LookupSpan, Registry};

use crate::semconv;
use crate::warning::WarnOnce;

/// The layer that collects inherited attributes. Its filter admits only spans
/// with such a field, so that the layer itself enables no spans.
pub(crate) fn layer<S>(
    level: LevelFilter,
) -> Filtered<InheritedAttributesLayer, FilterFn<SpanFilter>, S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let has_inherited_field: SpanFilter = Box::new(move |metadata| {
        *metadata.level() <= level && metadata.is_span() && has_inheritable_field(metadata)
    });
    InheritedAttributesLayer
        .with_filter(FilterFn::new(has_inherited_field).with_max_level_hint(level))
}

type SpanFilter = Box<dyn Fn(&Metadata<'_>) -> bool + Send + Sync>;

/// Stores inheritable fields in the extensions of their span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InheritedAttributesLayer;

/// The inheritable fields of one span.
struct InheritableFields(Vec<KeyValue>);

impl<S> Layer<S> for InheritedAttributesLayer
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: LayerContext<'_, S>) {
        let fields = FieldVisitor::record(|fields| attributes.record(fields));
        // Also without values: it shows that the fields of the span are collected.
        if let Some(span) = ctx.span(id) {
            merge_fields(fields.0, &mut span.extensions_mut());
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: LayerContext<'_, S>) {
        store_fields(
            FieldVisitor::record(|fields| values.record(fields)),
            id,
            &ctx,
        );
    }
}

fn store_fields<S>(fields: FieldVisitor, id: &Id, ctx: &LayerContext<'_, S>)
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    if let Some(span) = ctx.span(id).filter(|_| !fields.0.is_empty()) {
        merge_fields(fields.0, &mut span.extensions_mut());
    }
}

/// The last value of a name wins.
fn merge_fields(fields: Vec<KeyValue>, extensions: &mut ExtensionsMut<'_>) {
    let Some(InheritableFields(known)) = extensions.get_mut::<InheritableFields>() else {
        extensions.insert(InheritableFields(fields));
        return;
    };
    known.retain(|old| fields.iter().all(|new| new.key != old.key));
    known.extend(fields);
}

/// Makes spans below `span` inherit an attribute that is not a field of `span`.
/// Returns whether `span` itself had none of that name: `false` also if it declares a
/// field of the name that no layer collects, which may have a value. Spans below inherit
/// nothing if the subscriber is not a registry.
pub(crate) fn add_inherited_attribute(span: &Span, attribute: KeyValue) -> bool {
    let is_new = span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        let mut extensions = span.extensions_mut();
        let is_new = match extensions.get_mut::<InheritableFields>() {
            Some(known) => known.0.iter().all(|old| old.key != attribute.key),
            None => span.fields().field(attribute.key.as_str()).is_none(),
        };
        merge_fields(vec![attribute], &mut extensions);
        Some(is_new)
    });
    is_new.flatten().unwrap_or(true)
}

/// The attributes that a span inherits: from itself and its ancestors, the nearest
/// first, then from the baggage of its trace. Names are unique.
pub(crate) fn collect_inherited_attributes(span: &Span, context: &Context) -> Vec<KeyValue> {
    let mut all: Vec<KeyValue> = Vec::new();
    let mut add = |new: KeyValue| {
        if !all.iter().any(|known| known.key == new.key) {
            all.push(new);
        }
    };
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        // Without an OpenTelemetry layer that can be reached, this one would not help.
        let has_layer = !context.span().span_context().is_valid()
            || dispatch
                .downcast_ref::<InheritedAttributesLayer>()
                .is_some();
        for span in span.scope() {
            if let Some(InheritableFields(fields)) = span.extensions().get::<InheritableFields>() {
                fields.iter().cloned().for_each(&mut add);
            } else if !has_layer && has_inheritable_field(span.metadata()) {
                warn_of_missing_layer(span.metadata());
            }
        }
        if !has_layer {
            hint_at_missing_layer();
        }
        Some(())
    });
    // The span's own context holds the baggage of the request that started its
    // trace. Baggage attached later is in the current context.
    for context in [context, &Context::current()] {
        for (key, (value, _)) in context.baggage() {
            if is_inheritable(key.as_str()) {
                add(KeyValue::new(key.clone(), value.clone()));
            }
        }
    }
    all
}

/// Spans of this crate have fields of these names too, which nothing inherits.
fn has_inheritable_field(metadata: &Metadata<'_>) -> bool {
    let mut fields = metadata.fields().iter();
    metadata.target() != crate::TARGET && fields.any(|field| is_inheritable(field.name()))
}

/// Logs once that a field of the application has no effect.
fn warn_of_missing_layer(metadata: &Metadata<'_>) {
    MISSING_LAYER.log(|| {
        let fields = metadata.fields().iter().map(|field| field.name());
        let fields: Vec<_> = fields.filter(|name| is_inheritable(name)).collect();
        format!(
            "Bedrock calls below the span `{}` do not inherit its fields ({}): the subscriber \
             has no layer that collects them. Add \
             `.with(nr_bedrock_observability::propagation::layer())` to the registry",
            metadata.name(),
            fields.join(", ")
        )
    });
}

/// Nothing is lost as long as the application uses no such field.
fn hint_at_missing_layer() {
    NO_LAYER.hint(|| {
        "the subscriber has no nr_bedrock_observability::propagation::layer(): fields such as tenant.id or \
         workflow.type would not be inherited by Bedrock calls"
            .to_owned()
    });
}

static MISSING_LAYER: WarnOnce = WarnOnce::new();
static NO_LAYER: WarnOnce = WarnOnce::new();

/// Whether spans inherit attributes of this name.
pub(crate) fn is_inheritable(name: &str) -> bool {
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
struct FieldVisitor(Vec<KeyValue>);

impl FieldVisitor {
    fn record(visit: impl FnOnce(&mut Self)) -> Self {
        let mut fields = Self::default();
        visit(&mut fields);
        fields
    }

    fn push(&mut self, field: &Field, value: impl Into<Value>) {
        if is_inheritable(field.name()) {
            let key = Key::from_static_str(field.name());
            self.0.push(KeyValue::new(key, value));
        }
    }
}

impl Visit for FieldVisitor {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.push(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.push(field, value),
            Err(_) => self.push(field, value.to_string()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if is_inheritable(field.name()) {
            self.push(field, value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if is_inheritable(field.name()) {
            self.push(field, format!("{value:?}"));
        }
    }
}
