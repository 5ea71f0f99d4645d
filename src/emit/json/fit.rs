//! Writing a structure of texts in at most so many characters.

/// How much of a structure is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// Characters of each text.
    pub(super) cap: usize,
    /// Items left out.
    pub(super) skip: usize,
    /// Parts left out of the one item that remains.
    pub(super) skip_parts: usize,
}

/// What is to be written: items of one part or more, each with a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'a> {
    /// Characters of each part's text, 0 for a part without.
    pub(super) lengths: &'a [usize],
    /// How many parts each item has; empty where each has one.
    pub(super) parts: &'a [usize],
}

impl<'a> Shape<'a> {
    fn items(&self) -> usize {
        if self.parts.is_empty() {
            self.lengths.len()
        } else {
            self.parts.len()
        }
    }

    fn parts_of(&self, item: usize) -> usize {
        self.parts.get(item).copied().unwrap_or(1)
    }

    /// The texts that a view writes.
    fn seen(&self, view: View) -> &'a [usize] {
        let before: usize = (0..view.skip).map(|item| self.parts_of(item)).sum();
        self.lengths.get(before + view.skip_parts..).unwrap_or(&[])
    }

    /// How many items may go, so that of each other one enough can be written
    /// to tell what it was about. One always stays.
    fn too_many(&self, limit: usize) -> usize {
        let mut end = self.lengths.len();
        let mut room = limit;
        let fits = |item: &usize| {
            let start = end.saturating_sub(self.parts_of(*item));
            let texts = self.lengths.get(start..end).unwrap_or(&[]);
            let needed = texts.iter().map(|text| PART_OVERHEAD + text.min(&USEFUL));
            end = start;
            let left = room.checked_sub(needed.sum());
            room = left.unwrap_or(0);
            left.is_some()
        };
        let items = self.items();
        let fitting = (0..items).rev().take_while(fits).count();
        items.saturating_sub(fitting.max(1))
    }
}

/// Writes a structure in at most `limit` characters. Where it is too long, the
/// longest texts are shortened first; where so many items would keep next to
/// nothing of theirs, some go.
pub(super) fn fit(limit: usize, shape: Shape<'_>, write: impl Fn(View) -> String) -> String {
    let total: usize = shape.lengths.iter().sum();
    let mut view = View {
        cap: usize::MAX,
        skip: 0,
        skip_parts: 0,
    };
    let mut budget = total;
    if total > limit {
        view.skip = shape.too_many(limit);
        budget = share(limit, shape, &mut view);
    }
    let mut json = write(view);
    let mut scaled = 0;
    for _ in 0..MAX_TRIES {
        let length = json.len().min(json.chars().count());
        let excess = length.saturating_sub(limit);
        if excess == 0 {
            return json;
        }
        let seen = shape.seen(view);
        let one_item = view.skip + 1 >= shape.items();
        if budget > 0 && scaled < SCALED_TRIES && (view.cap >= LEAST || one_item) {
            // Escapes make texts longer than they count: take off what was too
            // much, in texts that grow so, and a little more.
            scaled += 1;
            let texts = length.saturating_sub(seen.len().saturating_mul(PART_OVERHEAD));
            let less = excess.saturating_mul(budget).checked_div(texts.max(budget));
            let less = less.unwrap_or(excess);
            budget = budget.saturating_sub(less + less / 8 + 1);
            view.cap = level(seen, budget);
        } else if !one_item {
            view.skip += shape.items().saturating_sub(view.skip).div_ceil(4).max(1);
            view.skip = view.skip.min(shape.items().saturating_sub(1));
            budget = share(limit, shape, &mut view);
            scaled = 0;
        } else if seen.len() > 1 {
            view.skip_parts += seen.len().div_ceil(2);
            budget = share(limit, shape, &mut view);
            scaled = 0;
        } else {
            budget /= 2;
            view.cap = level(seen, budget);
        }
        json = write(view);
    }
    if json.chars().count() <= limit {
        json
    } else {
        "[]".to_owned()
    }
}

/// Shares the room between the texts that are left; gives how much there is.
fn share(limit: usize, shape: Shape<'_>, view: &mut View) -> usize {
    let seen = shape.seen(*view);
    let budget = limit.saturating_sub(seen.len().saturating_mul(PART_OVERHEAD));
    view.cap = level(seen, budget);
    budget
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

/// Characters of a text that tell what it was about.
const USEFUL: usize = 120;

/// Characters of a text under which others rather go.
const LEAST: usize = 40;

/// Enough to find how much escapes add.
const SCALED_TRIES: usize = 4;

/// Enough to take any number of items away.
const MAX_TRIES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids and scores alone, as of documents whose passages may not be told.
    #[test]
    fn of_items_without_texts_some_stay() {
        let shape = Shape {
            lengths: &[0; 8],
            parts: &[],
        };
        let written = fit(12, shape, |view| "x".repeat(3 * (8 - view.skip)));
        assert_eq!(written.len(), 12);
    }

    /// Whatever is written, it fits, and texts keep enough to be understood.
    #[test]
    fn of_many_items_the_last_ones_keep_their_texts() {
        for (items, length) in [(40, 200), (60, 100), (64, 100), (100, 200), (1000, 50)] {
            let lengths = vec![length; items];
            let shape = Shape {
                lengths: &lengths,
                parts: &[],
            };
            let write = |view: View| {
                let kept = length.min(view.cap);
                let marker = if kept < length { 30 } else { 0 };
                "x".repeat((items - view.skip) * (56 + kept + marker))
            };
            let seen = std::cell::Cell::new(None);
            let written = fit(4095, shape, |view| {
                seen.set(Some(view));
                write(view)
            });
            let view = seen.get().unwrap();
            assert!(written.len() <= 4095 && written.len() > 2500, "{items}");
            assert!(view.cap >= LEAST, "{items} of {length}: {view:?}");
        }
    }
}
