//! Which headers carry the trace context, for the whole process.

use std::sync::{Arc, PoisonError, RwLock};

use crate::warning::PROCESS_WARNINGS;

/// A format of propagation headers, under its name in `OTEL_PROPAGATORS`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Propagator {
    /// `tracecontext`: W3C `traceparent` and `tracestate`.
    TraceContext,
    /// `baggage`: W3C `baggage`.
    Baggage,
    /// `b3`: Zipkin's single header `b3`. Reads the `x-b3-…` headers too.
    B3,
    /// `b3multi`: Zipkin's headers `x-b3-traceid`, `x-b3-spanid` and
    /// `x-b3-sampled`. Reads the header `b3` too.
    B3Multi,
    /// `xray`: AWS X-Ray's `x-amzn-trace-id`.
    XRay,
}

/// All formats.
pub(super) const ALL: [Propagator; 5] = [
    Propagator::TraceContext,
    Propagator::Baggage,
    Propagator::B3,
    Propagator::B3Multi,
    Propagator::XRay,
];

/// Sets the headers that [`inject`](super::inject), [`extract`](super::extract) and
/// [`set_parent`](super::set_parent) use in this process, in place of
/// `OTEL_PROPAGATORS`. An empty list turns propagation off.
///
/// Each propagator writes its own headers. If several find a trace context in a
/// request, the last one in the list wins. Default: `OTEL_PROPAGATORS`, else
/// [`TraceContext`](Propagator::TraceContext) and [`Baggage`](Propagator::Baggage).
///
/// ```
/// use nr_bedrock_observability::propagation::{Propagator, set_propagators};
///
/// // Also continue traces of API Gateway, load balancers and Lambda.
/// set_propagators([Propagator::XRay, Propagator::TraceContext, Propagator::Baggage]);
/// ```
pub fn set_propagators(propagators: impl IntoIterator<Item = Propagator>) {
    let chosen = Chosen {
        propagators: propagators.into_iter().collect(),
        is_from_code: true,
    };
    *CHOSEN.write().unwrap_or_else(PoisonError::into_inner) = Some(chosen);
}

/// The propagators in use. The first call reads the environment.
pub(super) fn active_propagators() -> Arc<[Propagator]> {
    let known = find_chosen(|_| true);
    let propagators = known.unwrap_or_else(|| read_propagators(|name| std::env::var(name).ok()));
    PROCESS_WARNINGS.log();
    propagators
}

/// Reads `OTEL_PROPAGATORS` through `lookup`, unless the propagators were set in code.
pub(crate) fn read_propagators(lookup: impl FnOnce(&str) -> Option<String>) -> Arc<[Propagator]> {
    if let Some(propagators) = find_chosen(|chosen| chosen.is_from_code) {
        return propagators;
    }
    // Without the lock: `lookup` is foreign code and may use propagation.
    let propagators: Arc<[Propagator]> = parse_propagators(lookup(VARIABLE)).into();
    let mut chosen = CHOSEN.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(chosen) = chosen.as_ref().filter(|chosen| chosen.is_from_code) {
        return Arc::clone(&chosen.propagators);
    }
    *chosen = Some(Chosen {
        propagators: Arc::clone(&propagators),
        is_from_code: false,
    });
    propagators
}

fn find_chosen(is_wanted: impl FnOnce(&Chosen) -> bool) -> Option<Arc<[Propagator]>> {
    let chosen = CHOSEN.read().unwrap_or_else(PoisonError::into_inner);
    let chosen = chosen.as_ref().filter(|chosen| is_wanted(chosen))?;
    Some(Arc::clone(&chosen.propagators))
}

struct Chosen {
    propagators: Arc<[Propagator]>,
    is_from_code: bool,
}

static CHOSEN: RwLock<Option<Chosen>> = RwLock::new(None);

fn parse_propagators(list: Option<String>) -> Vec<Propagator> {
    let list = list.unwrap_or_default();
    let names = list.split(',').map(str::trim);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
    if names.is_empty() {
        return DEFAULT.to_vec();
    }
    if names.iter().any(|name| is(name, "none")) {
        return Vec::new();
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match NAMES.iter().find(|(known, _)| is(name, known)) {
            Some((_, propagator)) if known.contains(propagator) => {}
            Some((_, propagator)) => known.push(*propagator),
            None => unknown.push(name),
        }
    }
    if !unknown.is_empty() {
        let supported: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        let instead = if known.is_empty() {
            "; using tracecontext,baggage"
        } else {
            ""
        };
        PROCESS_WARNINGS.push(format!(
            "{VARIABLE}: {unknown:?} ignored; supported: {}, none{instead}",
            supported.join(", ")
        ));
    }
    if known.is_empty() {
        return DEFAULT.to_vec();
    }
    known
}

const VARIABLE: &str = "OTEL_PROPAGATORS";

const DEFAULT: &[Propagator] = &[Propagator::TraceContext, Propagator::Baggage];

const NAMES: &[(&str, Propagator)] = &[
    ("tracecontext", Propagator::TraceContext),
    ("baggage", Propagator::Baggage),
    ("b3", Propagator::B3),
    ("b3multi", Propagator::B3Multi),
    ("xray", Propagator::XRay),
    // Reads `_X_AMZN_TRACE_ID` too, which `lambda` does.
    ("xray-lambda", Propagator::XRay),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_propagators_are_ignored_with_a_warning() {
        for (list, expected, warning) in [
            ("", DEFAULT, None),
            (" , ", DEFAULT, None),
            ("none", &[], None),
            ("tracecontext,none", &[], None),
            (
                "XRay, tracecontext,xray",
                &[Propagator::XRay, Propagator::TraceContext],
                None,
            ),
            ("b3,b3multi", &[Propagator::B3, Propagator::B3Multi], None),
            (
                "baggage,ottrace",
                &[Propagator::Baggage],
                Some("OTEL_PROPAGATORS: [\"ottrace\"] ignored"),
            ),
            (
                "jaeger",
                DEFAULT,
                Some("OTEL_PROPAGATORS: [\"jaeger\"] ignored"),
            ),
        ] {
            assert_eq!(parse_propagators(Some(list.to_owned())), expected, "{list}");
            if let Some(warning) = warning {
                let pending = PROCESS_WARNINGS.to_vec();
                let is_pending = pending.iter().any(|text| text.starts_with(warning));
                assert!(is_pending, "{pending:?}");
            }
        }
        assert_eq!(parse_propagators(None), DEFAULT);
    }
}
