//! The compression of export requests.

use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::telemetry::compression::Compression;
use crate::telemetry::signal::Signal;

/// Code > the signal's variable > the generic variable > gzip. With the setting that
/// won.
pub(super) fn resolve_compression(
    settings: &Settings,
    signal: Signal,
) -> (Compression, &'static str) {
    if let Some(compression) = settings.compression {
        return (compression, "compression");
    }
    let names = signal_variables(signal).compression;
    let env = &settings.env;
    let found = env.first_valid_variable(&names, EXPECTED, "gzip", |value| {
        let known = |(word, _): &&(&str, Compression)| value.eq_ignore_ascii_case(word);
        WORDS.iter().find(known).map(|(_, meaning)| *meaning)
    });
    let default = (Compression::default(), "default");
    found.map_or(default, |(variable, compression)| (compression, variable))
}

const EXPECTED: &str = if cfg!(feature = "zstd") {
    "one of gzip, zstd, none"
} else {
    "one of gzip, none (zstd needs the crate's feature zstd)"
};

const WORDS: &[(&str, Compression)] = &[
    ("gzip", Compression::Gzip),
    ("none", Compression::None),
    #[cfg(feature = "zstd")]
    ("zstd", Compression::Zstd),
];
