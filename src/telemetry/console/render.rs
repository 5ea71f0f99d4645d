//! Renders a trace as lines of text.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::SpanId;

use super::bar::draw_bar;
use super::text::{
    build_padding, count_columns, format_duration, truncate_end, truncate_fields, truncate_middle,
};
use super::trace::{FinishedSpan, Trace};

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
    let total = time_between(end, start);
    let rows = build_rows(&trace.spans);
    let layout = Layout::fit(&rows, width);
    let paint = Paint { colour };

    let title = format!(
        "trace {} · {service} · {}",
        trace.id,
        format_duration(total)
    );
    let mut out = paint.apply(BOLD, &truncate_end(&title, width));
    out.push('\n');
    for row in &rows {
        out.push_str(&render_row(row, &layout, start, total, paint));
        out.push('\n');
    }
    for note in render_notes(trace) {
        out.push_str(&paint.apply(DIM, &truncate_end(&note, width)));
        out.push('\n');
    }
    out.push('\n');
    out
}

/// A span with its branch of the tree.
struct Row<'a> {
    branch: String,
    span: &'a FinishedSpan,
}

/// Depth first, siblings by start time. A span without its parent (remote, still open
/// or dropped) is a root.
fn build_rows(spans: &[FinishedSpan]) -> Vec<Row<'_>> {
    let known: HashSet<SpanId> = spans.iter().map(|span| span.id).collect();
    let mut children: HashMap<Option<SpanId>, Vec<&FinishedSpan>> = HashMap::new();
    for span in spans {
        let parent =
            Some(span.parent).filter(|parent| known.contains(parent) && *parent != span.id);
        children.entry(parent).or_default().push(span);
    }
    for siblings in children.values_mut() {
        // Reversed, because they are popped from the end.
        siblings.sort_by_key(|span| std::cmp::Reverse(span.start));
    }
    let mut rows = Vec::with_capacity(spans.len());
    // A stack of remaining siblings and their indentation instead of recursion,
    // because traces may be deep.
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
        if let Some(grandchildren) = children.remove(&Some(span.id)) {
            open.push((format!("{indent}{below}"), grandchildren));
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
    fn fit(rows: &[Row<'_>], width: usize) -> Self {
        let widest = |text: &dyn Fn(&Row<'_>) -> usize| rows.iter().map(text).max().unwrap_or(0);
        let name = widest(&|row| count_columns(&row.branch) + count_columns(&row.span.name));
        let duration = widest(&|row| {
            count_columns(&format_duration(time_between(row.span.end, row.span.start)))
        });
        let details = widest(&|row| count_columns(&row.span.details.format()));
        let gaps = if details > 0 { 2 + 1 + 2 } else { 2 + 1 };
        let free = width.saturating_sub(duration + gaps);
        // The bar gets at least a fifth. Names and details share the rest; a long
        // name gets three fifths of it. The bar takes what is left.
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

fn render_row(
    row: &Row<'_>,
    layout: &Layout,
    start: SystemTime,
    total: Duration,
    paint: Paint,
) -> String {
    let span = row.span;
    let branch = truncate_end(&row.branch, layout.name);
    let name = truncate_middle(
        &span.name,
        layout.name.saturating_sub(count_columns(&branch)),
    );
    let length = time_between(span.end, span.start);
    let took = format_duration(length);
    let bar = draw_bar(time_between(span.start, start), length, total, layout.bar);
    let details = truncate_fields(&span.details.format(), layout.details);
    let (name_style, bar_style) = match span.details.error {
        Some(_) => (RED, RED),
        None => (PLAIN, CYAN),
    };
    let mut line = String::new();
    line.push_str(&paint.apply(DIM, &branch));
    line.push_str(&paint.apply(name_style, &name));
    line.push_str(&build_padding(&format!("{branch}{name}"), layout.name));
    line.push_str("  ");
    line.push_str(&build_padding(&took, layout.duration));
    line.push_str(&took);
    line.push(' ');
    line.push_str(&paint.apply(bar_style, &bar));
    if !details.is_empty() {
        line.push_str(&build_padding(&bar, layout.bar));
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

fn render_notes(trace: &Trace) -> Vec<String> {
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    let mut notes = Vec::new();
    if trace.dropped_spans > 0 {
        notes.push(format!(
            "… {} more span{} not shown",
            trace.dropped_spans,
            plural(trace.dropped_spans)
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

fn time_between(later: SystemTime, earlier: SystemTime) -> Duration {
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
/// A longer bar shows nothing more.
const MAX_BAR: usize = 48;

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
