//! Writing a structure of texts in at most so many characters.

/// How much of a structure is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// Characters of each text.
    pub(super) cap: usize,
    /// Items left out at the front.
    pub(super) skip: usize,
}

/// Writes a structure in at most `limit` characters. The longest texts are
/// shortened first; where even without texts it is too long, items at the
/// front go: in a conversation the latest matter most.
pub(super) fn fit(
    limit: usize,
    items: usize,
    lengths: &[usize],
    write: impl Fn(View) -> String,
) -> String {
    let total: usize = lengths.iter().sum();
    let mut view = View {
        cap: usize::MAX,
        skip: 0,
    };
    let overhead = lengths.len().saturating_mul(PART_OVERHEAD);
    let mut budget = total;
    if total > limit {
        budget = limit.saturating_sub(overhead);
        view.cap = level(lengths, budget);
    }
    let mut json = write(view);
    for tried in 0..MAX_TRIES {
        let length = json.len().min(json.chars().count());
        let excess = length.saturating_sub(limit);
        if excess == 0 {
            return json;
        }
        // Without texts there is nothing to shorten.
        if view.cap > 0 && budget > 0 {
            // Escapes make texts longer than they count: take off what was too
            // much, in texts that grow so, and a little more. Where that is
            // not enough it was not the escapes: then all of it.
            let texts = length.saturating_sub(overhead);
            let less = match excess.saturating_mul(budget).checked_div(texts.max(budget)) {
                Some(less) if tried < SCALED_TRIES => less,
                _ => excess,
            };
            budget = budget.saturating_sub(less + less / 8 + 1);
            view.cap = level(lengths, budget);
        } else {
            view.skip += items.saturating_sub(view.skip).div_ceil(2);
        }
        json = write(view);
    }
    if json.chars().count() <= limit {
        json
    } else {
        "[]".to_owned()
    }
}

/// The cap under which texts of these lengths take at most `budget` together.
fn level(lengths: &[usize], budget: usize) -> usize {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    let mut left = budget;
    let mut remaining = sorted.len();
    for length in sorted {
        let share = left.checked_div(remaining).unwrap_or(0);
        if length > share {
            return share;
        }
        left -= length;
        remaining -= 1;
    }
    usize::MAX
}

/// Characters that a part takes beside its text, about.
const PART_OVERHEAD: usize = 64;

/// Enough to find how much escapes add.
const SCALED_TRIES: usize = 4;

/// Enough to halve any number of items away.
const MAX_TRIES: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids and scores alone, as of documents whose passages may not be told.
    #[test]
    fn of_items_without_texts_the_last_ones_stay() {
        for lengths in [&[][..], &[0; 8][..]] {
            let written = fit(12, 8, lengths, |view| "x".repeat(3 * (8 - view.skip)));
            assert_eq!(written.len(), 12, "{lengths:?}");
        }
    }
}
