//! A trace as lines of text.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::SpanId;

use super::bar::bar;
use super::text::{columns, duration, pad, shorten_end, shorten_facts, shorten_middle};
use super::trace::{Finished, Trace};

/// One line for the trace and one for each span, none wider than `width`.
pub(super) fn render(trace: &Trace, service: &str, width: usize, colour: bool) -> String {
    let start = trace
        .spans
        .iter()
        .map(|span| span.start)
        .min()
        .unwrap_or(SystemTime::UNIX_EPOCH);
    let end = trace
        .spans
        .iter()
        .map(|span| span.end)
        .max()
        .unwrap_or(start);
    let total = since(end, start);
    let rows = rows(&trace.spans);
    let layout = Layout::of(&rows, width);
    let paint = Paint { colour };

    let title = format!("trace {} · {service} · {}", trace.id, duration(total));
    let mut out = paint.apply(BOLD, &shorten_end(&title, width));
    out.push('\n');
    for row in &rows {
        out.push_str(&line(row, &layout, start, total, paint));
        out.push('\n');
    }
    for note in notes(trace) {
        out.push_str(&paint.apply(DIM, &shorten_end(&note, width)));
        out.push('\n');
    }
    out.push('\n');
    out
}

/// A span with its place in the tree.
struct Row<'a> {
    branch: String,
    span: &'a Finished,
}

/// Depth first, siblings in the order of their start. A span whose parent is
/// not here (elsewhere, still open, not kept) is a root.
fn rows(spans: &[Finished]) -> Vec<Row<'_>> {
    let known: HashSet<SpanId> = spans.iter().map(|span| span.id).collect();
    let mut children: HashMap<Option<SpanId>, Vec<&Finished>> = HashMap::new();
    for span in spans {
        let parent =
            Some(span.parent).filter(|parent| known.contains(parent) && *parent != span.id);
        children.entry(parent).or_default().push(span);
    }
    for siblings in children.values_mut() {
        // Last first: they are taken from the end.
        siblings.sort_by_key(|span| std::cmp::Reverse(span.start));
    }
    let mut rows = Vec::with_capacity(spans.len());
    // A stack of siblings yet to come and what stands left of them, not
    // recursion: traces may be deep.
    let mut open = vec![(String::new(), children.remove(&None).unwrap_or_default())];
    while let Some((indent, siblings)) = open.last_mut() {
        let Some(span) = siblings.pop() else {
            open.pop();
            continue;
        };
        let (indent, last) = (indent.clone(), siblings.is_empty());
        let is_root = open.len() == 1;
        let (branch, below) = match (is_root, last) {
            (true, _) => ("", ""),
            (false, true) => ("└─ ", "   "),
            (false, false) => ("├─ ", "│  "),
        };
        rows.push(Row {
            branch: format!("{indent}{branch}"),
            span,
        });
        if let Some(below_it) = children.remove(&Some(span.id)) {
            open.push((format!("{indent}{below}"), below_it));
        }
    }
    rows
}

/// Widths of the columns: name, duration, bar, details.
struct Layout {
    name: usize,
    duration: usize,
    bar: usize,
    details: usize,
}

impl Layout {
    fn of(rows: &[Row<'_>], width: usize) -> Self {
        let widest = |text: &dyn Fn(&Row<'_>) -> usize| rows.iter().map(text).max().unwrap_or(0);
        let name = widest(&|row| columns(&row.branch) + columns(&row.span.name));
        let duration = widest(&|row| columns(&duration(since(row.span.end, row.span.start))));
        let details = widest(&|row| columns(&row.span.details.text()));
        let gaps = if details > 0 { 2 + 1 + 2 } else { 2 + 1 };
        let free = width.saturating_sub(duration + gaps);
        // The bar keeps a fifth. Names and details share the rest, of which a
        // name that needs it gets three fifths; the bar takes what is left.
        let text = free - (free / 5).max(MIN_BAR).min(free);
        let name = name.min(text.saturating_sub(details).max(text * 3 / 5));
        let details = details.min(text - name.min(text));
        let bar = (free - name.min(free)).saturating_sub(details).min(MAX_BAR);
        Self {
            name,
            duration,
            bar,
            details,
        }
    }
}

fn line(
    row: &Row<'_>,
    layout: &Layout,
    start: SystemTime,
    total: Duration,
    paint: Paint,
) -> String {
    let span = row.span;
    let branch = shorten_end(&row.branch, layout.name);
    let name = shorten_middle(&span.name, layout.name.saturating_sub(columns(&branch)));
    let length = since(span.end, span.start);
    let took = duration(length);
    let bar = bar(since(span.start, start), length, total, layout.bar);
    let details = shorten_facts(&span.details.text(), layout.details);
    let (name_style, bar_style) = match span.details.error {
        Some(_) => (RED, RED),
        None => (PLAIN, CYAN),
    };
    let mut line = String::new();
    line.push_str(&paint.apply(DIM, &branch));
    line.push_str(&paint.apply(name_style, &name));
    line.push_str(&pad(&format!("{branch}{name}"), layout.name));
    line.push_str("  ");
    line.push_str(&pad(&took, layout.duration));
    line.push_str(&took);
    line.push(' ');
    line.push_str(&paint.apply(bar_style, &bar));
    if !details.is_empty() {
        line.push_str(&pad(&bar, layout.bar));
        line.push_str("  ");
        let style = if span.details.error.is_some() {
            RED
        } else {
            DIM
        };
        line.push_str(&paint.apply(style, &details));
    }
    line
}

fn notes(trace: &Trace) -> Vec<String> {
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    let mut notes = Vec::new();
    if trace.cut > 0 {
        notes.push(format!(
            "… {} more span{} not shown",
            trace.cut,
            plural(trace.cut)
        ));
    }
    if trace.open > 0 {
        notes.push(format!(
            "… {} span{} still open",
            trace.open,
            plural(trace.open)
        ));
    }
    notes
}

fn since(later: SystemTime, earlier: SystemTime) -> Duration {
    later.duration_since(earlier).unwrap_or_default()
}

#[derive(Clone, Copy)]
struct Paint {
    colour: bool,
}

impl Paint {
    fn apply(self, style: &str, text: &str) -> String {
        if !self.colour || style == PLAIN || text.is_empty() {
            return text.to_owned();
        }
        format!("\u{1b}[{style}m{text}\u{1b}[0m")
    }
}

const PLAIN: &str = "";
const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const CYAN: &str = "36";

const MIN_BAR: usize = 8;
/// A longer one says no more.
const MAX_BAR: usize = 48;

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
