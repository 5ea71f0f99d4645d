//! The retrieval step of retrieval-augmented generation.

mod document;
mod hidden_text;
#[cfg(feature = "opensearch")]
#[cfg_attr(docsrs, doc(cfg(feature = "opensearch")))]
pub mod opensearch;
mod retrieval;

pub use self::document::Document;
pub use self::retrieval::Retrieval;
