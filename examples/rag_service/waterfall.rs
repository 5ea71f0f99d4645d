//! The spans of recent traces, for the page's waterfall. In production this is the
//! backend's job.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

/// The recent traces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waterfall(Arc<Mutex<Traces>>);

/// By trace id, newest last.
type Traces = VecDeque<(String, Vec<Row>)>;

/// A span.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    name: String,
    depth: usize,
    started: Instant,
    ended: Instant,
    tokens: [Option<u64>; 2],
    /// The start of the trace.
    trace_started: Instant,
}

impl Waterfall {
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        // The SDK's own spans are below INFO.
        SpanRecorder(self.clone()).with_filter(LevelFilter::INFO)
    }

    /// The spans of a finished trace, in the order of their starts.
    pub(crate) fn rows(&self, id: &str) -> Option<Vec<Row>> {
        let traces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let trace = traces.iter().find(|(known, _)| known == id);
        trace.map(|(_, rows)| rows.clone())
    }

    fn push_trace(&self, id: String, mut rows: Vec<Row>) {
        rows.sort_by_key(|row| row.started);
        let mut traces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if traces.len() == MAX_TRACES {
            traces.pop_front();
        }
        traces.push_back((id, rows));
    }
}

impl Row {
    pub(crate) fn to_json(&self) -> Value {
        let millis = |from: Instant, to: Instant| {
            (to.duration_since(from).as_secs_f64() * 10_000.0).round() / 10.0
        };
        json!({
            "name": self.name,
            "depth": self.depth,
            "start": millis(self.trace_started, self.started),
            "ms": millis(self.started, self.ended),
            "tokens": self.tokens,
        })
    }
}

struct SpanRecorder(Waterfall);

/// The state of an open span.
struct OpenSpan {
    started: Instant,
    fields: Fields,
    /// The finished spans below it.
    rows: Vec<Row>,
}

impl<S> Layer<S> for SpanRecorder
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(OpenSpan {
                started: Instant::now(),
                fields,
                rows: Vec::new(),
            });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<OpenSpan>()
        {
            values.record(&mut open.fields);
        }
    }

    /// A span with the field `trace` completes a trace; other spans join their
    /// parent's rows.
    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<OpenSpan>() else {
            return;
        };
        let mut rows = open.rows;
        let depth = count_ancestors(&span);
        rows.push(Row {
            name: open.fields.name.unwrap_or_else(|| span.name().to_owned()),
            depth,
            started: open.started,
            ended: Instant::now(),
            tokens: open.fields.tokens,
            trace_started: open.started,
        });
        if let Some(trace) = open.fields.trace {
            for row in &mut rows {
                row.trace_started = open.started;
                row.depth -= depth;
            }
            self.0.push_trace(trace, rows);
        } else if let Some(parent) = span.parent()
            && let Some(open) = parent.extensions_mut().get_mut::<OpenSpan>()
        {
            open.rows.append(&mut rows);
        }
    }
}

fn count_ancestors<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> usize {
    span.scope().skip(1).count()
}

/// The fields that the waterfall shows.
#[derive(Default)]
struct Fields {
    name: Option<String>,
    trace: Option<String>,
    tokens: [Option<u64>; 2],
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "otel.name" => self.name = Some(value.to_owned()),
            "trace" => self.trace = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        let [input, output] = &mut self.tokens;
        match field.name() {
            "gen_ai.usage.input_tokens" => *input = value.try_into().ok(),
            "gen_ai.usage.output_tokens" => *output = value.try_into().ok(),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

const MAX_TRACES: usize = 100;
