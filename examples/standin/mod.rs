//! A stand-in for Bedrock, so that the examples run without an AWS account.
//!
//! It listens on this machine alone and speaks Bedrock's wire protocol, event
//! streams included: the AWS SDK in front of it is the real one. Its embeddings
//! come from the words of a text, and its answers are sentences of the passages
//! in the prompt; a model would say it better, the calls look the same.

mod agents;
mod answer;
mod converse;
mod embeddings;
mod frames;
mod messages;
mod paced;
mod reply;
mod run;
mod server;
mod tools;
mod turn;
mod words;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

/// Starts a stand-in in the background and returns the configuration that leads
/// the SDK to it, in place of `aws_config::load_defaults`.
pub(crate) async fn start() -> std::io::Result<SdkConfig> {
    let address = server::start().await?;
    let credentials = Credentials::new("stand-in", "stand-in", None, None, "stand-in");
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(format!("http://{address}"))
        .build())
}
