//! How wide, and whether in colour.

use std::io::IsTerminal as _;

use crate::Error;
use crate::telemetry::config::environment as env;
use crate::telemetry::config::environment::Env;

/// What the output goes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    pub(super) colour: bool,
    columns: Option<usize>,
    is_stderr: bool,
}

impl Terminal {
    pub(super) fn resolve(env: &Env, is_stderr: bool) -> Result<Self, Error> {
        Ok(Self {
            colour: resolve_colour(env, is_stderr && std::io::stderr().is_terminal()),
            columns: env.parse(env::COLUMNS, "a number of columns")?,
            is_stderr,
        })
    }

    /// The terminal's width now, as it may be resized > `COLUMNS` > 80.
    pub(super) fn width(&self) -> usize {
        let measured = || {
            let (width, _) = terminal_size::terminal_size_of(std::io::stderr())?;
            Some(usize::from(width.0))
        };
        let width = if self.is_stderr {
            measured().or(self.columns)
        } else {
            self.columns
        };
        width.filter(|width| *width > 0).unwrap_or(80)
    }
}

/// `NO_COLOR` > `CLICOLOR_FORCE` > whether it is a terminal.
fn resolve_colour(env: &Env, is_terminal: bool) -> bool {
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
    fn colour_needs_a_terminal_or_a_wish() {
        let with = |set: &'static [&'static str]| {
            Env::new(move |name| set.contains(&name).then(|| "1".to_owned()))
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
    fn the_width_of_what_is_no_terminal_comes_from_the_environment() {
        let columns = |value: &'static str| {
            Env::new(move |name| (name == env::COLUMNS).then(|| value.to_owned()))
        };
        assert_eq!(
            Terminal::resolve(&columns("132"), false).unwrap().width(),
            132
        );
        assert_eq!(Terminal::resolve(&columns("0"), false).unwrap().width(), 80);
        let error = Terminal::resolve(&columns("wide"), false)
            .unwrap_err()
            .to_string();
        assert_eq!(error, "COLUMNS: \"wide\" is not a number of columns");
    }
}
