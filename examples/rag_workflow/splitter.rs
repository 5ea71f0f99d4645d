//! Cuts a text into passages.

use crate::passages::Passage;

/// The passages of one file. A heading begins a new one, and so does a paragraph
/// where enough text came before it.
pub(crate) fn split(source: &str, text: &str) -> Vec<Passage> {
    let mut splitter = Splitter {
        source: source.to_owned(),
        ..Splitter::default()
    };
    for line in text.lines().map(str::trim) {
        splitter.line(line);
    }
    splitter.end();
    splitter.passages
}

#[derive(Default)]
struct Splitter {
    source: String,
    /// The headings above the current line, from the outermost inwards.
    headings: Vec<(usize, String)>,
    text: String,
    passages: Vec<Passage>,
}

impl Splitter {
    fn line(&mut self, line: &str) {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&level)
            && let Some(heading) = line.get(level..).and_then(|rest| rest.strip_prefix(' '))
        {
            self.end();
            self.headings.retain(|(above, _)| *above < level);
            self.headings.push((level, heading.trim().to_owned()));
            return;
        }
        if line.is_empty() && self.text.len() >= ENOUGH {
            self.end();
        }
        for word in line.split_whitespace() {
            if self.text.len() + word.len() > MOST {
                self.end();
            }
            self.text.push_str(word);
            self.text.push(' ');
        }
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        let headings = self.headings.iter().map(|(_, heading)| heading.as_str());
        let headings: Vec<_> = headings.collect();
        self.passages.push(Passage {
            source: self.source.clone(),
            title: headings.join(": "),
            text: text.trim_end().to_owned(),
        });
    }
}

/// Bytes after which the next paragraph begins a passage of its own.
const ENOUGH: usize = 500;

/// Bytes that a passage never has more of, unless a single word does.
const MOST: usize = 1500;
