//! How far the indexing is, on stderr.

use std::io::{IsTerminal as _, Write as _};

/// A bar where somebody watches, a single line where it goes into a file.
#[derive(Debug)]
pub(crate) struct Progress {
    done: usize,
    total: usize,
    watched: bool,
}

impl Progress {
    pub(crate) fn new(total: usize) -> Self {
        let progress = Self {
            done: 0,
            total,
            watched: std::io::stderr().is_terminal(),
        };
        progress.draw();
        progress
    }

    pub(crate) fn step(&mut self) {
        self.done += 1;
        self.draw();
    }

    /// Says that everything is done.
    pub(crate) fn finish(self) {
        if !self.watched {
            eprintln!("Indexed {} passages", self.done);
        }
    }

    fn draw(&self) {
        if !self.watched {
            return;
        }
        let filled = self.done * WIDTH / self.total.max(1);
        let bar = "#".repeat(filled) + &".".repeat(WIDTH.saturating_sub(filled));
        eprint!("\rIndexing [{bar}] {}/{} passages", self.done, self.total);
        // A bar that cannot be drawn is no reason to stop.
        let _ = std::io::stderr().flush();
    }
}

/// What is printed next begins on a line of its own, an error too.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.watched {
            eprintln!();
        }
    }
}

const WIDTH: usize = 24;
