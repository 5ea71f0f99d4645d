//! Whose instruments calls are measured with.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, global};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::*;

/// The provider is the process's, so other tests are measured with it too: this
/// one looks at a model of its own.
#[tokio::test]
async fn a_client_follows_the_global_provider_wherever_it_goes() {
    let model = "example.of-a-global-provider-v1:0";
    let _spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.set_answer(reply());
    let config = monitor_bedrock_with(server.client_config(), MonitorOptions::new());
    let client = Client::from_conf(config.build());
    let call = async || {
        let call = client.converse().model_id(model).messages(question());
        call.send().await.unwrap();
    };
    let counted = |meters: &Meters| {
        let mut all = meters.all();
        all.retain(|metric| metric.name == DURATION);
        let points = all.into_iter().flat_map(|metric| metric.points);
        let own = points.filter(|it| it.attributes["gen_ai.request.model"] == model);
        own.map(|point| point.count).sum::<u64>()
    };

    // Nobody is there to measure it; what comes later must be measured still.
    call().await;
    let (first, second) = (Meters::default(), Meters::default());
    global::set_meter_provider(first.provider());
    call().await;
    call().await;
    assert_eq!(counted(&first), 2);
    global::set_meter_provider(second.provider());
    call().await;
    assert_eq!((counted(&first), counted(&second)), (2, 1));
}

/// A provider that counts what is asked of it.
#[derive(Clone, Default)]
struct Asked(Arc<AtomicUsize>, SdkMeterProvider);

impl MeterProvider for Asked {
    fn meter_with_scope(&self, scope: InstrumentationScope) -> Meter {
        assert_eq!(scope.name(), "nr-bedrock-observability");
        assert!(scope.version().is_some());
        self.0.fetch_add(1, Ordering::Relaxed);
        self.1.meter_with_scope(scope)
    }
}

#[tokio::test]
async fn instruments_are_made_once_for_a_client_and_not_for_a_call() {
    let _spans = Spans::collect();
    let server = MockBedrock::start().await;
    server.set_answer(reply());
    let asked = Asked::default();
    let options = MonitorOptions::new().meter_provider(asked.clone());
    let config = monitor_bedrock_with(server.client_config(), options);
    let client = Client::from_conf(config.build());
    assert_eq!(asked.0.load(Ordering::Relaxed), 0, "before the first call");
    for _ in 0..3 {
        let call = client.clone().converse().model_id(MODEL);
        call.messages(question()).send().await.unwrap();
    }
    assert_eq!(asked.0.load(Ordering::Relaxed), 1);
}
