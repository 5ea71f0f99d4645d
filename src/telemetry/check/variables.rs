//! Names of environment variables that have no effect.

/// Variables that are set, look like ours, and are not read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct UnreadVariables {
    /// The name that is set, and the one that was probably meant.
    pub(super) typos: Vec<(String, String)>,
    /// Others.
    pub(super) unsupported: Vec<String>,
}

/// Compares the names that are set with the supported ones. Those of `unsupported` are
/// known names of OpenTelemetry, and no typos.
pub(super) fn find_unread<'a>(
    set: impl IntoIterator<Item = &'a str>,
    supported: &[&str],
    unsupported: &[&str],
) -> UnreadVariables {
    let mut found = UnreadVariables::default();
    let mut set: Vec<&str> = set.into_iter().collect();
    set.sort_unstable();
    for name in set {
        let mut known = supported.iter().chain(OTHER_SUPPORTED);
        if known.any(|it| *it == name) {
            continue;
        }
        if unsupported.contains(&name) {
            found.unsupported.push(name.to_owned());
            continue;
        }
        match find_meant(name, supported) {
            Some(meant) => found.typos.push((name.to_owned(), meant.to_owned())),
            None if has_prefix(name) => found.unsupported.push(name.to_owned()),
            None => {}
        }
    }
    found
}

/// The supported name that is most similar.
fn find_meant<'a>(name: &str, supported: &[&'a str]) -> Option<&'a str> {
    // Upper case: on most systems `otel_service_name` is another variable.
    let upper = name.to_ascii_uppercase();
    let all = supported.iter().chain(OTHER_SUPPORTED).copied();
    let candidates = all.filter(|candidate| has_prefix(candidate));
    let distances = candidates.filter_map(|candidate| {
        let most = if has_prefix(&upper) {
            (candidate.len() / 5).min(MAX_DISTANCE)
        } else {
            // A variable of the application, such as `MY_OTEL_SERVICE_NAME`, is no typo.
            MAX_DISTANCE_OF_PREFIX
        };
        let distance = measure_distance(&upper, candidate, most)?;
        Some((distance, candidate))
    });
    distances.min().map(|(_, candidate)| candidate)
}

