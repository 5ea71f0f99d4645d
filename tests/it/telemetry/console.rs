//! The tree on standard error.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use nr_bedrock_observability::Telemetry;
use opentelemetry::trace::{Status, TraceContextExt as _};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{subscribe, trace, with};

#[derive(Clone, Default)]
pub(super) struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn on(screen: &Screen) -> Telemetry {
    Telemetry::console()
        .environment(|_| None)
        .service_name("support-bot")
        .writer(screen.clone())
}

#[test]
fn a_trace_is_printed_when_it_is_complete() {
    let screen = Screen::default();
    let (dispatch, guard) = subscribe(on(&screen));
    with(&dispatch, trace);
    let text = screen.text();
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0].starts_with("trace ") && lines[0].contains(" · support-bot · "),
        "{text}"
    );
    assert!(lines[1].starts_with("answer "), "{text}");
    assert!(lines[2].starts_with("└─ retrieval "), "{text}");
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert_eq!(guard.stats().spans().exported(), 2);
    guard.shutdown().unwrap();
    assert_eq!(screen.text(), text, "a trace is printed once");
}

#[test]
fn a_stream_that_outlives_its_root_is_waited_for() {
    let screen = Screen::default();
    let (dispatch, guard) = subscribe(on(&screen));
    with(&dispatch, || {
        let root = tracing::info_span!("answer");
        let stream =
            tracing::info_span!(parent: &root, "chat", gen_ai.usage.input_tokens = 812_i64);
        // As the instrumentation does: the spans end before their handles go.
        let (root_context, stream_context) = (root.context(), stream.context());
        root_context.span().end();
        assert_eq!(screen.text(), "");
        stream_context
            .span()
            .set_status(Status::error("reset by peer"));
        stream_context.span().end();
    });
    let text = screen.text();
    assert!(
        text.contains("answer") && text.contains("reset by peer · 812 tok in"),
        "{text}"
    );
    guard.shutdown().unwrap();
}

#[test]
fn what_is_finished_is_printed_at_the_latest_when_flushed() {
    let screen = Screen::default();
    let (dispatch, guard) = subscribe(on(&screen));
    with(&dispatch, || {
        let root = tracing::info_span!("answer").entered();
        tracing::info_span!("retrieval").in_scope(|| ());
        guard.flush().unwrap();
        assert!(
            screen.text().contains("… 1 span still open"),
            "{}",
            screen.text()
        );
        drop(root);
    });
    assert!(screen.text().contains("\nanswer "), "{}", screen.text());
    guard.shutdown().unwrap();
}

/// Opens a span whenever it is written to, or panics.
struct Talkative(Screen, bool);

impl Write for Talkative {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(!self.1, "a writer that breaks");
        tracing::info_span!("written").in_scope(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Its span would end in the console, which writes.
#[test]
fn a_writer_may_open_spans_or_break() {
    let (done, waits) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for breaks in [false, true] {
            let screen = Screen::default();
            let writer = Talkative(screen.clone(), breaks);
            let telemetry = Telemetry::console().environment(|_| None);
            let (dispatch, guard) = subscribe(telemetry.writer(writer));
            with(&dispatch, trace);
            done.send((breaks, screen.text())).unwrap();
            drop(guard);
        }
    });
    for _ in 0..2 {
        let (breaks, text) = waits
            .recv_timeout(std::time::Duration::from_secs(5))
            .unwrap();
        assert_eq!(text.contains("answer"), !breaks, "{text}");
        assert!(!text.contains("written"), "{text}");
    }
}
