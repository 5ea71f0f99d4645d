//! The user's rating of the answer.

use std::io::{self, IsTerminal as _, Write as _};

use nr_bedrock_observability::Rating;

/// Asks for a rating on a terminal. `None` elsewhere, or where the user skips it.
pub(crate) async fn ask_rating() -> Option<Rating> {
    // Reading from stdin blocks the thread.
    tokio::task::spawn_blocking(read_rating)
        .await
        .ok()
        .flatten()
}

fn read_rating() -> Option<Rating> {
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
