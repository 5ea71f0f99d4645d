//! The check, printed for people.

use std::fmt;

use super::export_check::ExportCheck;
use super::signal_check::{SignalCheck, SignalOutcome};
use crate::telemetry::config::effective_settings::{
    EffectiveDestination, EffectiveSettings, EffectiveSignal,
};

impl fmt::Display for ExportCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        write_destination(f, settings)?;
        let exported = [settings.spans(), settings.metrics(), settings.logs()];
        let exported = exported.iter().filter(|it| it.endpoint().is_some());
        let facts: Vec<_> = exported.map(|it| list_facts(it)).collect();
        let mut common = facts.first().cloned().unwrap_or_default();
        common.retain(|fact| facts.iter().all(|others| others.contains(fact)));
        for (subject, fact) in &common {
            line(f, NEUTRAL, subject, fact)?;
        }
        if is_exported(settings) {
            for (name, check, signal) in [
                ("traces", self.spans(), settings.spans()),
                ("metrics", self.metrics(), settings.metrics()),
                ("logs", self.logs(), settings.logs()),
            ] {
                write_signal(f, name, check)?;
                write_facts(f, signal, &common)?;
            }
        }
        self.write_clock(f)?;
        for (set, meant) in self.typos() {
            line(
                f,
                BAD,
                set,
                format_args!("is not read; did you mean {meant}?"),
            )?;
        }
        // Those of OpenTelemetry are in a warning already.
        let is_warned = |name: &&str| settings.warnings().iter().any(|it| it.contains(name));
        for name in self.unsupported_variables().filter(|it| !is_warned(it)) {
            line(f, NEUTRAL, name, "is not supported, and ignored")?;
        }
        for warning in settings.warnings() {
            line(f, BAD, "warning", warning)?;
        }
        self.write_next_steps(f)
    }
}

fn is_exported(settings: &EffectiveSettings) -> bool {
    !matches!(
        settings.destination(),
        EffectiveDestination::Console | EffectiveDestination::Disabled
    )
}

fn write_destination(f: &mut fmt::Formatter<'_>, settings: &EffectiveSettings) -> fmt::Result {
    match settings.destination() {
        EffectiveDestination::Console => return f.write_str(NO_RECEIVER),
        EffectiveDestination::Disabled => {
            let reason = settings.spans().off_reason().unwrap_or_default();
            return writeln!(f, "Nothing is exported: {reason}\n");
        }
        EffectiveDestination::NewRelic => writeln!(f, "Export to New Relic\n")?,
        EffectiveDestination::Otlp => writeln!(f, "Export to an OTLP receiver\n")?,
    }
    let service = with_source(
        settings.service_name(),
        Some(settings.service_name_source()),
    );
    line(f, NEUTRAL, "service", service)?;
    let sampler = with_source(settings.sampler(), Some(settings.sampler_source()));
    if settings.sampler().contains("AlwaysOff") {
        let sampler = format_args!("{sampler}: traces that start here are not recorded");
        return line(f, BAD, "sampler", sampler);
    }
    line(f, NEUTRAL, "sampler", sampler)
}

fn write_signal(f: &mut fmt::Formatter<'_>, name: &str, check: &SignalCheck) -> fmt::Result {
    let problem = check.problem().unwrap_or_default();
    match check.outcome() {
        SignalOutcome::Delivered => line(f, GOOD, name, Answer(check)),
        SignalOutcome::Unsupported => line(
            f,
            NEUTRAL,
            name,
            format_args!("{}: not supported by this receiver", Answer(check)),
        ),
        SignalOutcome::Off => line(f, NEUTRAL, name, format_args!("off: {problem}")),
        SignalOutcome::Failed if check.duration().is_none() => line(f, BAD, name, problem),
        SignalOutcome::Failed => line(f, BAD, name, format_args!("{problem} ({})", Answer(check))),
    }
}

