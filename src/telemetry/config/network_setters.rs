//! Setters of [`Telemetry`] for the connections to receivers.

use super::builder::Telemetry;
use crate::telemetry::compression::Compression;

impl Telemetry {
    /// How export requests are compressed. Default:
    /// `OTEL_EXPORTER_OTLP_COMPRESSION` (`gzip`, `zstd` with the feature `zstd`, or
    /// `none`), else gzip.
    ///
    /// ```
    /// use nr_bedrock_observability::{Compression, Telemetry};
    ///
    /// let telemetry = Telemetry::otlp().compression(Compression::None);
    /// ```
    pub fn compression(mut self, compression: Compression) -> Self {
        self.settings.compression = Some(compression);
        self
    }

    /// The certificates (PEM) that receivers are verified with, in place of the
    /// system's: for a private certificate authority, or an image without root
    /// certificates. Default: the file of `OTEL_EXPORTER_OTLP_CERTIFICATE`, else the
    /// system's, which `SSL_CERT_FILE` and `SSL_CERT_DIR` replace.
    ///
    /// [`install`](Self::install) and [`layer`](Self::layer) fail if it holds no
    /// valid certificate.
    ///
    /// ```no_run
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = Telemetry::otlp()
    ///     .endpoint("https://collector:4318")
    ///     .root_certificates(std::fs::read("/etc/collector/ca.pem")?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.settings.root_certificates = Some(pem.into());
        self
    }

    /// The certificate chain and the private key (PEM) that this process presents to
    /// receivers, for mutual TLS. Default: the files of
    /// `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and `OTEL_EXPORTER_OTLP_CLIENT_KEY`,
    /// else none. The key appears in no `Debug` output and no error.
    ///
    /// [`install`](Self::install) and [`layer`](Self::layer) fail if they are invalid
    /// or do not match.
    ///
    /// ```no_run
    /// use nr_bedrock_observability::Telemetry;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let telemetry = Telemetry::otlp()
    ///     .endpoint("https://collector:4318")
    ///     .client_identity(
    ///         std::fs::read("/etc/app/client.pem")?,
    ///         std::fs::read("/etc/app/client.key")?,
    ///     );
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_identity(
        mut self,
        certificates_pem: impl Into<Vec<u8>>,
        key_pem: impl Into<Vec<u8>>,
    ) -> Self {
        self.settings.client_identity = Some((certificates_pem.into(), key_pem.into()));
        self
    }
}
