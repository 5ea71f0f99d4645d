//! Runs of base64 in the middle of a text.

use std::ops::Range;

use super::base64::{MIN_RUN, SAMPLE, has_signature_bytes, is_mixed};

/// A run of base64 with its line breaks and its padding.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    /// Bytes that the run stands for. `None` if the text ends within the run.
    pub(super) bytes: Option<usize>,
}

impl Run {
    /// Reads the base64 that the text of a `data:` URL begins with. The URL may
    /// escape characters by `%`.
    pub(super) fn parse_in_url(text: &str, is_cut: bool) -> Self {
        let runs = Runs::new(text, is_cut);
        let end = URL_ENCODED.find_line_end(runs.bytes, 0, usize::MAX);
        let first = runs.count_digits(0..end);
        let (end, digits) = runs.extend_over_lines(URL_ENCODED, end, first, 0);
        Self {
            range: 0..end + runs.count_padding(end),
            bytes: Some(decoded_len(digits)),
        }
    }
}

/// Finds the runs that are base64 wherever they stand.
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    /// Where a text that was cut ends, without what may belong to a run that
    /// goes on. `None` if the text is whole.
    cut: Option<usize>,
    from: usize,
}

impl<'a> Runs<'a> {
    pub(super) fn new(text: &'a str, is_cut: bool) -> Self {
        let kept = text.trim_end_matches(['=', '\\', '\r', '\n']).len();
        Self {
            bytes: text.as_bytes(),
            cut: is_cut.then_some(kept),
            from: 0,
        }
    }

    /// The run around `at`, in the alphabet that explains more of it.
    fn find_run_at(&self, at: usize) -> Option<Run> {
        let runs = [STANDARD, URL_SAFE].into_iter();
        runs.filter_map(|alphabet| self.find_run(alphabet, at))
            .max_by_key(|run| run.range.len())
    }

    fn find_run(&self, alphabet: Alphabet, at: usize) -> Option<Run> {
        if !alphabet.contains(self.bytes, at) {
            return None;
        }
        let mut start = at;
        while start > self.from && alphabet.contains(self.bytes, start - 1) {
            start -= 1;
        }
        start += self.measure_escape(start);
        let limit = start.saturating_add(SAMPLE);
        let end = alphabet.find_line_end(self.bytes, start, limit);
        if !is_plausible(self.bytes.get(start..end)?) {
            return None;
        }
        let end = alphabet.find_line_end(self.bytes, end, usize::MAX);
        let first = self.count_digits(start..end);
        let (end, digits) = self.extend_over_lines(alphabet, end, first, MIN_LINE);
        let is_cut = self.cut.is_some_and(|cut| cut <= end);
        if digits < if is_cut { MIN_TAIL } else { MIN_RUN } {
            return None;
        }
        Some(if is_cut {
            Run {
                range: start..self.bytes.len(),
                bytes: None,
            }
        } else {
            Run {
                range: start..end + self.count_padding(end),
                bytes: Some(decoded_len(digits)),
            }
        })
    }

    /// Where a run goes on over line breaks, and its digits. Encoders break
    /// lines at one width; words and hashes on lines of their own differ.
    fn extend_over_lines(
        &self,
        alphabet: Alphabet,
        mut end: usize,
        first: usize,
        least_first: usize,
    ) -> (usize, usize) {
        let (mut digits, mut width) = (first, first);
        // The head of a URL may share the first line.
        let mut may_widen = least_first == 0;
        while let Some(start) = self.skip_line_break(end) {
            let line_end = alphabet.find_line_end(self.bytes, start, usize::MAX);
            let line = self.count_digits(start..line_end);
            let is_whole = line >= MIN_LINE && (line == width || may_widen && line > width);
            let is_last = width >= MIN_LINE && line <= width && self.ends_run(line_end, line);
            if !is_whole && !is_last {
                break;
            }
            (end, digits) = (line_end, digits.saturating_add(line));
            if !is_whole {
                break;
            }
            (width, may_widen) = (line, false);
        }
        (end, digits)
    }

    /// The line is a short last line of base64, not a word of the text.
    fn ends_run(&self, end: usize, digits: usize) -> bool {
        if self.cut.is_some_and(|cut| cut <= end) {
            return true;
        }
        let padding = self.count_padding(end);
        let next = self.bytes.get(end + padding);
        digits > 0
            && (digits + padding).is_multiple_of(4)
            && next.is_none_or(|next| b"\r\n\\\"'<)`".contains(next))
    }

