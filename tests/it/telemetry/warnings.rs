//! Warnings about the environment, in the log of the application.

use tracing::Dispatch;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;

use super::console::Screen;
use super::{to, trace, with};
use crate::support::otlp::Receiver;

#[test]
fn warnings_wait_for_a_subscriber_and_are_logged_once() {
    let receiver = Receiver::start();
    let xray = |name: &str| (name == "OTEL_TRACES_SAMPLER").then(|| "xray".to_owned());
    let (layer, guard) = to(&receiver).environment(xray).layer().unwrap();
    let screen = Screen::default();
    let log = {
        let screen = screen.clone();
        fmt::layer().with_writer(move || screen.clone())
    };
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer).with(log));
    // Nobody listens here.
    guard.flush().unwrap();
    for _ in 0..3 {
        with(&dispatch, || {
            trace();
            guard.flush().unwrap();
        });
    }
    with(&dispatch, || guard.shutdown().unwrap());
    let text = screen.text();
    let warnings = text.matches("OTEL_TRACES_SAMPLER: \"xray\" is not one of");
    assert_eq!(warnings.count(), 1, "{text}");
    assert!(receiver.logs().is_empty());
}
