//! The spans of the last traces, for the page to draw. In production a backend
//! does this; here nobody needs one to see something.

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

/// The last traces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waterfall(Arc<Mutex<Traces>>);

/// By their ids, the newest last.
type Traces = VecDeque<(String, Vec<Row>)>;

/// One span.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    name: String,
    depth: usize,
    began: Instant,
    ended: Instant,
    tokens: [Option<u64>; 2],
    /// When its trace began.
    zero: Instant,
}

impl Waterfall {
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        // Below INFO the SDK tells of its own steps.
        Watch(self.clone()).with_filter(LevelFilter::INFO)
    }

    /// The spans of a trace that has ended, in the order of their beginnings.
    pub(crate) fn rows(&self, id: &str) -> Option<Vec<Row>> {
        let traces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = traces.iter().find(|(known, _)| known == id);
        found.map(|(_, rows)| rows.clone())
    }

    fn add(&self, id: String, mut rows: Vec<Row>) {
        rows.sort_by_key(|row| row.began);
        let mut traces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if traces.len() == MAX_TRACES {
            traces.pop_front();
        }
        traces.push_back((id, rows));
    }
}

impl Row {
    pub(crate) fn json(&self) -> Value {
        let millis = |from: Instant, to: Instant| {
            (to.duration_since(from).as_secs_f64() * 10_000.0).round() / 10.0
        };
        json!({
            "name": self.name,
            "depth": self.depth,
            "start": millis(self.zero, self.began),
            "ms": millis(self.began, self.ended),
            "tokens": self.tokens,
        })
    }
}

struct Watch(Waterfall);

/// What is kept with a span while it is open.
struct Open {
    began: Instant,
    seen: Seen,
    /// Of those below it that have ended.
    rows: Vec<Row>,
}

impl<S> Layer<S> for Watch
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut seen = Seen::default();
            attributes.record(&mut seen);
            span.extensions_mut().insert(Open {
                began: Instant::now(),
                seen,
                rows: Vec::new(),
            });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<Open>()
        {
            values.record(&mut open.seen);
        }
    }

    /// An answer that ends is shown; all below it waits for that.
    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<Open>() else {
            return;
        };
        let mut rows = open.rows;
        let depth = depth(&span);
        rows.push(Row {
            name: open.seen.name.unwrap_or_else(|| span.name().to_owned()),
            depth,
            began: open.began,
            ended: Instant::now(),
            tokens: open.seen.tokens,
            zero: open.began,
        });
        if let Some(trace) = open.seen.trace {
            for row in &mut rows {
                row.zero = open.began;
                row.depth -= depth;
            }
            self.0.add(trace, rows);
        } else if let Some(parent) = span.parent()
            && let Some(open) = parent.extensions_mut().get_mut::<Open>()
        {
            open.rows.append(&mut rows);
        }
    }
}

fn depth<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> usize {
    span.scope().skip(1).count()
}

/// The fields that the picture needs.
#[derive(Default)]
struct Seen {
    name: Option<String>,
    trace: Option<String>,
    tokens: [Option<u64>; 2],
}

impl Visit for Seen {
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
