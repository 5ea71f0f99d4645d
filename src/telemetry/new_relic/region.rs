//! New Relic's regions.

use crate::Error;

/// Where an account's data lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Region {
    Eu,
    /// US, `FedRAMP`.
    Gov,
    Jp,
    Us,
}

impl Region {
    pub(super) fn parse(name: &str) -> Result<Self, Error> {
        match name.trim().to_ascii_lowercase().as_str() {
            "us" | "us01" => Ok(Self::Us),
            "eu" | "eu01" => Ok(Self::Eu),
            "jp" | "jp01" => Ok(Self::Jp),
            "gov" | "gov01" | "fedramp" => Ok(Self::Gov),
            _ => Err(Error::invalid_setting(
                "region",
                format_args!("{name:?} is not one of us, eu, jp, gov"),
            )),
        }
    }

    /// What stands before the first `x` of a key is its region. Old keys are
    /// hexadecimal, have no `x`, and belong to the US.
    pub(super) fn of_key(key: &str) -> Self {
        let key = key.to_ascii_lowercase();
        let prefix = key.split_once('x').map_or("", |(prefix, _)| prefix);
        match prefix.trim_end_matches(|letter: char| letter.is_ascii_digit()) {
            "eu" => Self::Eu,
            "jp" => Self::Jp,
            "gov" => Self::Gov,
            _ => Self::Us,
        }
    }

    pub(super) fn host(self) -> &'static str {
        match self {
            Self::Eu => "otlp.eu01.nr-data.net",
            Self::Gov => "gov-otlp.nr-data.net",
            Self::Jp => "otlp.jp.nr-data.net",
            Self::Us => "otlp.nr-data.net",
        }
    }
}

/// `EVENT_CLIENT_HOST` used to name the host of the event API, which takes no
/// OTLP. Its region is what was meant.
pub(super) fn event_host_to_otlp(host: &str) -> Option<&'static str> {
    let region = match host.trim().to_ascii_lowercase().as_str() {
        "insights-collector.newrelic.com" | "insights-collector.nr-data.net" => Region::Us,
        "insights-collector.eu01.nr-data.net" => Region::Eu,
        "insights-collector.jp.nr-data.net" => Region::Jp,
        "gov-insights-collector.newrelic.com" | "gov-insights-collector.nr-data.net" => Region::Gov,
        _ => return None,
    };
    Some(region.host())
}
