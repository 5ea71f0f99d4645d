//! Progress of the indexing, on stderr.

use std::io::{IsTerminal as _, Write as _};

/// A bar on a terminal, a single line elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    done: usize,
    total: usize,
    is_terminal: bool,
}

impl Progress {
    pub(crate) fn new(total: usize) -> Self {
        let progress = Self {
            done: 0,
            total,
            is_terminal: std::io::stderr().is_terminal(),
        };
        progress.draw();
        progress
    }

    pub(crate) fn advance(&mut self) {
        self.done += 1;
        self.draw();
    }

    /// Reports the end where there is no bar.
    pub(crate) fn finish(self) {
        if !self.is_terminal {
            eprintln!("Indexed {} passages", self.done);
        }
    }

    fn draw(&self) {
        if !self.is_terminal {
            return;
        }
        let filled = self.done * WIDTH / self.total.max(1);
        let bar = "#".repeat(filled) + &".".repeat(WIDTH.saturating_sub(filled));
        eprint!("\rIndexing [{bar}] {}/{} passages", self.done, self.total);
        // A failed write does not stop the indexing.
        let _ = std::io::stderr().flush();
    }
}

/// The next output, which may be an error, starts on a new line.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_terminal {
            eprintln!();
        }
    }
}

const WIDTH: usize = 24;
