//! [`Terminal`]: width and colour of the output.

#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    pub(crate) colour: bool,
    /// `COLUMNS`.
    pub(crate) columns: Option<usize>,
    pub(crate) is_stderr: bool,
}

impl Terminal {
    /// The terminal's current width, which changes when it is resized > `COLUMNS` >
    /// 80.
    pub(crate) fn width(&self) -> usize {
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