/// The endpoint, and what does not hold for all signals.
fn write_facts(
    f: &mut fmt::Formatter<'_>,
    settings: &EffectiveSignal,
    common: &[(&str, String)],
) -> fmt::Result {
    let Some(endpoint) = settings.endpoint() else {
        return Ok(());
    };
    line(f, "", "", with_source(endpoint, settings.source()))?;
    for (subject, fact) in list_facts(settings) {
        if !common.contains(&(subject, fact.clone())) {
            line(f, "", "", format_args!("{subject}: {fact}"))?;
        }
    }
    Ok(())
}

/// The settings of one signal that is exported, without its endpoint.
fn list_facts(settings: &EffectiveSignal) -> Vec<(&'static str, String)> {
    let headers: Vec<&str> = settings.header_names().collect();
    let headers = (!headers.is_empty()).then(|| headers.join(", "));
    let compression = settings.compression().map(ToOwned::to_owned);
    let timeout = settings.timeout().map(|it| format!("{it:?}"));
    let proxy = settings.proxy().map(ToOwned::to_owned);
    let roots = settings.tls_roots().map(ToOwned::to_owned);
    let facts = [
        ("headers", headers, settings.headers_source()),
        ("compression", compression, settings.compression_source()),
        ("timeout", timeout, settings.timeout_source()),
        ("proxy", proxy, settings.proxy_source()),
        ("TLS roots", roots, None),
    ];
    let facts = facts.into_iter();
    facts
        .filter_map(|(subject, fact, source)| Some((subject, with_source(&fact?, source))))
        .collect()
}

/// `HTTP 200 after 12.3ms`.
struct Answer<'a>(&'a SignalCheck);

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.0.http_status() {
            write!(f, "HTTP {status} ")?;
        }
        let duration = self.0.duration().unwrap_or_default();
        write!(f, "after {duration:.1?}")
    }
}

impl ExportCheck {
    fn write_clock(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(offset) = self.clock_offset_seconds() else {
            return Ok(());
        };
        let direction = if offset < 0 { "behind" } else { "ahead of" };
        let (mark, effect) = if self.is_clock_off() {
            (BAD, "; telemetry is misplaced in time, or dropped")
        } else {
            (GOOD, "")
        };
        let seconds = offset.unsigned_abs();
        let text = format_args!("{seconds} s {direction} the receiver's{effect}");
        line(f, mark, "clock", text)
    }

    fn write_next_steps(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(trace_id) = self.trace_id().filter(|_| self.is_ok()) else {
            return Ok(());
        };
        match self.queries() {
            None => writeln!(f, "\nThe trace id is {trace_id}."),
            Some([span, errors]) => write!(
                f,
                "\nNew Relic validates telemetry after accepting it. In one or two minutes this \
                 query returns a row:\n\n  {span}\n\nand this one returns none, or the reason of \
                 a rejection:\n\n  {errors}\n"
            ),
        }
    }

    /// The NRQL queries that show, later, what New Relic did with the test span.
    pub(super) fn queries(&self) -> Option<[String; 2]> {
        let trace_id = self.trace_id()?;
        let new_relic = self.settings.destination() == EffectiveDestination::NewRelic;
        new_relic.then(|| {
            [
                format!("SELECT * FROM Span WHERE trace.id = '{trace_id}' SINCE 1 hour ago"),
                "SELECT timestamp, category, message FROM NrIntegrationError SINCE 1 hour ago"
                    .to_owned(),
            ]
        })
    }
}

fn with_source(fact: &str, source: Option<&str>) -> String {
    match source {
        Some(source) => format!("{fact} ({source})"),
        None => fact.to_owned(),
    }
}

fn line(
    f: &mut fmt::Formatter<'_>,
    mark: &str,
    subject: &str,
    text: impl fmt::Display,
) -> fmt::Result {
    writeln!(f, "  {mark:<2}  {subject:<11}  {text}")
}

const GOOD: &str = "ok";
const BAD: &str = "!!";
const NEUTRAL: &str = "--";
const NO_RECEIVER: &str = "\
Nothing is exported: no receiver is configured. Set one of

  NEW_RELIC_LICENSE_KEY                 for New Relic (or NEW_RELIC_INSERT_KEY)
  OTEL_EXPORTER_OTLP_ENDPOINT           for another OTLP/HTTP receiver
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT    for spans alone; METRICS and LOGS likewise

";
