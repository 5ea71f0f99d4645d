//! Asks the reader for a thumb.

use std::io::{self, IsTerminal as _, Write as _};

use nr_bedrock_observability::Rating;

/// What the reader says, if there is one and they say something.
pub(crate) async fn ask() -> Option<Rating> {
    // Reading a line blocks: it waits where nothing else has to run.
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

fn read() -> Option<Rating> {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return None;
    }
    let mut out = io::stdout();
    write!(out, "\nWas this helpful? [y/n, Enter to skip] ").ok()?;
    out.flush().ok()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line).ok()?;
    match line.trim().to_lowercase().as_str() {
        "y" | "yes" => Some(Rating::Positive),
        "n" | "no" => Some(Rating::Negative),
        _ => None,
    }
}
