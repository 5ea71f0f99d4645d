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
    let mut budget = limit.saturating_sub(lengths.len().saturating_mul(PART_OVERHEAD));
    if total > limit {
        view.cap = level(lengths, budget);
    }
    let mut json = write(view);
    for _ in 0..MAX_TRIES {
        let excess = json.len().min(json.chars().count()).saturating_sub(limit);
        if excess == 0 {
            return json;
        }
        if view.cap > 0 {
            // Escapes make texts longer than they count: take off what was too
            // much, and a little more.
            budget = budget.min(total).saturating_sub(excess + excess / 8 + 1);
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

/// Enough to halve any number of items away.
const MAX_TRIES: usize = 24;
