//! TLS of the connections to receivers.

use std::fmt;
use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::environment::Environment;
use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::Error;
use crate::telemetry::signal::Signal;

/// Where the TLS settings of a signal come from.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct TlsSources {
    roots: Roots,
    client_certificate: Option<Pem>,
    client_key: Option<Pem>,
}

#[derive(Clone, Eq, PartialEq)]
enum Roots {
    /// Nothing is reached by https.
    None,
    System,
    Pem(Pem),
}

#[derive(Clone, Eq, PartialEq)]
struct Pem {
    setting: &'static str,
    source: PemSource,
}

#[derive(Clone, Eq, PartialEq)]
enum PemSource {
    Code(Vec<u8>),
    File(String),
}

/// Why TLS cannot be set up.
#[derive(Debug)]
pub(super) struct TlsError {
    /// `None` for a problem of the machine.
    setting: Option<&'static str>,
    problem: String,
    from_code: bool,
}

impl TlsError {
    /// Invalid settings of code are errors; those of the environment, and of the
    /// machine, turn the export off with the reason.
    pub(super) fn into_reason(self) -> Result<String, Error> {
        if self.from_code {
            return Err(Error::invalid_setting(
                self.setting.unwrap_or_default(),
                self.problem,
            ));
        }
        Ok(self.to_string())
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.setting {
            Some(setting) => write!(f, "{setting}: {}", self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

/// Code > the signal's variables > the generic variables.
pub(super) fn find_tls_sources(settings: &Settings, signal: Signal) -> TlsSources {
    let code = |setting, pem: &Vec<u8>| Pem {
        setting,
        source: PemSource::Code(pem.clone()),
    };
    let variables = signal_variables(signal);
    let file = |names: &[&'static str]| {
        let (setting, path) = settings.env.get_first(names)?;
        let source = PemSource::File(path);
        Some(Pem { setting, source })
    };
    let roots = settings.root_certificates.as_ref();
    let roots = roots.map(|pem| code(ROOT_CERTIFICATES, pem));
    let identity = settings.client_identity.as_ref();
    let (client_certificate, client_key) = match identity {
        Some((chain, key)) => (
            Some(code(CLIENT_IDENTITY, chain)),
            Some(code(CLIENT_IDENTITY, key)),
        ),
        None => (
            file(&variables.client_certificate),
            file(&variables.client_key),
        ),
    };
    TlsSources {
        roots: roots
            .or_else(|| file(&variables.certificate))
            .map_or(Roots::System, Roots::Pem),
        client_certificate,
        client_key,
    }
}

impl TlsSources {
    /// For receivers that are not reached by https.
    pub(super) fn none() -> Self {
        Self {
            roots: Roots::None,
            client_certificate: None,
            client_key: None,
        }
    }

    /// The certificates that receivers are verified with, for messages.
    pub(super) fn describe_roots(&self, env: &Environment) -> String {
        let Roots::Pem(pem) = &self.roots else {
            let variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
            return match env.get_first(&variables) {
                Some((name, path)) => format!("{path} ({name})"),
                None => "system".to_owned(),
            };
        };
        match &pem.source {
            PemSource::Code(_) => pem.setting.to_owned(),
            PemSource::File(path) => format!("{path} ({})", pem.setting),
        }
    }

    pub(super) fn build(&self) -> Result<ClientConfig, TlsError> {
        // The provider is explicit because rustls panics if two are compiled in and
        // none was chosen for the process.
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let builder = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| machine_error(error.to_string()))?;
        let builder = match &self.roots {
            Roots::None => builder.with_root_certificates(RootCertStore::empty()),
            Roots::Pem(pem) => builder.with_root_certificates(pem.parse_roots()?),
            Roots::System => builder.with_native_roots().map_err(|error| {
                machine_error(format!(
                    "no root certificates on this machine ({error}); {ROOTS_HINT}"
                ))
            })?,
        };
        match (&self.client_certificate, &self.client_key) {
            (None, None) => Ok(builder.with_no_client_auth()),
            (Some(certificate), Some(key)) => {
                let chain = certificate.parse_certificates()?;
                let parsed = key.parse_key()?;
                let config = builder.with_client_auth_cert(chain, parsed);
                config.map_err(|error| {
                    key.error(format!("does not fit the client certificate: {error}"))
                })
            }
            (Some(alone), None) => {
                Err(alone.error("set without the private key of the certificate"))
            }
            (None, Some(alone)) => {
                Err(alone.error("set without the certificate of the private key"))
            }
        }
    }

    /// Whether code has set any of it, which is then checked in any case.
    pub(super) fn is_set_in_code(&self) -> bool {
        let roots = match &self.roots {
            Roots::Pem(pem) => Some(pem),
            Roots::None | Roots::System => None,
        };
        let identity = [&self.client_certificate, &self.client_key];
        roots
            .into_iter()
            .chain(identity.into_iter().flatten())
            .any(Pem::is_code)
    }
}

impl Pem {
    fn is_code(&self) -> bool {
        matches!(self.source, PemSource::Code(_))
    }

    fn error(&self, problem: impl Into<String>) -> TlsError {
        TlsError {
            setting: Some(self.setting),
            problem: problem.into(),
            from_code: self.is_code(),
        }
    }

    fn read(&self) -> Result<Vec<u8>, TlsError> {
        match &self.source {
            PemSource::Code(pem) => Ok(pem.clone()),
            PemSource::File(path) => std::fs::read(path)
                .map_err(|error| self.error(format!("cannot read {path:?}: {error}"))),
        }
    }

    fn parse_certificates(&self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        let pem = self.read()?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        match certificates {
            Ok(certificates) if !certificates.is_empty() => Ok(certificates),
            Ok(_) => Err(self.error("holds no certificate in PEM format")),
            Err(error) => Err(self.error(format!("is not valid PEM: {error}"))),
        }
    }

    fn parse_roots(&self) -> Result<RootCertStore, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in self.parse_certificates()? {
            roots
                .add(certificate)
                .map_err(|error| self.error(format!("invalid certificate: {error}")))?;
        }
        Ok(roots)
    }

    /// The error does not show what was read: it may be a key in another format.
    fn parse_key(&self) -> Result<PrivateKeyDer<'static>, TlsError> {
        PrivateKeyDer::from_pem_slice(&self.read()?)
            .map_err(|_| self.error("holds no unencrypted private key in PEM format"))
    }
}

fn machine_error(problem: String) -> TlsError {
    TlsError {
        setting: None,
        problem,
        from_code: false,
    }
}

const ROOT_CERTIFICATES: &str = "root_certificates";
const CLIENT_IDENTITY: &str = "client_identity";
const ROOTS_HINT: &str = "install the package ca-certificates, or set SSL_CERT_FILE or \
                          OTEL_EXPORTER_OTLP_CERTIFICATE to a PEM file";
