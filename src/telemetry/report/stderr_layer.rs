//! A `tracing` layer that prints this crate's warnings to standard error.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Part of the subscriber that `install` sets. That subscriber has no other layer
/// that logs, and a report about lost spans must not itself be lost.
pub(crate) fn build_stderr_layer<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let filter: fn(&Metadata<'_>) -> bool = |metadata| {
        *metadata.level() <= LevelFilter::WARN
            && metadata.is_event()
            && metadata.target().starts_with("nr_bedrock_observability")
    };
    StderrLayer.with_filter(FilterFn::new(filter).with_max_level_hint(LevelFilter::WARN))
}

struct StderrLayer;

impl<S: Subscriber> Layer<S> for StderrLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = LogLine::default();
        event.record(&mut line);
        // A closed standard error must not disturb the application.
        let _ = writeln!(
            io::stderr(),
            "nr-bedrock-observability: {}{}",
            line.message,
            line.fields
        );
    }
}

#[derive(Default)]
struct LogLine {
    message: String,
    fields: String,
}

impl Visit for LogLine {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {field}={value:?}")
        };
    }
}
