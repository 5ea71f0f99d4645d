//! Passages in memory, with their embeddings.

use nr_bedrock_observability::rag::{Document, Retrieval};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::BoxError;
use crate::embedder::Embedder;
use crate::passages::Passage;
use crate::progress::Progress;

/// A searchable index.
#[derive(Debug)]
pub(crate) struct Index {
    name: String,
    embedder: Embedder,
    entries: Vec<(Passage, Vec<f32>)>,
}

/// A search result. A score of 1 is an identical text.
#[derive(Debug)]
pub(crate) struct Hit<'a> {
    pub(crate) passage: &'a Passage,
    pub(crate) score: f32,
}

impl Index {
    /// Embeds every passage, in a trace of its own.
    #[tracing::instrument(name = "index_documents", skip_all, fields(workflow.type = "indexing"))]
    pub(crate) async fn build(
        name: String,
        embedder: Embedder,
        passages: Vec<Passage>,
    ) -> Result<Self, BoxError> {
        let mut progress = Progress::new(passages.len());
        let mut entries = Vec::with_capacity(passages.len());
        let mut passages = passages.into_iter();
        let mut calls = JoinSet::new();
        loop {
            while calls.len() < MAX_CONCURRENT_CALLS
                && let Some(passage) = passages.next()
            {
                let embedder = embedder.clone();
                let call = async move {
                    let vector = embedder.embed_text(&passage.with_title()).await?;
                    Ok::<_, BoxError>((passage, vector))
                };
                // A spawned task is outside of the current span.
                calls.spawn(call.in_current_span());
            }
            let Some(entry) = calls.join_next().await else {
                break;
            };
            entries.push(entry??);
            progress.advance();
        }
        progress.finish();
        Ok(Self {
            name,
            embedder,
            entries,
        })
    }

    /// The most similar passages, best first.
    pub(crate) async fn search(
        &self,
        question: &str,
        top_k: usize,
    ) -> Result<Vec<Hit<'_>>, BoxError> {
        let vector = self.embedder.embed_text(question).await?;
        let retrieval = Retrieval::new(&*self.name).query(question).top_k(top_k);
        let hits = retrieval.run(
            async || Ok::<_, BoxError>(self.find_nearest(&vector, top_k)),
            |hits| hits.iter().map(Hit::to_document).collect(),
        );
        hits.await
    }

    fn find_nearest(&self, vector: &[f32], top_k: usize) -> Vec<Hit<'_>> {
        let entries = self.entries.iter();
        let mut hits: Vec<_> = entries
            .map(|(passage, other)| Hit {
                passage,
                score: dot_product(vector, other),
            })
            .filter(|hit| hit.score >= MIN_SCORE)
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits.truncate(top_k);
        hits
    }
}

impl Hit<'_> {
    /// The document that the retrieval span records.
    fn to_document(&self) -> Document {
        let Passage {
            source,
            title,
            text,
        } = self.passage;
        Document::new(format!("{source}: {title}"))
            .score((f64::from(self.score) * 1000.0).round() / 1000.0)
            .source(source)
            .excerpt(text)
    }
}

fn dot_product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Within the rate limit of a new account.
const MAX_CONCURRENT_CALLS: usize = 4;

/// Passages below this score are unrelated.
const MIN_SCORE: f32 = 0.1;
