//! The words of a text, as they are compared between texts.

/// The words without stop words, in lower case and without endings: `refund`
/// and `paid` for "Are my refunds paid?".
pub(super) fn split_stems(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    words
        .map(|word| word.trim_matches('\'').to_lowercase())
        .filter(|word| word.chars().count() > 1 && !STOP_WORDS.contains(&word.as_str()))
        .map(|word| strip_ending(&word).to_owned())
        .collect()
}

/// The number of words. A model's tokenizer counts about a third more.
pub(super) fn count_tokens(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Removes common endings: "returned", "returning" and "returns" are equal.
fn strip_ending(word: &str) -> &str {
    let endings = [
        "'s", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s", "y", "e",
    ];
    endings
        .iter()
        .find_map(|ending| {
            let stem = word.strip_suffix(ending)?;
            // "red", "thing" and "address" are whole words.
            let ending = stem.len() >= 3 && !(*ending == "s" && stem.ends_with('s'));
            ending.then_some(stem)
        })
        .unwrap_or(word)
}

const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "all", "am", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "before", "but", "by", "can", "could", "did", "do", "does", "don't", "for", "from",
    "get", "had", "has", "have", "how", "i'm", "if", "in", "into", "is", "it", "it's", "its",
    "just", "may", "me", "more", "my", "no", "not", "of", "on", "once", "one", "or", "our", "out",
    "own", "please", "should", "so", "some", "tell", "than", "that", "the", "their", "them",
    "then", "there", "they", "this", "to", "too", "up", "us", "use", "very", "want", "was", "we",
    "were", "what", "when", "where", "which", "who", "why", "will", "with", "work", "works",
    "would", "you", "your",
];
