//! The crate's one error type.

use std::error::Error as StdError;
use std::fmt;

/// An error of the set-up, or an invalid value passed to this crate.
///
/// Returned only by set-up functions and constructors of this crate's types, never
/// by an instrumented call. The message may change; use the `is_*` methods to tell
/// the kinds of errors apart.
///
/// `Display` is the message, `Debug` the message and its causes, as a `main` that
/// returns a `Result` prints them. Neither shows a license key.
///
/// ```
/// use nr_bedrock_observability::ContentCapture;
///
/// let error = "sometimes".parse::<ContentCapture>().unwrap_err();
/// assert!(error.is_invalid_setting());
/// ```
pub struct Error {
    kind: Kind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A setting of code or environment has an invalid value. The message names the
    /// setting and, unless it is a key, the value.
    #[must_use]
    pub fn is_invalid_setting(&self) -> bool {
        self.kind == Kind::InvalidSetting
    }

    /// A required setting is missing. The message names where it was looked up.
    #[must_use]
    pub fn is_missing_setting(&self) -> bool {
        self.kind == Kind::MissingSetting
    }

    /// A global `tracing` subscriber, or the default options of the process
    /// ([`MonitorOptions::install_default`](crate::MonitorOptions::install_default)),
    /// are already installed.
    #[must_use]
    pub fn is_already_installed(&self) -> bool {
        self.kind == Kind::AlreadyInstalled
    }

    /// The exporter could not be built, or a flush or shutdown could not deliver all
    /// telemetry.
    #[must_use]
    pub fn is_export(&self) -> bool {
        self.kind == Kind::Export
    }

    #[cold]
    pub(crate) fn invalid_setting(setting: &str, problem: impl fmt::Display) -> Self {
        Self::new(Kind::InvalidSetting, format!("{setting}: {problem}"))
    }

    #[cold]
    pub(crate) fn already_installed(message: impl Into<String>) -> Self {
        Self::new(Kind::AlreadyInstalled, message.into())
    }
}

#[cfg(feature = "telemetry")]
impl Error {
    #[cold]
    pub(crate) fn missing_setting(message: impl Into<String>) -> Self {
        Self::new(Kind::MissingSetting, message.into())
    }

    #[cold]
    pub(crate) fn export(message: impl Into<String>) -> Self {
        Self::new(Kind::Export, message.into())
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl Error {
    fn new(kind: Kind, message: String) -> Self {
        Self {
            kind,
            message,
            source: None,
        }
    }
}

/// The message and its causes: what `fn main() -> Result<(), Error>` prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    AlreadyInstalled,
    Export,
    InvalidSetting,
    MissingSetting,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn main_that_returns_the_error_shows_the_message() {
        let error = Error::invalid_setting("OTEL_TRACES_SAMPLER", "unknown sampler \"x\"");
        let message = "OTEL_TRACES_SAMPLER: unknown sampler \"x\"";
        assert_eq!(error.to_string(), message);
        assert_eq!(format!("{error:?}"), message);
        assert_eq!(format!("{error:#?}"), message);
    }

    #[cfg(feature = "telemetry")]
    #[test]
    fn debug_output_shows_the_causes() {
        let inner = Error::export("connection refused");
        let outer = Error::export("2 spans were lost").with_source(inner);
        assert_eq!(outer.to_string(), "2 spans were lost");
        assert_eq!(
            format!("{outer:?}"),
            "2 spans were lost: connection refused"
        );
    }
}
