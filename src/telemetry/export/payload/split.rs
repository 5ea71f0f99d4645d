//! Halves of a payload.

use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

/// Something that is counted, or that holds what is.
pub(super) trait Group: Sized {
    /// How many items it holds.
    fn items(&self) -> usize;

    /// How many pieces it can be cut into.
    fn pieces(&self) -> usize;

    /// Keeps so many pieces, of those it has, and gives away the rest, with
    /// what describes both.
    fn split_off(&mut self, at: usize) -> Self;
}

/// Leaves the first half of the pieces and gives the second; `None` where there
/// is one.
pub(super) fn cut<G: Group>(groups: &mut Vec<G>) -> Option<Vec<G>> {
    let pieces: usize = groups.iter().map(Group::pieces).sum();
    (pieces > 1).then(|| split_off(groups, pieces / 2))
}

fn split_off<G: Group>(groups: &mut Vec<G>, mut at: usize) -> Vec<G> {
    let whole = groups
        .iter()
        .take_while(|group| {
            let fits = group.pieces() <= at;
            at -= if fits { group.pieces() } else { 0 };
            fits
        })
        .count();
    let mut rest = groups.split_off(whole);
    if at > 0
        && let Some(cut) = rest.first_mut()
    {
        let second = cut.split_off(at);
        groups.push(std::mem::replace(cut, second));
    }
    rest
}

macro_rules! groups {
    ($($group:ty { $inner:ident, $($described:ident),+ })+) => {$(
        impl Group for $group {
            fn items(&self) -> usize {
                self.$inner.iter().map(Group::items).sum()
            }

            fn pieces(&self) -> usize {
                self.$inner.iter().map(Group::pieces).sum()
            }

            fn split_off(&mut self, at: usize) -> Self {
                Self {
                    $inner: split_off(&mut self.$inner, at),
                    $($described: self.$described.clone()),+
                }
            }
        }
    )+};
}

groups! {
    ResourceLogs { scope_logs, resource, schema_url }
    ScopeLogs { log_records, scope, schema_url }
    ResourceMetrics { scope_metrics, resource, schema_url }
    ScopeMetrics { metrics, scope, schema_url }
    ResourceSpans { scope_spans, resource, schema_url }
    ScopeSpans { spans, scope, schema_url }
}

macro_rules! pieces {
    ($($piece:ty),+) => {$(
        impl Group for $piece {
            fn items(&self) -> usize {
                1
            }

            fn pieces(&self) -> usize {
                1
            }

            fn split_off(&mut self, _: usize) -> Self {
                std::mem::take(self)
            }
        }
    )+};
}

pieces!(LogRecord, Span);

/// A metric is a piece with several points: the SDK keeps their number small.
impl Group for Metric {
    fn items(&self) -> usize {
        match &self.data {
            Some(Data::Gauge(data)) => data.data_points.len(),
            Some(Data::Sum(data)) => data.data_points.len(),
            Some(Data::Histogram(data)) => data.data_points.len(),
            Some(Data::ExponentialHistogram(data)) => data.data_points.len(),
            Some(Data::Summary(data)) => data.data_points.len(),
            None => 0,
        }
    }

    fn pieces(&self) -> usize {
        1
    }

    fn split_off(&mut self, _: usize) -> Self {
        std::mem::take(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(sizes: &[usize]) -> ResourceSpans {
        let mut number = 0;
        let mut span = || {
            number += 1;
            Span {
                name: number.to_string(),
                ..Span::default()
            }
        };
        ResourceSpans {
            schema_url: "kept".to_owned(),
            scope_spans: sizes
                .iter()
                .map(|size| ScopeSpans {
                    spans: std::iter::repeat_with(&mut span).take(*size).collect(),
                    ..ScopeSpans::default()
                })
                .collect(),
            ..ResourceSpans::default()
        }
    }

    fn names(groups: &[ResourceSpans]) -> Vec<String> {
        let scopes = groups.iter().flat_map(|group| &group.scope_spans);
        let spans = scopes.flat_map(|scope| &scope.spans);
        spans.map(|span| span.name.clone()).collect()
    }

    #[test]
    fn halves_hold_all_in_order_and_are_described_alike() {
        for sizes in [vec![2], vec![1, 1], vec![3, 4], vec![1, 9], vec![5, 0, 2]] {
            let mut groups = vec![scopes(&sizes)];
            let whole = names(&groups);
            let second = cut(&mut groups).unwrap();
            assert_eq!(names(&groups).len(), whole.len() / 2, "{sizes:?}");
            assert_eq!([names(&groups), names(&second)].concat(), whole);
            assert!(second.iter().all(|group| group.schema_url == "kept"));
        }
    }

    #[test]
    fn one_span_is_not_cut() {
        assert!(cut(&mut vec![scopes(&[0, 1])]).is_none());
    }
}
