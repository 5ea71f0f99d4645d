//! What the stand-in says: the sentences of the prompt's passages that have most
//! in common with the question.

use std::collections::HashSet;

use super::words;

/// An answer to the question at the end of `prompt` from the text before it.
///
/// Passages may be set apart by lines in angle brackets, whose own words count
/// as a title: `<passage source="refunds.md" title="How refunds are paid">`.
pub(super) fn compose(prompt: &str) -> String {
    let (passages, question) = split(prompt.trim());
    let wanted: HashSet<_> = words::stems(question).into_iter().collect();
    let sentences = sentences(passages);
    if sentences.is_empty() {
        return "I am a stand-in for a model: I answer from the passages in the prompt, and this \
                prompt has none."
            .to_owned();
    }
    let mut scored: Vec<_> = sentences
        .iter()
        .map(|sentence| sentence.score(&wanted))
        .zip(0..)
        .filter(|(score, _)| *score > 0)
        .collect();
    // Equal sentences stay in the order of the passages: the best comes first.
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let best = scored.first().map_or(0, |(score, _)| *score);
    scored.retain(|(score, _)| 2 * score > best);
    scored.truncate(SENTENCES);
    scored.sort_by_key(|(_, index)| *index);
    if scored.is_empty() {
        return "I could not find an answer to that in the passages that I was given.".to_owned();
    }
    let chosen = scored.iter().filter_map(|(_, index)| sentences.get(*index));
    let chosen: Vec<_> = chosen.map(|sentence| sentence.text.as_str()).collect();
    chosen.join(" ")
}

struct Sentence {
    text: String,
    stems: HashSet<String>,
    title: HashSet<String>,
}

impl Sentence {
    /// How many of the question's words it has; one in its title counts half.
    fn score(&self, wanted: &HashSet<String>) -> usize {
        let said = self.stems.intersection(wanted).count();
        let titled = self.title.intersection(wanted).count();
        2 * said + titled
    }
}

/// The text before the question, and the question: what follows the last
/// "Question:", or else the last line.
fn split(prompt: &str) -> (&str, &str) {
    prompt
        .rsplit_once("Question:")
        .or_else(|| prompt.rsplit_once('\n'))
        .unwrap_or(("", prompt))
}

fn sentences(passages: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut title = HashSet::new();
    for block in blocks(passages) {
        match block {
            Block::Tag(tag) => title = words::stems(tag).into_iter().collect(),
            Block::Text(text) => found.extend(parts(&text).map(|text| Sentence {
                text: text.to_owned(),
                stems: words::stems(text).into_iter().collect(),
                title: title.clone(),
            })),
        }
    }
    found
}

enum Block<'a> {
    Tag(&'a str),
    Text(String),
}

/// Lines in angle brackets, and paragraphs with their line breaks taken out.
fn blocks(passages: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut text = String::new();
    // The empty line at the end finishes the last paragraph.
    for line in passages.lines().chain([""]).map(str::trim) {
        let tag = line.starts_with('<') && line.ends_with('>');
        if !tag && !line.is_empty() {
            text.push_str(line);
            text.push(' ');
            continue;
        }
        if !text.is_empty() {
            blocks.push(Block::Text(std::mem::take(&mut text)));
        }
        if tag {
            blocks.push(Block::Tag(line));
        }
    }
    blocks
}

/// The sentences of a paragraph: they end at ". ", "! " or "? " before a word
/// that does not go on in lower case ("e.g. this").
fn parts(paragraph: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let bounds = paragraph.match_indices(['.', '!', '?']);
    let mut ends: Vec<_> = bounds
        .map(|(index, _)| index + 1)
        .filter(|end| {
            let mut after = paragraph.get(*end..).unwrap_or("").chars();
            after.next().is_none_or(char::is_whitespace)
                && !after.next().is_some_and(char::is_lowercase)
        })
        .collect();
    ends.push(paragraph.len());
    ends.into_iter().filter_map(move |end| {
        let part = paragraph.get(start..end)?.trim();
        start = end;
        (!part.is_empty()).then_some(part)
    })
}

const SENTENCES: usize = 3;
