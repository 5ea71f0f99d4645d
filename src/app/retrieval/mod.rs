//! The search step of retrieval-augmented generation, as a span.

use std::fmt::Display;
use std::sync::Arc;

use super::instrument as work;
use crate::config::{MonitorOptions, Settings, settings_of};
use crate::emit::Recording;
use crate::record as call;
use crate::record::{Call, SpanOrigin, copy_text};
use crate::semconv;
use crate::semconv::operation;

#[cfg(feature = "opensearch")]
#[cfg_attr(docsrs, doc(cfg(feature = "opensearch")))]
pub mod opensearch;

/// A search for the documents that an answer is made from.
///
/// It becomes a span `retrieval {source}` around any asynchronous work, with the
/// query and the documents by the same rules as the content of Bedrock's calls;
/// what runs inside, such as the embedding of the query, is below it. The result
/// goes through untouched, and so does an error, which the span tells of. Where
/// a client was monitored with
/// [`llm_events`](crate::MonitorOptions::llm_events), it is New Relic's
/// `LlmVectorSearch` too.
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
    system: Option<String>,
    collection: Option<String>,
    server: Option<(String, u16)>,
    model: Option<String>,
    query: Option<Text>,
    top_k: Option<i64>,
    options: Option<MonitorOptions>,
}

impl Retrieval {
    /// A search in a source of data, by the name that the application has for it:
    /// `gen_ai.data_source.id`.
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

    /// The database that is asked: `opensearch`, `postgresql`, `pinecone`, …
    /// (`db.system.name`). Default: none, the search is the process's own.
    pub fn system(self, name: impl Into<String>) -> Self {
        Self {
            system: Some(name.into()),
            ..self
        }
    }

    /// The index, collection or table in it: `db.collection.name`. Default: none.
    pub fn collection(self, name: impl Into<String>) -> Self {
        Self {
            collection: Some(name.into()),
            ..self
        }
    }

    /// Where the database is: `server.address` and `server.port`. Default: not
    /// told.
    pub fn server(self, address: impl Into<String>, port: u16) -> Self {
        Self {
            server: Some((address.into(), port)),
            ..self
        }
    }

    /// The model that made the vectors: `gen_ai.request.model`. Default: none.
    pub fn model(self, id: impl Into<String>) -> Self {
        Self {
            model: Some(id.into()),
            ..self
        }
    }

    /// What is looked for, in words. Default: not told.
    pub fn query(self, text: impl Into<String>) -> Self {
        Self {
            query: Some(Text(text.into())),
            ..self
        }
    }

    /// How many documents are asked for. Default: not told.
    pub fn top_k(self, count: usize) -> Self {
        Self {
            top_k: i64::try_from(count).ok(),
            ..self
        }
    }

    /// What is recorded of it. Default: as of the client that was monitored
    /// last, else as the environment says.
    pub fn options(self, options: MonitorOptions) -> Self {
        Self {
            options: Some(options),
            ..self
        }
    }

    /// Runs the search. `found` tells which documents a result holds; it is not
    /// asked where nobody listens. Where the future is dropped, the span says
    /// so.
    ///
    /// # Errors
    /// Those of the search.
    pub async fn run<T, E: Display>(
        self,
        search: impl AsyncFnOnce() -> Result<T, E>,
        found: impl FnOnce(&T) -> Vec<Document>,
    ) -> Result<T, E> {
        if !Recording::is_wanted() {
            return search().await;
        }
        let (call, settings) = self.start();
        work::run(call, settings, search, |result, call| {
            note(found(result), call);
        })
        .await
    }

    fn start(self) -> (Call, Arc<Settings>) {
        let settings = settings_of(self.options);
        let cap = settings.capture.cap();
        let mut call = Call::new(Some(operation::RETRIEVAL), cap);
        call.span_name = Some(format!("{} {}", operation::RETRIEVAL, self.source).into());
        call.origin = if self.system.is_some() {
            SpanOrigin::Server
        } else {
            SpanOrigin::Application
        };
        call.model = self.model;
        call.extra_attributes
            .insert(semconv::DATA_SOURCE_ID, self.source);
        call.extra_attributes
            .insert_if_some(semconv::DB_SYSTEM_NAME, self.system);
        call.extra_attributes
            .insert_if_some(semconv::DB_COLLECTION_NAME, self.collection);
        if let Some((address, port)) = self.server {
            call.extra_attributes
                .insert(semconv::SERVER_ADDRESS, address);
            call.extra_attributes
                .insert(semconv::SERVER_PORT, i64::from(port));
        }
        call.retrieval = Some(call::Retrieval {
            query: self.query.and_then(|query| copy_text(cap, &query.0)),
            top_k: self.top_k,
            documents: Vec::new(),
        });
        (call, settings)
    }
}

fn note(found: Vec<Document>, call: &mut Call) {
    let cap = call.cap();
    let Some(retrieval) = &mut call.retrieval else {
        return;
    };
    let documents = found.into_iter().take(MAX_DOCUMENTS);
    retrieval.documents = documents
        .map(|document| call::Document {
            id: document.id,
            score: document.score.filter(|score| score.is_finite()),
            source: document.source,
            index: None,
            content: document.excerpt.and_then(|text| copy_text(cap, &text.0)),
        })
        .collect();
}

/// A document that a search found.
#[derive(Clone, Debug, Default)]
pub struct Document {
    id: Option<String>,
    score: Option<f64>,
    source: Option<String>,
    excerpt: Option<Text>,
}

impl Document {
    /// A document, by its id.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// How well it fits, as the search counts it. Default: not told.
    #[must_use]
    pub fn score(self, score: f64) -> Self {
        Self {
            score: Some(score),
            ..self
        }
    }

    /// Where it comes from: a file, an address, a title. It is no content, and
    /// recorded with content off too. Default: not told.
    #[must_use]
    pub fn source(self, source: impl Into<String>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// The passage that was found, or the beginning of it. Default: none.
    #[must_use]
    pub fn excerpt(self, text: impl Into<String>) -> Self {
        Self {
            excerpt: Some(Text(text.into())),
            ..self
        }
    }
}

/// A text of which `Debug` shows the length alone.
#[derive(Clone)]
struct Text(String);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({} bytes)", self.0.len())
    }
}

/// More than anyone reads.
const MAX_DOCUMENTS: usize = 128;
