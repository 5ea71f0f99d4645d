//! Embeddings from Bedrock, through `InvokeModel`.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use serde::Deserialize;
use serde_json::json;

use crate::BoxError;

/// A client of a Titan text embeddings model.
#[derive(Clone, Debug)]
pub(crate) struct Embedder {
    bedrock: Client,
    model: String,
}

impl Embedder {
    pub(crate) fn new(bedrock: Client, model: &str) -> Self {
        let model = model.to_owned();
        Self { bedrock, model }
    }

    /// A vector of length 1: the dot product of two vectors is the similarity of
    /// their texts.
    pub(crate) async fn embed_text(&self, text: &str) -> Result<Vec<f32>, BoxError> {
        let body = json!({"inputText": text, "dimensions": 1024, "normalize": true});
        let call = self.bedrock.invoke_model().model_id(&self.model);
        let call = call.content_type("application/json");
        let reply = call.body(Blob::new(body.to_string())).send().await?;
        let reply: Reply = serde_json::from_slice(reply.body().as_ref())?;
        Ok(reply.embedding)
    }
}

#[derive(Deserialize)]
struct Reply {
    embedding: Vec<f32>,
}
