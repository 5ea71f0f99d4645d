//! [`Invocation`]: the runtime's data about one invocation.

use http::{HeaderMap, HeaderValue};

/// One invocation of the function, for [`Invocations::run`](crate::lambda::Invocations::run).
#[derive(Clone, Debug)]
pub struct Invocation {
    pub(super) request_id: String,
    pub(super) invoked_arn: Option<String>,
    pub(super) trace_header: Option<String>,
    pub(super) trigger: Option<Trigger>,
    pub(super) headers: HeaderMap,
}

impl Invocation {
    /// The request id of the invocation (`faas.invocation_id`):
    /// `event.context.request_id` of `lambda_runtime`.
    pub fn new(request_id: impl Into<String>) -> Self {
        Self {
            request_id: request_id.into(),
            invoked_arn: None,
            trace_header: None,
            trigger: None,
            headers: HeaderMap::new(),
        }
    }

    /// The ARN that was invoked: `event.context.invoked_function_arn`. Recorded as
    /// `aws.lambda.invoked_arn` and, with an alias replaced by the version that runs,
    /// as `cloud.resource_id`. Unset by default.
    #[must_use]
    pub fn invoked_arn(mut self, arn: impl Into<String>) -> Self {
        self.invoked_arn = Some(arn.into());
        self
    }

    /// AWS X-Ray's header of this invocation: `event.context.xray_trace_id`. It is the
    /// parent of the span if the propagator `xray` is in use (see
    /// [`set_propagators`](crate::propagation::set_propagators)). A function without
    /// active tracing gets `Sampled=0`, which the default sampler follows. Default:
    /// the environment variable `_X_AMZN_TRACE_ID`.
    #[must_use]
    pub fn trace_header(mut self, header: Option<&str>) -> Self {
        self.trace_header = header.map(str::to_owned);
        self
    }

    /// What caused the invocation (`faas.trigger`). Unset by default.
    #[must_use]
    pub fn trigger(mut self, trigger: Trigger) -> Self {
        self.trigger = Some(trigger);
        self
    }

    /// The headers of the HTTP request in the event, whose trace the span continues.
    /// Default: none.
    #[must_use]
    pub fn headers(mut self, headers: &HeaderMap) -> Self {
        self.headers = headers.clone();
        self
    }

    /// The headers to continue a trace from. That of X-Ray comes from Lambda itself,
    /// which is nearer than the caller.
    pub(super) fn propagation_headers(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        let header = self.trace_header.clone();
        let header = header.or_else(|| std::env::var("_X_AMZN_TRACE_ID").ok());
        if let Some(header) = header.and_then(|it| HeaderValue::try_from(it).ok()) {
            headers.insert("x-amzn-trace-id", header);
        }
        headers
    }
}

/// What caused an invocation: the values of `faas.trigger`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Trigger {
    /// A change in a data source, such as S3 or `DynamoDB`.
    Datasource,
    /// A request over HTTP: API Gateway, a load balancer, a function URL.
    Http,
    /// Messages of a queue or a topic: SQS, SNS, Kinesis, `EventBridge`.
    Pubsub,
    /// A schedule.
    Timer,
    /// None of the others, such as a direct call.
    Other,
}

impl Trigger {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Datasource => "datasource",
            Self::Http => "http",
            Self::Pubsub => "pubsub",
            Self::Timer => "timer",
            Self::Other => "other",
        }
    }
}
