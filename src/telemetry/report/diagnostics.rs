//! Warnings of this crate, where nobody else shows them.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::counters::Counters;
use crate::telemetry::TARGET;
use crate::telemetry::signal::Signal;

/// What is to be said once there is somebody to hear it: settings are read
/// before the application has set its subscriber.
#[derive(Clone, Debug)]
pub(crate) struct Warning(Arc<Mutex<Option<String>>>);

impl Warning {
    pub(crate) fn new(text: Option<String>) -> Self {
        Self(Arc::new(Mutex::new(text)))
    }

    /// Says it, once.
    pub(crate) fn say(&self) {
        let text = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(text) = text {
            tracing::warn!(target: TARGET, "{text}");
        }
    }
}

/// Tells of the first loss, or of what will become one unless somebody acts;
/// later ones are only counted.
///
/// On a thread of its own: on those of the pipeline no subscriber is active, so
/// that nothing they do is traced, and this is to be seen.
pub(crate) fn say_trouble(counters: &Arc<Counters>, signal: Signal) {
    if counters.first_to_say() {
        let counters = Arc::clone(counters);
        // Where no thread can be had there are other worries; the counts remain.
        let _ = thread::Builder::new()
            .name("nr-bedrock-notice".to_owned())
            .spawn(move || {
                let stats = counters.stats();
                let problem = counters.problem(signal);
                tracing::warn!(
                    target: TARGET,
                    dropped = stats.dropped(),
                    failed = stats.failed(),
                    rejected = stats.rejected(),
                    "telemetry does not arrive, which is said only once: {problem}"
                );
            });
    }
}

/// Prints this crate's warnings to standard error.
///
/// Part of the subscriber that `install` sets: it has no other layer that
/// logs, and "spans are being lost" must not itself be lost.
pub(crate) fn notices<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let ours: fn(&Metadata<'_>) -> bool = |metadata| {
        *metadata.level() <= LevelFilter::WARN && metadata.is_event() && is_ours(metadata.target())
    };
    Notices.with_filter(FilterFn::new(ours).with_max_level_hint(LevelFilter::WARN))
}

struct Notices;

impl<S: Subscriber> Layer<S> for Notices {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        // A closed standard error is no reason to disturb the application.
        let _ = writeln!(
            io::stderr(),
            "nr-bedrock-observability: {}{}",
            line.message,
            line.fields
        );
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {field}={value:?}")
        };
    }
}

fn is_ours(target: &str) -> bool {
    target.starts_with("nr_bedrock_observability")
}
