//! RetrieveAndGenerate and RetrieveAndGenerateStream.
//!
//! In: the question, and the answer with its citations. Out: the record of the
//! call with two steps: the search and the generation.

mod answer;
mod retrieve_and_generate;

pub(super) use self::retrieve_and_generate::OPERATIONS;