fn has_prefix(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The number of characters to insert, remove, replace or swap with the next one.
/// `None` if it is above `most`.
fn measure_distance(from: &str, to: &str, most: usize) -> Option<usize> {
    if from.len().abs_diff(to.len()) > most {
        return None;
    }
    let to: Vec<char> = to.chars().collect();
    // The distances of the prefixes of `to` from the prefixes of `from`: the last
    // three rows of the table.
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, own) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
            let replaced = at(&last, column).saturating_add(usize::from(own != *other));
            let removed = at(&last, column + 1).saturating_add(1);
            let inserted = at(&current, column).saturating_add(1);
            let mut distance = replaced.min(removed).min(inserted);
            if let Some(before) = column.checked_sub(1)
                && to.get(before) == Some(&own)
                && previous == Some(*other)
            {
                distance = distance.min(at(&before_last, before).saturating_add(1));
            }
            current.push(distance);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(own);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

const PREFIXES: [&str; 2] = ["NEW_RELIC_", "OTEL_"];
const MAX_DISTANCE: usize = 8;
const MAX_DISTANCE_OF_PREFIX: usize = 2;

/// Variables that other parts of the crate read.
const OTHER_SUPPORTED: &[&str] = &[
    "NEW_RELIC_AI_MONITORING_ENABLED",
    "NEW_RELIC_AI_MONITORING_RECORD_CONTENT_ENABLED",
    "NEW_RELIC_AI_MONITORING_STREAMING_ENABLED",
    "NEW_RELIC_HIGH_SECURITY",
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
    "OTEL_PROPAGATORS",
    "OTEL_SEMCONV_STABILITY_OPT_IN",
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::telemetry::config::supported::SUPPORTED as ALL_SUPPORTED;
    use crate::telemetry::config::unsupported::UNSUPPORTED;

    /// A variable that is missing in the lists would be reported as not supported.
    #[test]
    fn every_variable_of_the_sources_is_listed() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
                for name in PREFIXES.iter().flat_map(|prefix| literals(code, prefix)) {
                    let lists = [ALL_SUPPORTED, OTHER_SUPPORTED, UNSUPPORTED];
                    let listed = lists.iter().any(|list| list.contains(&name));
                    assert!(listed, "{name} in {}", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 100, "only {seen} names were seen");
    }

    /// The string literals that are names of variables with this prefix.
    fn literals<'a>(code: &'a str, prefix: &str) -> impl Iterator<Item = &'a str> {
        let is_name = |it: char| it.is_ascii_uppercase() || it == '_' || it.is_ascii_digit();
        let start = format!("\"{prefix}");
        let starts: Vec<usize> = code.match_indices(&start).map(|(at, _)| at + 1).collect();
        let names = starts
            .into_iter()
            .filter_map(|at| code.get(at..)?.split('"').next());
        names.filter(move |name| name.chars().all(is_name) && !name.ends_with('_'))
    }

    const SUPPORTED: &[&str] = &[
        "NEW_RELIC_APP_NAME",
        "NEW_RELIC_INSERT_KEY",
        "NEW_RELIC_LICENSE_KEY",
        "NEW_RELIC_OTLP_HOST",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "OTEL_LOGS_EXPORTER",
        "OTEL_METRICS_EXPORTER",
        "OTEL_SERVICE_NAME",
        "OTEL_TRACES_EXPORTER",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "NO_COLOR",
    ];

    #[test]
    fn likely_typos_are_found() {
        for (set, meant) in [
            ("NEW_RELIC_LICENCE_KEY", "NEW_RELIC_LICENSE_KEY"),
            ("NEWRELIC_LICENSE_KEY", "NEW_RELIC_LICENSE_KEY"),
            ("NEW_RELIC_LICENSEKEY", "NEW_RELIC_LICENSE_KEY"),
            ("NEW_RELIC_INSERT_API_KEY", "NEW_RELIC_INSERT_KEY"),
            ("NEW_RELIC_APPNAME", "NEW_RELIC_APP_NAME"),
            ("OTEL_EXPORTER_OTLP_ENDPIONT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("OTEL_EXPORTER_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("OTEL_EXPORTER_OTLP_HEADER", "OTEL_EXPORTER_OTLP_HEADERS"),
            (
                "OTEL_EXPORTER_OTLP_TRACE_ENDPOINT",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            ),
            ("OTLE_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("OTEL_SERVICENAME", "OTEL_SERVICE_NAME"),
            ("OTEL_TRACE_EXPORTER", "OTEL_TRACES_EXPORTER"),
            ("OTEL_TRACES_SAMPLER_RATIO", "OTEL_TRACES_SAMPLER_ARG"),
            ("otel_service_name", "OTEL_SERVICE_NAME"),
            (
                "OTEL_INSTRUMENTATION_GENAI_CAPTURE_CONTENT",
                "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
            ),
        ] {
            let found = find_unread([set], SUPPORTED, &[]);
            let expected = UnreadVariables {
                typos: vec![(set.to_owned(), meant.to_owned())],
                unsupported: Vec::new(),
            };
            assert_eq!(found, expected, "{set}");
        }
    }

    #[test]
    fn other_names_are_no_typos() {
        for (set, unsupported) in [
            ("OTEL_SERVICE_NAME", false),
            ("NEW_RELIC_HIGH_SECURITY", false),
            ("MY_OTEL_SERVICE_NAME", false),
            ("NO_COLOUR", false),
            ("PATH", false),
            ("SERVICE_NAME", false),
            ("OTEL_EXPORTER_JAEGER_ENDPOINT", true),
            ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", true),
            ("OTEL_PYTHON_LOG_CORRELATION", true),
            ("OTEL_JAVAAGENT_ENABLED", true),
            ("OTEL_LOGS_EXPORTERS_OF_MINE", true),
            ("NEW_RELIC_HOST", true),
            ("NEW_RELIC_LOG", true),
            ("NEW_RELIC_API_KEY", true),
            ("OTEL_TRACES_EXPORTED", true),
        ] {
            // Correct, though one letter away from a supported name.
            let found = find_unread([set], SUPPORTED, &["OTEL_TRACES_EXPORTED"]);
            assert_eq!(found.typos, [], "{set}");
            let names: Vec<&str> = found.unsupported.iter().map(String::as_str).collect();
            assert_eq!(names, if unsupported { vec![set] } else { vec![] });
        }
    }

    #[test]
    fn distance_counts_edits() {
        for (from, to, distance) in [
            ("", "", 0),
            ("ab", "ab", 0),
            ("ab", "ba", 1),
            ("abc", "ac", 1),
            ("abc", "abxc", 1),
            ("abc", "axc", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(measure_distance(from, to, 9), Some(distance), "{from} {to}");
            assert_eq!(measure_distance(to, from, 9), Some(distance), "{to} {from}");
        }
        assert_eq!(measure_distance("kitten", "sitting", 2), None);
        assert_eq!(measure_distance("a", "abcd", 2), None);
    }
}
