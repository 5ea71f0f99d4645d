//! Metrics, as an exporter receives them.

use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use serde_json::{Map, Value, json};

/// A meter provider and the metrics that it recorded.
#[derive(Debug)]
pub struct Meters {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

/// A metric with its points.
#[derive(Clone, Debug)]
pub struct Metric {
    pub name: String,
    pub unit: String,
    /// The bucket bounds of a histogram.
    pub bounds: Vec<f64>,
    pub points: Vec<Point>,
}

#[derive(Clone, Debug)]
pub struct Point {
    /// All except `server.address` and `server.port`.
    pub attributes: Value,
    /// `server.address` and `server.port`.
    pub server: (String, u16),
    /// The number of measurements of a histogram.
    pub count: u64,
    pub sum: f64,
}

impl Default for Meters {
    fn default() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        Self { exporter, provider }
    }
}

impl Meters {
    pub fn provider(&self) -> SdkMeterProvider {
        self.provider.clone()
    }

    /// All metrics so far, sorted by name.
    pub fn all(&self) -> Vec<Metric> {
        self.provider.force_flush().expect("metrics are collected");
        let collected = self.exporter.get_finished_metrics();
        let collected: Vec<ResourceMetrics> = collected.expect("metrics are there");
        let Some(last) = collected.last() else {
            return Vec::new();
        };
        let scopes = last.scope_metrics().collect::<Vec<_>>();
        let metrics = scopes.iter().flat_map(|scope| scope.metrics());
        let mut all: Vec<_> = metrics.map(Metric::from_sdk).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }
}

impl Metric {
    fn from_sdk(metric: &opentelemetry_sdk::metrics::data::Metric) -> Self {
        let (bounds, points) = match metric.data() {
            AggregatedMetrics::F64(MetricData::Histogram(data)) => {
                let first = data.data_points().next();
                let bounds = first.map(|point| point.bounds().collect());
                let points = data
                    .data_points()
                    .map(|point| Point::new(point.attributes(), point.count(), point.sum()));
                (bounds.unwrap_or_default(), points.collect())
            }
            AggregatedMetrics::U64(MetricData::Histogram(data)) => {
                let first = data.data_points().next();
                let bounds = first.map(|point| point.bounds().collect());
                let points = data.data_points().map(|point| {
                    Point::new(point.attributes(), point.count(), to_f64(point.sum()))
                });
                (bounds.unwrap_or_default(), points.collect())
            }
            AggregatedMetrics::U64(MetricData::Sum(data)) => {
                let points = data
                    .data_points()
                    .map(|point| Point::new(point.attributes(), 0, to_f64(point.value())));
                (Vec::new(), points.collect())
            }
            other => panic!("a type that the crate does not record: {other:?}"),
        };
        Self {
            name: metric.name().to_owned(),
            unit: metric.unit().to_owned(),
            bounds,
            points,
        }
    }
}

impl Point {
    fn new<'a>(
        attributes: impl Iterator<Item = &'a opentelemetry::KeyValue>,
        count: u64,
        sum: f64,
    ) -> Self {
        let mut map = Map::new();
        let mut server = (String::new(), 0);
        for attribute in attributes {
            match attribute.key.as_str() {
                "server.address" => server.0 = attribute.value.to_string(),
                "server.port" => server.1 = attribute.value.to_string().parse().expect("a port"),
                key => {
                    map.insert(key.to_owned(), json!(attribute.value.to_string()));
                }
            }
        }
        Self {
            attributes: Value::Object(map),
            server,
            count,
            sum,
        }
    }
}

fn to_f64(number: u64) -> f64 {
    f64::from(u32::try_from(number).expect("a small number"))
}
