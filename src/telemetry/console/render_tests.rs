//! The printed tree.

use opentelemetry::trace::TraceId;

use super::*;
use crate::telemetry::console::details::Details;

fn span(id: u64, parent: u64, name: &str, times: (u64, u64), summary: &str) -> FinishedSpan {
    let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
    FinishedSpan {
        id: SpanId::from(id),
        parent: SpanId::from(parent),
        name: name.to_owned(),
        start: at(times.0),
        end: at(times.1),
        details: Details {
            error: None,
            summary: summary.to_owned(),
        },
    }
}

fn rag() -> Trace {
    let mut failed = span(5, 4, "execute_tool search", (300, 400), "");
    failed.details.error = Some("TimeoutError: no answer from the index".to_owned());
    let chat = "chat anthropic.claude-sonnet-4-20250514-v1:0";
    Trace {
        id: TraceId::from_hex("4bf92f3577b34da6a3ce929d0e0e4736").unwrap(),
        spans: vec![
            span(
                2,
                1,
                "embeddings amazon.titan-embed-text-v2:0",
                (0, 112),
                "12 tok in",
            ),
            span(3, 1, "retrieval handbook", (113, 116), ""),
            failed,
            span(
                4,
                1,
                chat,
                (140, 1840),
                "812 → 94 tok · stop · first 320 ms",
            ),
            span(1, 0, "answer", (0, 1840), ""),
        ],
        open: 0,
        dropped_spans: 0,
    }
}

#[test]
fn tree_at_80_columns() {
    let expected = "\
trace 4bf92f3577b34da6a3ce929d0e0e4736 · support-bot · 1.84 s
answer                             1.84 s █████████████
├─ embeddings amazon.ti…text-v2:0  112 ms ▊              12 tok in
├─ retrieval handbook                3 ms  ▏
└─ chat anthropic.claud…0514-v1:0  1.70 s  ████████████  812 → 94 tok · stop
   └─ execute_tool search          100 ms   ▊            TimeoutError: no answe…

";
    assert_eq!(render(&rag(), "support-bot", 80, false), expected);
}

#[test]
fn tree_at_160_columns() {
    let expected = "\
trace 4bf92f3577b34da6a3ce929d0e0e4736 · support-bot · 1.84 s
answer                                           1.84 s ████████████████████████████████████████████████
├─ embeddings amazon.titan-embed-text-v2:0       112 ms ██▉                                               12 tok in
├─ retrieval handbook                              3 ms    ▏
└─ chat anthropic.claude-sonnet-4-20250514-v1:0  1.70 s     ████████████████████████████████████████████  812 → 94 tok · stop · first 320 ms
   └─ execute_tool search                        100 ms         ██▋                                       TimeoutError: no answer from the index

";
    assert_eq!(render(&rag(), "support-bot", 160, false), expected);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in 0..200 {
        for line in render(&rag(), "support-bot", width, false).lines() {
            // Durations are never truncated, so very narrow lines overflow.
            assert!(count_columns(line) <= width.max(12), "{width}: {line}");
        }
    }
}

#[test]
fn errors_are_red_if_colour_is_on() {
    let coloured = render(&rag(), "support-bot", 80, true);
    assert!(
        coloured.contains("\u{1b}[31mexecute_tool search\u{1b}[0m"),
        "{coloured}"
    );
    assert!(!render(&rag(), "support-bot", 80, false).contains('\u{1b}'));
}

#[test]
fn orphans_are_roots_and_loops_end() {
    let orphans = Trace {
        spans: vec![span(2, 77, "b", (5, 6), ""), span(3, 78, "a", (0, 1), "")],
        dropped_spans: 1,
        open: 2,
        ..rag()
    };
    let text = render(&orphans, "s", 80, false);
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[1].starts_with("a ") && lines[2].starts_with("b "),
        "{text}"
    );
    assert_eq!(
        lines[3..5],
        ["… 1 more span not shown", "… 2 spans still open"]
    );
    // Spans that are each other's parents do not loop forever.
    let odd = Trace {
        spans: vec![span(1, 2, "a", (0, 1), ""), span(2, 1, "b", (0, 1), "")],
        ..rag()
    };
    assert!(render(&odd, "s", 80, false).starts_with("trace "));
}
