//! Checks the export of telemetry: `nr-bedrock-doctor --help`.
//!
//! A thin command around `Telemetry::check`. Keys and header values are never printed.

mod arguments;
mod loopback;

use std::io::{self, Write as _};
use std::process::ExitCode;

use nr_bedrock_observability::{Error, ExportCheck, Telemetry};

use arguments::{Command, HELP, parse_arguments};
use loopback::start_receiver;

fn main() -> ExitCode {
    match parse_arguments(std::env::args_os().skip(1)) {
        Ok(Command::Check { json, loopback }) => check(json, loopback),
        Ok(Command::Help) => {
            print(HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Version) => {
            print(concat!(
                "nr-bedrock-doctor ",
                env!("CARGO_PKG_VERSION"),
                "\n"
            ));
            ExitCode::SUCCESS
        }
        Err(message) => {
            let _ = writeln!(io::stderr(), "nr-bedrock-doctor: {message}");
            ExitCode::from(WRONG_USAGE)
        }
    }
}

fn check(json: bool, loopback: bool) -> ExitCode {
    let telemetry = if loopback {
        start_receiver().map(|url| Telemetry::otlp().endpoint(url))
    } else {
        Ok(Telemetry::from_env())
    };
    let checked = match telemetry {
        Ok(telemetry) => telemetry.check().map_err(|error: Error| error.to_string()),
        Err(error) => Err(format!("no receiver in this process: {error}")),
    };
    match &checked {
        Ok(check) if json => print(&format!("{}\n", check.to_json())),
        Ok(check) => print(&check.to_string()),
        Err(error) if json => print(&format!(
            "{:#}\n",
            serde_json::json!({"ok": false, "error": error})
        )),
        Err(error) => print(&format!("  !!  settings     {error}\n")),
    }
    if checked.is_ok_and(|check: ExportCheck| check.is_ok()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Unlike `print!`, does not panic when the reader has gone: the exit status still
/// tells the result.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

const WRONG_USAGE: u8 = 2;
