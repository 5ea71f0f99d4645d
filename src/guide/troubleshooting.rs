//! Telemetry that does not arrive, or arrives incomplete.
//!
//! The crate logs what is wrong once, at WARN, with the name of the setting. The
//! subscriber of [`Telemetry::install`](crate::Telemetry::install) prints these lines to
//! standard error. With a subscriber of your own, let the target
//! `nr_bedrock_observability` through.
//!
//! # Nothing arrives
//!
//! `nr-bedrock-doctor` (`cargo install nr-bedrock-observability`) sends one span, metric
//! and log record with the settings of its environment. It prints which variable decided
//! what, what the receiver answered for each signal, the proxy, the root certificates and
//! the clock, and names variables that look misspelt. `--json` prints the same for a
//! machine. [`Telemetry::check`](crate::Telemetry::check) does this from code.
//!
//! | message | cause |
//! |---|---|
//! | authentication failed (HTTP 401 or 403) | a wrong key, or the key of another region; the header of the backend is missing |
//! | … 4318 … | the endpoint is the receiver's gRPC port; this crate sends OTLP over HTTP |
//! | no root certificates on this machine | a `scratch` image: install `ca-certificates`, or set `SSL_CERT_FILE` or `OTEL_EXPORTER_OTLP_CERTIFICATE` |
//! | metric points (or log records) are not exported, because the receiver takes none | a receiver of traces only, such as Jaeger; `OTEL_METRICS_EXPORTER=none` silences the line |
//!
//! # No spans of calls
//!
//! Calls are spans of level INFO with the target `nr_bedrock_observability`. A filter that
//! lists targets must allow it: `RUST_LOG=my_app=info,nr_bedrock_observability=info`, or
//! `Targets::new().with_target("nr_bedrock_observability", Level::INFO)`. Otherwise no call
//! is recorded or measured.
//!
//! # A trace for each call
//!
//! A call joins the trace of the nearest enabled span. tower-http's `TraceLayer` opens its
//! span at DEBUG: allow `tower_http=debug`, or use
//! `TraceLayer::new_for_http().make_span_with(DefaultMakeSpan::new().level(Level::INFO))`.
//! `RUST_LOG=nr-bedrock-observability=debug` (with hyphens) shows a hint, once, about this
//! and about filters.
//!
//! # No content, no status, no metrics
//!
//! The OpenTelemetry layer is of another version, or behind a `reload::Layer`: see
//! [`compose`](super::compose#versions).
