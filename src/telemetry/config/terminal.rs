//! Width and colour of the console.

use std::io::IsTerminal as _;

use super::environment::{self as env, Environment};
use crate::telemetry::console::terminal::Terminal;

pub(super) fn resolve_terminal(env: &Environment, is_stderr: bool) -> Terminal {
    let columns = &[env::COLUMNS];
    let expected = "a number of columns";
    Terminal {
        colour: resolve_colour(env, is_stderr && std::io::stderr().is_terminal()),
        columns: env.first_valid(columns, expected, "the terminal's width or 80", |value| {
            value.parse().ok()
        }),
        is_stderr,
    }
}

/// `NO_COLOR` > `CLICOLOR_FORCE` > whether it is a terminal.
fn resolve_colour(env: &Environment, is_terminal: bool) -> bool {
    if env.get(env::NO_COLOR).is_some() {
        return false;
    }
    is_terminal
        || env
            .get(env::FORCE_COLOR)
            .is_some_and(|value| value.trim() != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_needs_a_terminal_or_clicolor_force() {
        let with = |set: &'static [&'static str]| {
            Environment::new(move |name| set.contains(&name).then(|| "1".to_owned()))
        };
        assert!(resolve_colour(&with(&[]), true));
        assert!(!resolve_colour(&with(&[]), false));
        assert!(resolve_colour(&with(&[env::FORCE_COLOR]), false));
        assert!(!resolve_colour(
            &with(&[env::FORCE_COLOR, env::NO_COLOR]),
            true
        ));
    }

    #[test]
    fn the_width_of_a_writer_comes_from_the_environment() {
        let resolve = |value: &'static str| {
            let lookup = move |name: &str| (name == env::COLUMNS).then(|| value.to_owned());
            resolve_terminal(&Environment::new(lookup), false)
        };
        assert_eq!(resolve("132").width(), 132);
        assert_eq!(resolve("0").width(), 80);
        assert_eq!(resolve("wide").width(), 80);
    }
}
