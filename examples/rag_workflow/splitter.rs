//! Splits a text into passages.

use crate::passages::Passage;

/// The passages of a file. A heading starts a new passage, and so does a paragraph
/// once the current passage has [`MIN_PASSAGE`] bytes.
pub(crate) fn split_text(source: &str, text: &str) -> Vec<Passage> {
    let mut splitter = Splitter {
        source: source.to_owned(),
        ..Splitter::default()
    };
    for line in text.lines().map(str::trim) {
        splitter.push_line(line);
    }
    splitter.finish_passage();
    splitter.passages
}

#[derive(Default)]
struct Splitter {
    source: String,
    /// The levels and texts of the headings above, outermost first.
    headings: Vec<(usize, String)>,
    text: String,
    passages: Vec<Passage>,
}

impl Splitter {
    fn push_line(&mut self, line: &str) {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&level)
            && let Some(heading) = line.get(level..).and_then(|rest| rest.strip_prefix(' '))
        {
            self.finish_passage();
            self.headings.retain(|(above, _)| *above < level);
            self.headings.push((level, heading.trim().to_owned()));
            return;
        }
        if line.is_empty() && self.text.len() >= MIN_PASSAGE {
            self.finish_passage();
        }
        for word in line.split_whitespace() {
            if self.text.len() + word.len() > MAX_PASSAGE {
                self.finish_passage();
            }
            self.text.push_str(word);
            self.text.push(' ');
        }
    }

    fn finish_passage(&mut self) {
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

/// Bytes after which the next paragraph starts a new passage.
const MIN_PASSAGE: usize = 500;

/// The maximum number of bytes, unless a single word has more.
const MAX_PASSAGE: usize = 1500;
