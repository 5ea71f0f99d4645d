//! The trace in requests whose service hands it on.

use aws_sdk_bedrockagentcore::Client;
use aws_sdk_bedrockagentcore::primitives::Blob;
use nr_bedrock_observability::MonitorOptions;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceFlags};
use opentelemetry_sdk::trace::Sampler;
use serde_json::json;
use tracing::Instrument as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use super::Core;
use crate::support::mock_bedrock::{Answer, Request};
use crate::support::spans::{Span, Spans, layer};

const CALLERS: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OPERATIONS: [&str; 9] = [
    "InvokeAgentRuntime",
    "InvokeAgentRuntimeCommand",
    "InvokeCodeInterpreter",
    "InvokeHarness",
    "SaveBrowserSessionProfile",
    "StartBrowserSession",
    "StartCodeInterpreterSession",
    "StopBrowserSession",
    "StopCodeInterpreterSession",
];

#[tokio::test]
async fn a_request_names_its_own_span() {
    for operation in OPERATIONS {
        let core = Core::answering(Answer::json(200, &json!({}))).await;
        let caller = tracing::info_span!("caller");
        call(&core.client, operation, None).instrument(caller).await;
        let request = &core.server.requests()[0];
        let span = core.spans.one();
        assert_eq!(span.text("rpc.method"), operation);
        assert_eq!(
            request.header("traceparent"),
            Some(&*named(&span)),
            "{operation}"
        );
        assert_eq!(request.header("tracestate"), None, "{operation}");
        // Else somebody on the way could change it.
        assert!(signed(request).contains("traceparent"), "{operation}");
    }
}

#[tokio::test]
async fn the_state_of_the_trace_and_its_sampling_go_with_it() {
    for flags in [TraceFlags::SAMPLED, TraceFlags::NOT_SAMPLED] {
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
        let spans = Spans::collect_with(sampler, |tracer| {
            tracing_subscriber::registry().with(layer(tracer))
        });
        let answer = Answer::json(200, &json!({}));
        let core = Core::heard_by(spans, answer, MonitorOptions::new()).await;
        let caller = tracing::info_span!("caller");
        let state = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7";
        let remote = SpanContext::new(
            0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.into(),
            0xb7ad_6b71_6920_3331_u64.into(),
            flags,
            true,
            state.parse().unwrap_or_default(),
        );
        let parent = opentelemetry::Context::new().with_remote_span_context(remote);
        assert!(caller.set_parent(parent).is_ok());
        call(&core.client, "InvokeHarness", None)
            .instrument(caller)
            .await;
        let request = &core.server.requests()[0];
        let header = request.header("traceparent").unwrap_or_default();
        let trace = "00-0af7651916cd43dd8448eb211c80319c-";
        assert!(header.starts_with(trace), "{header}");
        assert!(!header.contains("b7ad6b7169203331"), "{header}");
        let kept = flags == TraceFlags::SAMPLED;
        assert!(
            header.ends_with(if kept { "-01" } else { "-00" }),
            "{header}"
        );
        assert_eq!(request.header("tracestate"), Some(state));
        assert_eq!(core.spans.bedrock().len(), usize::from(kept));
    }
}

#[tokio::test]
async fn headers_that_the_caller_set_stay() {
    for operation in OPERATIONS {
        let core = Core::answering(Answer::json(200, &json!({}))).await;
        call(&core.client, operation, Some(CALLERS)).await;
        let request = &core.server.requests()[0];
        let headers = request.headers.iter();
        let parents: Vec<_> = headers.filter(|(name, _)| name == "traceparent").collect();
        assert_eq!(parents.len(), 1, "{operation}");
        assert_eq!(request.header("traceparent"), Some(CALLERS), "{operation}");
    }
}

#[tokio::test]
async fn headers_that_a_callers_interceptor_sets_win() {
    let core = Core::answering(Answer::json(200, &json!({}))).await;
    let call = core.client.start_browser_session().browser_identifier("b");
    let call = call.customize().mutate_request(|request| {
        request.headers_mut().insert("traceparent", CALLERS);
    });
    drop(call.send().await);
    let request = &core.server.requests()[0];
    assert_eq!(request.header("traceparent"), Some(CALLERS));
}

