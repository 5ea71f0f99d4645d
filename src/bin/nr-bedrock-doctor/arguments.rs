//! The command line.

use std::ffi::OsString;

/// What to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Command {
    Check { json: bool, loopback: bool },
    Help,
    Version,
}

/// # Errors
///
/// The message for an unknown argument.
pub(crate) fn parse_arguments(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Command, String> {
    let (mut json, mut loopback) = (false, false);
    for argument in arguments {
        match &*argument.to_string_lossy() {
            "--json" => json = true,
            "--loopback" => loopback = true,
            "-h" | "--help" => return Ok(Command::Help),
            "-V" | "--version" => return Ok(Command::Version),
            unknown => {
                return Err(format!(
                    "unknown argument {unknown:?}; settings come from environment variables, \
                     see --help"
                ));
            }
        }
    }
    Ok(Command::Check { json, loopback })
}

pub(crate) const HELP: &str = "\
Checks the export of telemetry: sends a test span, metric point and log record with the
settings of the environment, and prints what each receiver answered.

Usage: nr-bedrock-doctor [--json] [--loopback]

  --json       print one JSON document
  --loopback   check against a receiver in this process, without a network
  -h, --help   print this text
  -V, --version

Settings, in this order:
  NEW_RELIC_LICENSE_KEY, NEW_RELIC_INSERT_KEY   export to New Relic
  OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_{TRACES,METRICS,LOGS}_ENDPOINT
                                                export to another OTLP/HTTP receiver
  OTEL_EXPORTER_OTLP_HEADERS                    its credentials, such as
                                                Authorization=Bearer%20TOKEN
All of them: https://docs.rs/nr-bedrock-observability, Telemetry

Exit status: 0 if everything that is configured arrives, 1 if something does not or no
receiver is configured, 2 for wrong arguments. Keys and header values are not printed.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_select_the_command() {
        let check = |json, loopback| Ok(Command::Check { json, loopback });
        for (arguments, expected) in [
            (&[][..], check(false, false)),
            (&["--json"], check(true, false)),
            (&["--loopback", "--json"], check(true, true)),
            (&["--json", "--help"], Ok(Command::Help)),
            (&["-h"], Ok(Command::Help)),
            (&["-V"], Ok(Command::Version)),
        ] {
            let parsed = parse_arguments(arguments.iter().map(OsString::from));
            assert_eq!(parsed, expected, "{arguments:?}");
        }
        let unknown = parse_arguments([OsString::from("--jsno")]);
        assert!(unknown.is_err_and(|text| text.starts_with("unknown argument \"--jsno\"")));
    }
}
