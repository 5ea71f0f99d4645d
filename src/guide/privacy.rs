//! What leaves the process, and how to limit it.
//!
//! # Message content
//!
//! Prompts, responses, tool definitions, arguments and results, search queries and
//! passages are recorded unless you turn them off. Media never leave the process, only
//! their type and size.
//!
//! | scope | setting |
//! |---|---|
//! | the process, above all code | `NEW_RELIC_HIGH_SECURITY=true` |
//! | the process | `NEW_RELIC_AI_MONITORING_RECORD_CONTENT_ENABLED=false`, or `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` (`NO_CONTENT`, `SPAN_ONLY`, `EVENT_ONLY`, `SPAN_AND_EVENT`) |
//! | the process, in code | [`MonitorOptions::install_default`](crate::MonitorOptions::install_default) |
//! | one client | [`MonitorOptions::capture`](crate::MonitorOptions::capture) |
//! | one search, tool or feedback | its `options` |
//! | the calls of one block | [`ContentCapture::scope`](crate::ContentCapture::scope), [`in_scope`](crate::ContentCapture::in_scope) |
//!
//! Tasks that a block spawns start outside its scope: wrap their futures too.
//!
//! An invalid value of a content variable turns content off. If a client is
//! instrumented twice, the stricter decision holds, and a warning says so.
//!
//! ```
//! use nr_bedrock_observability::ContentCapture;
//!
//! # async fn diagnose(_: &str) {}
//! # async fn example(notes: &str) {
//! // The calls of this block are recorded without content, also across `.await`.
//! ContentCapture::Off.scope(diagnose(notes)).await;
//! # }
//! ```
//!
//! With content off, errors of your tools and searches, and of the steps of agents, are
//! recorded by their type alone. Errors of AWS keep their message, which may quote a
//! request; redactions see it. `NEW_RELIC_HIGH_SECURITY=true` drops all messages of errors
//! from spans, events and log records; types, codes and statuses stay. Error texts that
//! may quote content are recorded where content is: in the status of a span
//! (`SPAN_ONLY`), in its event `exception` (`EVENT_ONLY`), or in both.
//!
//! # Redaction
//!
//! Redactions run before content is recorded, on every text. Several add up:
//!
//! ```
//! use nr_bedrock_observability::{MonitorOptions, redact};
//!
//! # fn main() -> Result<(), nr_bedrock_observability::Error> {
//! let options = MonitorOptions::from_env()
//!     .redact_with(redact::emails())
//!     .redact_with(redact::card_numbers())
//!     .redact_with(redact::pattern(r"CUST-\d{6}", "[customer]")?);
//! # drop(options);
//! # Ok(())
//! # }
//! ```
//!
//! The text of feedback and evaluations passes through them too;
//! [`MonitorOptions::feedback_text`](crate::MonitorOptions::feedback_text)`(false)` drops it.
//!
//! # Your own spans
//!
//! The fields of your own spans are exported as they are: the settings above do not
//! apply to them. `#[tracing::instrument]` records every argument of a function unless
//! it says `skip_all`. The pipeline can drop fields by name:
//!
//! ```
//! use nr_bedrock_observability::Telemetry;
//!
//! let telemetry = Telemetry::from_env().drop_attributes(["question", "customer.*"]);
//! # drop(telemetry);
//! ```
