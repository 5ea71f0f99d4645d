//! Passages in memory, with their embeddings.

use nr_bedrock_observability::rag::{Document, Retrieval};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::BoxError;
use crate::embedder::Embedder;
use crate::passages::Passage;
use crate::progress::Progress;

/// What can be searched.
#[derive(Debug)]
pub(crate) struct Index {
    name: String,
    embedder: Embedder,
    entries: Vec<(Passage, Vec<f32>)>,
}

/// A passage that was found, and how near it is: 1 is the question itself.
#[derive(Debug)]
pub(crate) struct Hit<'a> {
    pub(crate) passage: &'a Passage,
    pub(crate) score: f32,
}

impl Index {
    /// Embeds every passage. It is a trace of its own: the question's trace then
    /// holds what the question cost.
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
            while calls.len() < CALLS_AT_ONCE
                && let Some(passage) = passages.next()
            {
                let embedder = embedder.clone();
                let call = async move {
                    let vector = embedder.embed(&passage.with_title()).await?;
                    Ok::<_, BoxError>((passage, vector))
                };
                // A task starts outside of every span: it is told its own.
                calls.spawn(call.in_current_span());
            }
            let Some(entry) = calls.join_next().await else {
                break;
            };
            entries.push(entry??);
            progress.step();
        }
        progress.finish();
        Ok(Self {
            name,
            embedder,
            entries,
        })
    }

    /// The passages nearest to `question`, the best one first.
    pub(crate) async fn search(
        &self,
        question: &str,
        top_k: usize,
    ) -> Result<Vec<Hit<'_>>, BoxError> {
        let vector = self.embedder.embed(question).await?;
        let retrieval = Retrieval::new(&*self.name).query(question).top_k(top_k);
        let found = retrieval.run(
            async || Ok::<_, BoxError>(self.nearest(&vector, top_k)),
            |hits| hits.iter().map(Hit::document).collect(),
        );
        found.await
    }

    fn nearest(&self, vector: &[f32], top_k: usize) -> Vec<Hit<'_>> {
        let entries = self.entries.iter();
        let mut hits: Vec<_> = entries
            .map(|(passage, other)| Hit {
                passage,
                score: dot(vector, other),
            })
            .filter(|hit| hit.score >= FAR_OFF)
            .collect();
        hits.sort_by(|one, other| other.score.total_cmp(&one.score));
        hits.truncate(top_k);
        hits
    }
}

impl Hit<'_> {
    /// As its search's span tells of it.
    fn document(&self) -> Document {
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

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// Enough to be quick, few enough for an account's rate limit.
const CALLS_AT_ONCE: usize = 4;

/// Below this a passage has nothing to do with the question.
const FAR_OFF: f32 = 0.1;
