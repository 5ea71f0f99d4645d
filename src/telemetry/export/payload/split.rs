//! Splits the groups of a payload in halves.

use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

/// A record, or a group of records with a common resource or scope.
pub(super) trait Split: Sized {
    /// Spans, metric points or log records.
    fn count_items(&self) -> usize;

    /// The number of records. A metric is one record with several items.
    fn count_records(&self) -> usize;

    /// Keeps the first `at` records and returns the rest, with a copy of the
    /// resource or scope.
    fn split_off(&mut self, at: usize) -> Self;
}

/// Keeps the first half of the records and returns the second; `None` for a single
/// record.
pub(super) fn split_half<G: Split>(groups: &mut Vec<G>) -> Option<Vec<G>> {
    let records: usize = groups.iter().map(Split::count_records).sum();
    (records > 1).then(|| split_off(groups, records / 2))
}

fn split_off<G: Split>(groups: &mut Vec<G>, mut at: usize) -> Vec<G> {
    let whole = groups
        .iter()
        .take_while(|group| {
            let fits = group.count_records() <= at;
            at -= if fits { group.count_records() } else { 0 };
            fits
        })
        .count();
    let mut rest = groups.split_off(whole);
    if at > 0
        && let Some(partial) = rest.first_mut()
    {
        let second = partial.split_off(at);
        groups.push(std::mem::replace(partial, second));
    }
    rest
}

macro_rules! groups {
    ($($group:ty { $inner:ident, $($shared:ident),+ })+) => {$(
        impl Split for $group {
            fn count_items(&self) -> usize {
                self.$inner.iter().map(Split::count_items).sum()
            }

            fn count_records(&self) -> usize {
                self.$inner.iter().map(Split::count_records).sum()
            }

            fn split_off(&mut self, at: usize) -> Self {
                Self {
                    $inner: split_off(&mut self.$inner, at),
                    $($shared: self.$shared.clone()),+
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

macro_rules! records {
    ($($record:ty),+) => {$(
        impl Split for $record {
            fn count_items(&self) -> usize {
                1
            }

            fn count_records(&self) -> usize {
                1
            }

            fn split_off(&mut self, _: usize) -> Self {
                std::mem::take(self)
            }
        }
    )+};
}

records!(LogRecord, Span);

/// A metric is not split: the SDK keeps the number of its points small.
impl Split for Metric {
    fn count_items(&self) -> usize {
        match &self.data {
            Some(Data::Gauge(data)) => data.data_points.len(),
            Some(Data::Sum(data)) => data.data_points.len(),
            Some(Data::Histogram(data)) => data.data_points.len(),
            Some(Data::ExponentialHistogram(data)) => data.data_points.len(),
            Some(Data::Summary(data)) => data.data_points.len(),
            None => 0,
        }
    }

    fn count_records(&self) -> usize {
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
    fn halves_hold_all_spans_in_order_with_their_schema() {
        for sizes in [vec![2], vec![1, 1], vec![3, 4], vec![1, 9], vec![5, 0, 2]] {
            let mut groups = vec![scopes(&sizes)];
            let whole = names(&groups);
            let second = split_half(&mut groups).unwrap();
            assert_eq!(names(&groups).len(), whole.len() / 2, "{sizes:?}");
            assert_eq!([names(&groups), names(&second)].concat(), whole);
            assert!(second.iter().all(|group| group.schema_url == "kept"));
        }
    }

    #[test]
    fn one_span_is_not_split() {
        assert!(split_half(&mut vec![scopes(&[0, 1])]).is_none());
    }
}
