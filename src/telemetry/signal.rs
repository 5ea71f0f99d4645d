//! OpenTelemetry's signals.

/// A signal. OTLP has a path for each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signal {
    Logs,
    Metrics,
    Traces,
}

impl Signal {
    pub(crate) const ALL: [Self; 3] = [Self::Logs, Self::Metrics, Self::Traces];

    /// The path that OTLP appends to a base URL.
    pub(crate) fn url_path(self) -> &'static str {
        match self {
            Self::Logs => "/v1/logs",
            Self::Metrics => "/v1/metrics",
            Self::Traces => "/v1/traces",
        }
    }

    /// What is counted, for messages.
    pub(crate) fn item_name(self, count: u64) -> &'static str {
        match (self, count) {
            (Self::Logs, 1) => "log record",
            (Self::Logs, _) => "log records",
            (Self::Metrics, 1) => "metric point",
            (Self::Metrics, _) => "metric points",
            (Self::Traces, 1) => "span",
            (Self::Traces, _) => "spans",
        }
    }
}

/// One value for each signal.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct PerSignal<T> {
    pub(crate) logs: T,
    pub(crate) metrics: T,
    pub(crate) traces: T,
}

impl<T> PerSignal<T> {
    pub(crate) fn from_fn(mut build: impl FnMut(Signal) -> T) -> Self {
        Self {
            logs: build(Signal::Logs),
            metrics: build(Signal::Metrics),
            traces: build(Signal::Traces),
        }
    }

    pub(crate) fn get(&self, signal: Signal) -> &T {
        match signal {
            Signal::Logs => &self.logs,
            Signal::Metrics => &self.metrics,
            Signal::Traces => &self.traces,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        Signal::ALL.into_iter().map(|signal| self.get(signal))
    }
}

impl<T, E> PerSignal<Result<T, E>> {
    /// The first error, in the order of the fields.
    pub(crate) fn transpose(self) -> Result<PerSignal<T>, E> {
        Ok(PerSignal {
            logs: self.logs?,
            metrics: self.metrics?,
            traces: self.traces?,
        })
    }
}
