//! A retrieval as a span.

use std::fmt::Display;

use super::document::{Document, record_documents};
use super::hidden_text::HiddenText;
use crate::app::instrument::instrument;
use crate::config::{MonitorOptions, resolve_settings};
use crate::emit::{CallSettings, Recording};
use crate::record;
use crate::record::{Call, SpanOrigin, copy_text};
use crate::semconv;
use crate::semconv::operation;

/// A search for the documents that a response is based on.
///
/// [`run`](Self::run) runs any asynchronous search in a span `retrieval {source}`.
/// Query and documents are recorded under the same content rules as Bedrock calls.
/// Spans of the search itself, such as the embedding of the query, are children.
/// Results and errors are returned unchanged; errors are recorded on the span, without
/// their text if content capture is off. If the options turn
/// [`llm_events`](crate::MonitorOptions::llm_events) on, New Relic's `LlmVectorSearch`
/// is sent too.
///
/// ```
/// use nr_bedrock_observability::rag::{Document, Retrieval};
///
/// # struct Hit { id: String, score: f64, text: String }
/// # struct Index;
/// # impl Index {
/// #     async fn nearest(&self, _: &str, _: usize) -> std::io::Result<Vec<Hit>> { Ok(vec![]) }
/// # }
/// async fn search(index: &Index, question: &str) -> std::io::Result<Vec<Hit>> {
///     Retrieval::new("handbook")
///         .query(question)
///         .top_k(3)
///         .run(
///             async || index.nearest(question, 3).await,
///             |hits| {
///                 let documents = hits.iter().map(|hit| {
///                     Document::new(&hit.id).score(hit.score).excerpt(&hit.text)
///                 });
///                 documents.collect()
///             },
///         )
///         .await
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a retrieval does nothing until it is run"]
pub struct Retrieval {
    source: String,
    pub(super) system: Option<String>,
    collection: Option<String>,
    server: Option<(String, u16)>,
    model: Option<String>,
    pub(super) query: Option<HiddenText>,
    top_k: Option<i64>,
    pub(super) options: Option<MonitorOptions>,
}

impl Retrieval {
    /// A retrieval from a data source, by the application's name for it
    /// (`gen_ai.data_source.id`).
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            system: None,
            collection: None,
            server: None,
            model: None,
            query: None,
            top_k: None,
            options: None,
        }
    }

    /// Sets the database system: `opensearch`, `postgresql`, `pinecone`, …
    /// (`db.system.name`). Unset by default, for a search inside the process.
    pub fn system(self, name: impl Into<String>) -> Self {
        Self {
            system: Some(name.into()),
            ..self
        }
    }

    /// Sets the index, collection or table (`db.collection.name`). Unset by default.
    pub fn collection(self, name: impl Into<String>) -> Self {
        Self {
            collection: Some(name.into()),
            ..self
        }
    }

    /// Sets the address of the database (`server.address`, `server.port`). Unset by
    /// default.
    pub fn server(self, address: impl Into<String>, port: u16) -> Self {
        Self {
            server: Some((address.into(), port)),
            ..self
        }
    }

    /// Sets the embedding model (`gen_ai.request.model`). Unset by default.
    pub fn model(self, id: impl Into<String>) -> Self {
        Self {
            model: Some(id.into()),
            ..self
        }
    }

    /// Sets the query text. Unset by default.
    pub fn query(self, text: impl Into<String>) -> Self {
        Self {
            query: Some(HiddenText(text.into())),
            ..self
        }
    }

    /// Sets the number of documents requested. Unset by default.
    pub fn top_k(self, count: usize) -> Self {
        Self {
            top_k: i64::try_from(count).ok(),
            ..self
        }
    }

    /// Sets what is recorded. Default: see
    /// [`MonitorOptions::install_default`].
    pub fn options(self, options: MonitorOptions) -> Self {
        Self {
            options: Some(options),
            ..self
        }
    }

    /// Runs the search. `documents` extracts the documents from the result for the
    /// span; it is not called when no subscriber is interested or the trace is not
    /// sampled. Of more than 128 documents, the first 128 are recorded and the others
    /// are counted (`aws.bedrock.retrieval.documents.omitted`). If the future is dropped, the
    /// span is marked as cancelled.
    ///
    /// # Errors
    /// The errors of `search`.
    pub async fn run<T, E: Display>(
        self,
        search: impl AsyncFnOnce() -> Result<T, E>,
        documents: impl FnOnce(&T) -> Vec<Document>,
    ) -> Result<T, E> {
        if !Recording::is_wanted() {
            return search().await;
        }
        let (call, settings) = self.into_call();
        instrument(call, settings, search, |result, call| {
            // Gone if neither the span nor an event is exported.
            if call.retrieval.is_some() {
                record_documents(documents(result), call);
            }
        })
        .await
    }

    /// The call to record, and its settings.
    pub(super) fn into_call(self) -> (Call, CallSettings) {
        let settings = resolve_settings(self.options);
        let cap = settings.capture.cap();
        let mut call = Call::new(Some(operation::RETRIEVAL), cap);
        call.span_name = Some(format!("{} {}", operation::RETRIEVAL, self.source).into());
        call.origin = if self.system.is_some() {
            SpanOrigin::Server
        } else {
            SpanOrigin::Application
        };
        call.model = self.model;
        let attributes = &mut call.extra_attributes;
        attributes.insert(semconv::DATA_SOURCE_ID, self.source);
        attributes.insert_if_some(semconv::DB_SYSTEM_NAME, self.system);
        attributes.insert_if_some(semconv::DB_COLLECTION_NAME, self.collection);
        if let Some((address, port)) = self.server {
            attributes.insert(semconv::SERVER_ADDRESS, address);
            attributes.insert(semconv::SERVER_PORT, i64::from(port));
        }
        call.retrieval = Some(record::Retrieval {
            query: self.query.and_then(|query| copy_text(cap, &query.0)),
            top_k: self.top_k,
            documents: Vec::new(),
            omitted: 0,
        });
        (call, settings)
    }
}
