//! [`Compression`] of export requests.

/// How export requests are compressed, for
/// [`Telemetry::compression`](crate::Telemetry::compression).
///
/// ```
/// use nr_bedrock_observability::{Compression, Telemetry};
///
/// // A receiver on the same host: save the time, not the bytes.
/// let telemetry = Telemetry::otlp().compression(Compression::None);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Compression {
    /// Uncompressed.
    None,
    /// gzip, at its fastest level. Every OTLP receiver accepts it.
    #[default]
    Gzip,
    /// zstd, which New Relic recommends. Requires the feature `zstd`.
    #[cfg(feature = "zstd")]
    #[cfg_attr(docsrs, doc(cfg(feature = "zstd")))]
    Zstd,
}

impl Compression {
    /// The value of `content-encoding`.
    pub(crate) fn content_encoding(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gzip"),
            #[cfg(feature = "zstd")]
            Self::Zstd => Some("zstd"),
        }
    }
}
