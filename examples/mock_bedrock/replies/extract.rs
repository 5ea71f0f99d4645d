//! Chat answers: the sentences of the prompt's passages that share most words
//! with the question.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::words::split_stems;

/// Answers the question at the end of `prompt` from the text before it.
///
/// Lines in angle brackets separate passages, and their words count as a title:
/// `<passage source="refunds.md" title="How refunds are paid">`.
pub(super) fn compose_answer(prompt: &str) -> String {
    let (passages, question) = split_prompt(prompt.trim());
    let wanted: HashSet<_> = split_stems(question).into_iter().collect();
    let sentences = split_sentences(passages);
    if sentences.is_empty() {
        return "This is a mock of a model. It answers from the passages in the prompt, and this \
                prompt has none."
            .to_owned();
    }
    let mut matches: Vec<_> = (0..)
        .zip(&sentences)
        .map(|(index, sentence)| (sentence.score(&wanted), index, &*sentence.text))
        .filter(|(score, ..)| *score > 0)
        .collect();
    // A stable sort: equal scores stay in the order of the passages, which is
    // the order of their relevance.
    matches.sort_by_key(|(score, ..)| Reverse(*score));
    let best = matches.first().map_or(0, |(score, ..)| *score);
    matches.retain(|(score, ..)| 2 * score > best);
    matches.truncate(MAX_SENTENCES);
    matches.sort_by_key(|(_, index, _)| *index);
    if matches.is_empty() {
        return "I could not find an answer to that in the passages that I was given.".to_owned();
    }
    let texts: Vec<_> = matches.into_iter().map(|(.., text)| text).collect();
    texts.join(" ")
}

struct Sentence {
    text: String,
    stems: HashSet<String>,
    title: HashSet<String>,
}

impl Sentence {
    /// Two for each of the question's words in the text, one for each in the
    /// title.
    fn score(&self, wanted: &HashSet<String>) -> usize {
        let in_text = self.stems.intersection(wanted).count();
        let in_title = self.title.intersection(wanted).count();
        2 * in_text + in_title
    }
}

/// The passages and the question: the text after the last "Question:", or else
/// the last line.
fn split_prompt(prompt: &str) -> (&str, &str) {
    prompt
        .rsplit_once("Question:")
        .or_else(|| prompt.rsplit_once('\n'))
        .unwrap_or(("", prompt))
}

fn split_sentences(passages: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut title = HashSet::new();
    let mut paragraph = String::new();
    // The empty line at the end completes the last paragraph.
    for line in passages.lines().chain([""]).map(str::trim) {
        let is_tag = line.starts_with('<') && line.ends_with('>');
        if !is_tag && !line.is_empty() {
            paragraph.push_str(line);
            paragraph.push(' ');
            continue;
        }
        sentences.extend(split_paragraph(&paragraph).map(|text| Sentence {
            text: text.to_owned(),
            stems: split_stems(text).into_iter().collect(),
            title: title.clone(),
        }));
        paragraph.clear();
        if is_tag {
            title = split_stems(line).into_iter().collect();
        }
    }
    sentences
}

/// The sentences of a paragraph. They end at ". ", "! " or "? ", except before a
/// lower-case word ("e.g. this").
fn split_paragraph(paragraph: &str) -> impl Iterator<Item = &str> {
    let marks = paragraph.match_indices(['.', '!', '?']);
    let mut ends: Vec<_> = marks
        .map(|(index, _)| index + 1)
        .filter(|end| {
            let mut rest = paragraph.get(*end..).unwrap_or("").chars();
            rest.next().is_none_or(char::is_whitespace)
                && !rest.next().is_some_and(char::is_lowercase)
        })
        .collect();
    ends.push(paragraph.len());
    let mut start = 0;
    ends.into_iter().filter_map(move |end| {
        let sentence = paragraph.get(start..end)?.trim();
        start = end;
        (!sentence.is_empty()).then_some(sentence)
    })
}

const MAX_SENTENCES: usize = 3;
