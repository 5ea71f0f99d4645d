//! `drop_attributes`: fields of the application that are not exported.

use super::builder::Telemetry;

impl Telemetry {
    /// Drops attributes of the application's own spans before they are exported or
    /// printed, by name: for `#[instrument]`ed functions whose arguments are private.
    /// `*` stands for any characters: `customer.*`, `*.email`; the field `customer` is
    /// a name of its own. None by default; a
    /// second call adds to the first.
    ///
    /// This also applies to the fields of span events and of exported log records, not
    /// to their message. Of spans, events and records of this crate it drops only what
    /// they [inherit](crate::propagation#inherited-attributes):
    /// [`ContentCapture`](crate::ContentCapture) controls their content.
    ///
    /// ```
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// let telemetry = Telemetry::from_env().drop_attributes(["prompt", "customer.*"]);
    ///
    /// #[tracing::instrument] // records its arguments as fields
    /// fn answer(prompt: &str, top_k: u32) {}
    /// ```
    ///
    /// An empty pattern is reported by [`install`](Self::install) and
    /// [`layer`](Self::layer).
    pub fn drop_attributes<I>(mut self, patterns: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let patterns = patterns.into_iter().map(Into::into);
        self.settings.drop_attributes.extend(patterns);
        self
    }
}