    /// Bytes of an escape in JSON whose end looks like base64: the `n` of `\n`.
    fn measure_escape(&self, start: usize) -> usize {
        let before = start.checked_sub(1).and_then(|at| self.bytes.get(at));
        match (before, self.bytes.get(start)) {
            (Some(b'\\'), Some(b'u')) => 5,
            (Some(b'\\'), Some(b'b' | b'f' | b'n' | b'r' | b't')) => 1,
            _ => 0,
        }
    }

    /// Where the next line begins, if a line ends at `at`.
    fn skip_line_break(&self, at: usize) -> Option<usize> {
        let skip = |at, byte, letter| match self.bytes.get(at) {
            Some(found) if *found == byte => Some(at + 1),
            _ => skip_escape(self.bytes, at, letter),
        };
        let at = skip(at, b'\r', b'r').unwrap_or(at);
        skip(at, b'\n', b'n')
    }

    fn count_padding(&self, end: usize) -> usize {
        let rest = self.bytes.iter().skip(end).take(2);
        rest.take_while(|byte| **byte == b'=').count()
    }

    fn count_digits(&self, range: Range<usize>) -> usize {
        let line = self.bytes.get(range).unwrap_or_default();
        line.iter().filter(|byte| **byte != b'\\').count()
    }
}

/// A run has a line of `MIN_LINE` bytes, so only every such byte is looked at,
/// and its neighbours where it is in an alphabet.
impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let mut at = self.from.saturating_add(MIN_LINE - 1);
        while at < self.bytes.len() {
            if let Some(run) = self.find_run_at(at) {
                self.from = run.range.end;
                return Some(run);
            }
            let limit = at.saturating_add(SAMPLE - MIN_LINE);
            let end = STANDARD.find_line_end(self.bytes, at, limit);
            if end > at {
                self.from = end;
            }
            at = end.saturating_add(MIN_LINE - 1).max(at + 1);
        }
        let last = self.cut?.checked_sub(1)?;
        let run = self.find_run_at(last).filter(|_| last >= self.from)?;
        self.from = run.range.end;
        Some(run)
    }
}

/// The characters of an encoding beside letters and digits.
#[derive(Clone, Copy)]
struct Alphabet(&'static [u8]);

impl Alphabet {
    /// The byte is a digit of the encoding, or of the escape of a slash in JSON.
    fn contains(self, bytes: &[u8], at: usize) -> bool {
        match bytes.get(at) {
            Some(b'\\') => self.0.contains(&b'/') && skip_escape(bytes, at, b'/').is_some(),
            Some(byte) => byte.is_ascii_alphanumeric() || self.0.contains(byte),
            None => false,
        }
    }

    fn find_line_end(self, bytes: &[u8], from: usize, limit: usize) -> usize {
        let mut end = from;
        while end < limit && self.contains(bytes, end) {
            end += 1;
        }
        end
    }
}

/// The first characters look like base64, not like words. Between words `-` and
/// `_` are frequent, in base64 two of 64 characters.
fn is_plausible(sample: &[u8]) -> bool {
    let is_dash = |byte: &u8| b"-_".contains(byte);
    let starts = sample
        .iter()
        .zip(sample.iter().skip(1))
        .filter(|(before, byte)| !is_dash(before) && is_dash(byte));
    has_signature_bytes(sample) || is_mixed(sample) && starts.count() <= sample.len() / 8
}

/// Where an escape ends that begins at `at`: in JSON text, and in JSON text that
/// is a text of JSON itself.
fn skip_escape(bytes: &[u8], at: usize, letter: u8) -> Option<usize> {
    let rest = bytes.iter().skip(at).take(MAX_BACKSLASHES);
    let backslashes = rest.take_while(|byte| **byte == b'\\').count();
    let end = at + backslashes;
    (backslashes > 0 && bytes.get(end) == Some(&letter)).then_some(end + 1)
}

fn decoded_len(digits: usize) -> usize {
    digits.saturating_mul(3) / 4
}

const STANDARD: Alphabet = Alphabet(b"+/");
const URL_SAFE: Alphabet = Alphabet(b"-_");
const URL_ENCODED: Alphabet = Alphabet(b"+/-_%");

/// Characters of the narrowest lines that encoders break base64 into.
const MIN_LINE: usize = 60;

/// Characters of a run that is base64 where the text was cut within it.
pub(super) const MIN_TAIL: usize = 32;

/// Two levels of JSON write four backslashes at most.
const MAX_BACKSLASHES: usize = 4;

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
