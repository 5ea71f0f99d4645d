//! AWS Lambda.
//!
//! Lambda freezes the process when the handler returns, so telemetry has to be sent
//! before. [`lambda::Invocations`](crate::lambda::Invocations) runs the handler in a
//! span, ends the span, and flushes within a bound. The example `lambda` is a whole
//! function.
//!
//! * **Time.** An invocation waits for the receiver's response, at most 1 s by default. If
//!   the receiver is away, one invocation pays the whole bound and the following ones
//!   100 ms each. A collector in an extension layer answers in milliseconds: set
//!   `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318`.
//! * **Trace.** With `OTEL_PROPAGATORS=xray,tracecontext,baggage` the invocation continues
//!   the trace of AWS X-Ray, from `_X_AMZN_TRACE_ID` or the invocation's header.
//! * **Resource.** `faas.name`, `faas.version`, `cloud.region` and the log group come from
//!   the variables that Lambda sets. The function's name is the service name unless
//!   `OTEL_SERVICE_NAME` or `NEW_RELIC_APP_NAME` is set.
//!
//! `collector/cloudwatch.yaml` sends traces to X-Ray, and logs and metrics to `CloudWatch`.