#[tokio::test]
async fn each_attempt_names_the_same_span() {
    let core = Core::answering(Answer::error(500, "InternalServerException", "again")).await;
    core.server.queue_answer(Answer::json(200, &json!({})));
    let retries = aws_sdk_bedrockagentcore::config::retry::RetryConfig::standard()
        .with_initial_backoff(std::time::Duration::from_millis(1));
    let config = aws_sdk_bedrockagentcore::Config::builder().retry_config(retries);
    let call = core.client.start_browser_session().browser_identifier("b");
    drop(call.customize().config_override(config).send().await);
    let requests = core.server.requests();
    assert_eq!(requests.len(), 2);
    let name = named(&core.spans.one());
    for request in &requests {
        assert_eq!(request.header("traceparent"), Some(&*name));
    }
}

#[tokio::test]
async fn no_request_is_touched_where_that_is_turned_off_or_nobody_listens() {
    let off = MonitorOptions::new().propagate_context(false);
    let core = Core::with(Answer::json(200, &json!({})), off).await;
    call(&core.client, "InvokeHarness", None).await;
    let Core {
        spans,
        server,
        client,
    } = core;
    drop(spans);
    call(&client, "InvokeHarness", None).await;
    for request in server.requests() {
        assert_eq!(request.header("traceparent"), None);
    }
}

#[tokio::test]
async fn an_operation_whose_service_does_not_hand_it_on_is_not_touched() {
    let core = Core::answering(Answer::json(200, &json!({}))).await;
    drop(
        core.client
            .list_browser_sessions()
            .browser_identifier("b")
            .send()
            .await,
    );
    drop(
        core.client
            .list_sessions()
            .memory_id("m")
            .actor_id("a")
            .send()
            .await,
    );
    assert_eq!(core.spans.bedrock().len(), 2);
    for request in core.server.requests() {
        assert_eq!(request.header("traceparent"), None);
    }
}

/// The span as its header would name it.
fn named(span: &Span) -> String {
    let context = &span.0.span_context;
    format!("00-{}-{}-01", context.trace_id(), context.span_id())
}

fn signed(request: &Request) -> String {
    let authorization = request.header("authorization").unwrap_or_default();
    let (_, signed) = authorization
        .split_once("SignedHeaders=")
        .unwrap_or_default();
    signed.split(',').next().unwrap_or_default().to_owned()
}

/// Makes a call, with what the caller names as its span.
async fn call(client: &Client, operation: &str, parent: Option<&str>) {
    let parent = parent.map(str::to_owned);
    match operation {
        "InvokeAgentRuntime" => {
            let call = client.invoke_agent_runtime().agent_runtime_arn("bot");
            let call = call.payload(Blob::new("{}")).set_trace_parent(parent);
            drop(call.send().await);
        }
        "InvokeAgentRuntimeCommand" => {
            let call = client
                .invoke_agent_runtime_command()
                .agent_runtime_arn("bot");
            drop(call.set_trace_parent(parent).send().await);
        }
        "InvokeCodeInterpreter" => {
            let call = client
                .invoke_code_interpreter()
                .code_interpreter_identifier("c");
            drop(call.set_trace_parent(parent).send().await);
        }
        "InvokeHarness" => {
            let call = client.invoke_harness().harness_arn("arn");
            drop(call.set_trace_parent(parent).send().await);
        }
        "SaveBrowserSessionProfile" => {
            let call = client
                .save_browser_session_profile()
                .browser_identifier("b");
            let call = call.profile_identifier("p").session_id("s");
            drop(call.set_trace_parent(parent).send().await);
        }
        "StartBrowserSession" => {
            let call = client.start_browser_session().browser_identifier("b");
            drop(call.set_trace_parent(parent).send().await);
        }
        "StartCodeInterpreterSession" => {
            let call = client
                .start_code_interpreter_session()
                .code_interpreter_identifier("c");
            drop(call.set_trace_parent(parent).send().await);
        }
        "StopBrowserSession" => {
            let call = client
                .stop_browser_session()
                .browser_identifier("b")
                .session_id("s");
            drop(call.set_trace_parent(parent).send().await);
        }
        "StopCodeInterpreterSession" => {
            let call = client
                .stop_code_interpreter_session()
                .code_interpreter_identifier("c");
            drop(call.session_id("s").set_trace_parent(parent).send().await);
        }
        other => panic!("no {other}"),
    }
}
