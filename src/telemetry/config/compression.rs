//! The compression of export requests.

use super::settings::Settings;
use super::signal_variables::signal_variables;
use crate::telemetry::compression::Compression;
use crate::telemetry::signal::Signal;

/// Code > the signal's variable > the generic variable > gzip. An invalid variable
/// is a warning.
pub(super) fn resolve_compression(settings: &Settings, signal: Signal) -> Compression {
    let env = &settings.env;
    let names = signal_variables(signal).compression;
    let parse = |name: &str| {
        let value = env.get(name)?;
        let value = value.trim();
        let known = |(word, _): &&(&str, Compression)| value.eq_ignore_ascii_case(word);
        if let Some((_, compression)) = WORDS.iter().find(known) {
            return Some(*compression);
        }
        let problem = if !cfg!(feature = "zstd") && value.eq_ignore_ascii_case("zstd") {
            "zstd needs the crate's feature zstd".to_owned()
        } else {
            let words: Vec<_> = WORDS.iter().map(|(word, _)| *word).collect();
            format!("{value:?} is not one of {}", words.join(", "))
        };
        env.warn(format!("{name}: {problem}; using gzip"));
        None
    };
    let from_env = || names.into_iter().find_map(parse);
    settings.compression.or_else(from_env).unwrap_or_default()
}

const WORDS: &[(&str, Compression)] = &[
    ("gzip", Compression::Gzip),
    ("none", Compression::None),
    #[cfg(feature = "zstd")]
    ("zstd", Compression::Zstd),
];
