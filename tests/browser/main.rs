//! The page of `examples/rag_service`, in a headless browser.
//!
//! Run with `cargo test --test browser -- --ignored`, after
//! `apt-get install chromium chromium-driver`.

#![cfg(feature = "telemetry")]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests"
)]

mod driver;

#[path = "../support/otlp.rs"]
#[expect(dead_code, unreachable_pub, reason = "other tests use the rest")]
mod otlp;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use driver::Browser;
use otlp::Receiver;
use serde_json::json;

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver"]
fn a_question_is_asked_seen_and_rated_by_keyboard_alone() {
    let receiver = Receiver::start();
    let service = Service::start(&receiver);
    let browser = Browser::start();
    browser.open(&service.url);

    browser.press(TAB);
    assert_eq!(browser.focused("id"), "question");
    assert_eq!(browser.label("#question"), "Your question");
    browser.write("#question", "How long is the warranty?");
    browser.press(ENTER);

    // The answer grows while it arrives, and a screen reader is told when it has.
    let mut lengths = vec![0];
    until("the answer", || {
        let length = browser.text("#answer").len();
        if lengths.last() != Some(&length) {
            lengths.push(length);
        }
        browser.is_visible("#trace")
    });
    assert!(lengths.len() > 4, "it came at once: {lengths:?}");
    assert!(lengths.is_sorted(), "{lengths:?}");
    assert_eq!(browser.attribute("#answer", "aria-live"), "polite");
    assert_eq!(browser.attribute("#answer", "aria-busy"), "false");
    let answer = browser.text("#answer");
    assert!(answer.to_lowercase().contains("warranty"), "{answer}");
    assert!(browser.text("#sources").contains("warranty.md"));

    // The trace, as a waterfall.
    let rows = browser.run(
        "return [...document.querySelectorAll('#rows tr')].map((row) => ({
            name: row.cells[0].textContent,
            left: row.querySelector('.bar').getBoundingClientRect().left,
            width: row.querySelector('.bar').getBoundingClientRect().width,
            took: row.cells[2].textContent,
            tokens: row.cells[3].textContent,
        }))",
    );
    let names: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(
        names,
        [
            "answer",
            "embeddings amazon.titan-embed-text-v2:0",
            "retrieval handbook",
            "chat amazon.nova-lite-v1:0",
        ]
    );
    let number = |row: usize, key: &str| rows[row][key].as_f64().unwrap();
    assert!(number(3, "left") > number(1, "left"), "{rows}");
    assert!(number(3, "width") > number(1, "width"), "{rows}");
    assert!(
        rows[3]["tokens"].as_str().unwrap().contains(" → "),
        "{rows}"
    );

    // On to the thumb.
    browser.press(TAB);
    browser.press(TAB);
    assert_eq!(browser.focused("id"), "up");
    assert_eq!(browser.label("#up"), "Yes");
    browser.press(SPACE);
    until("thanks", || {
        browser.text("#thanks").starts_with("Thank you")
    });
    assert_eq!(browser.attribute("#up", "aria-pressed"), "true");
    assert_eq!(browser.attribute("#down", "aria-pressed"), "false");

    // The same trace in the backend, with the thumb in it.
    let trace = browser.text("#trace-id");
    until("the feedback", || {
        let spans = receiver.spans();
        let ours = spans.iter().filter(|span| span.trace_id == trace);
        let names: Vec<_> = ours.map(|span| span.name.as_str()).collect();
        names.contains(&"feedback") && names.contains(&"answer")
    });
    let feedback = receiver.span("feedback");
    assert_eq!(feedback.trace_id, trace);
    assert_eq!(feedback.parent_id, receiver.span("answer").id);
    let (_, thumb) = feedback.events.first().unwrap();
    assert_eq!(thumb["gen_ai.evaluation.score.label"], "positive");
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver"]
fn it_can_be_read_in_light_and_dark_and_on_a_telephone() {
    let receiver = Receiver::start();
    let service = Service::start(&receiver);
    let browser = Browser::start();
    browser.size(360, 740);
    let mut backs = Vec::new();
    for scheme in ["light", "dark"] {
        browser.prefer("prefers-color-scheme", scheme);
        browser.open(&service.url);
        browser.press(TAB);
        browser.press(ENTER);
        until("the answer", || browser.is_visible("#trace"));
        for element in [
            "body",
            "#answer",
            "#sources",
            "#trace-id",
            "#ask",
            "#up",
            "#rows th",
        ] {
            let contrast = browser.contrast(element);
            assert!(contrast >= 4.5, "{scheme}: {element} has {contrast}");
        }
        backs.push(browser.run("return getComputedStyle(document.body).backgroundColor"));
        let too_wide = "return document.documentElement.scrollWidth - innerWidth";
        assert!(browser.run(too_wide).as_f64().unwrap() <= 0.0, "{scheme}");
        // Where the focus is can be seen.
        browser.press(TAB);
        let outline = "return getComputedStyle(document.activeElement).outlineStyle";
        assert_eq!(browser.run(outline), "solid", "{scheme}");
    }
    assert_ne!(backs[0], backs[1]);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver"]
fn what_goes_wrong_is_said() {
    let receiver = Receiver::start();
    let service = Service::start(&receiver);
    let browser = Browser::start();
    browser.open(&service.url);
    // The service goes away before the question.
    drop(service);
    browser.press(TAB);
    browser.press(ENTER);
    until("an error", || {
        browser.text("#answer").starts_with("That did not work: ")
    });
    assert!(!browser.is_visible("#rate"));
    assert_eq!(
        browser.run("return document.getElementById('ask').disabled"),
        json!(false)
    );
}

/// The example, which stops when this is dropped.
struct Service {
    child: Child,
    url: String,
}

impl Service {
    fn start(receiver: &Receiver) -> Self {
        let mut child = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--example", "rag_service"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PORT", "0")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
            .env("OTEL_BSP_SCHEDULE_DELAY", "100")
            .env_remove("NEW_RELIC_LICENSE_KEY")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines.find_map(|line| {
            let line = line.unwrap();
            Some(line.strip_prefix("Listening on ")?.to_owned())
        });
        // Whatever it says later goes nowhere, and must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            url: url.unwrap_or_else(|| panic!("the example did not start")),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(what: &str, mut is_there: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_there() {
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::sleep(Duration::from_millis(40));
    }
}

// Keys, as WebDriver writes them.
const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
const TAB: &str = "\u{e004}";
