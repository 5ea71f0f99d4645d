//! New Relic's regions.

use crate::Error;

/// Where an account's data lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::telemetry) enum Region {
    Eu,
    /// US, `FedRAMP`.
    Gov,
    Jp,
    Us,
}

impl Region {
    pub(in crate::telemetry) fn parse(name: &str) -> Result<Self, Error> {
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
    pub(in crate::telemetry) fn of_key(key: &str) -> Self {
        let key = key.to_ascii_lowercase();
        let prefix = key.split_once('x').map_or("", |(prefix, _)| prefix);
        match prefix.trim_end_matches(|letter: char| letter.is_ascii_digit()) {
            "eu" => Self::Eu,
            "jp" => Self::Jp,
            "gov" => Self::Gov,
            _ => Self::Us,
        }
    }

    /// The region of one of New Relic's own hosts for telemetry.
    fn of_host(host: &str) -> Option<Self> {
        let all = [Self::Eu, Self::Gov, Self::Jp, Self::Us];
        all.into_iter()
            .find(|region| host.eq_ignore_ascii_case(region.host()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Eu => "EU",
            Self::Gov => "US FedRAMP",
            Self::Jp => "JP",
            Self::Us => "US",
        }
    }

    pub(in crate::telemetry) fn host(self) -> &'static str {
        match self {
            Self::Eu => "otlp.eu01.nr-data.net",
            Self::Gov => "gov-otlp.nr-data.net",
            Self::Jp => "otlp.jp.nr-data.net",
            Self::Us => "otlp.nr-data.net",
        }
    }
}

/// What to say where a key belongs to another region than the host: New Relic
/// will refuse it.
pub(in crate::telemetry) fn disagreement(key: &str, host: &str) -> Option<String> {
    let (of_key, of_host) = (Region::of_key(key), Region::of_host(host)?);
    (of_key != of_host).then(|| {
        format!(
            "the license key belongs to the region {}, and {host} to the region {}: \
             New Relic will refuse it",
            of_key.name(),
            of_host.name()
        )
    })
}

/// `EVENT_CLIENT_HOST` used to name the host of the event API, which takes no
/// OTLP. Its region is what was meant.
pub(in crate::telemetry) fn event_host_to_otlp(host: &str) -> Option<&'static str> {
    let region = match host.trim().to_ascii_lowercase().as_str() {
        "insights-collector.newrelic.com" | "insights-collector.nr-data.net" => Region::Us,
        "insights-collector.eu01.nr-data.net" => Region::Eu,
        "insights-collector.jp.nr-data.net" => Region::Jp,
        "gov-insights-collector.newrelic.com" | "gov-insights-collector.nr-data.net" => Region::Gov,
        _ => return None,
    };
    Some(region.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_another_region_is_told() {
        let (us, eu) = ("0123456789abcdef", "eu01xx0123456789");
        for (key, host, told) in [
            (us, "otlp.nr-data.net", None),
            (eu, "otlp.eu01.nr-data.net", None),
            (eu, "gateway.example", None),
            (eu, "OTLP.nr-data.net", Some("EU")),
            (us, "otlp.jp.nr-data.net", Some("US")),
        ] {
            let said = disagreement(key, host);
            assert_eq!(said.is_some(), told.is_some(), "{host}");
            let said = said.unwrap_or_default();
            assert!(said.contains(told.unwrap_or_default()), "{said}");
            assert!(!said.contains(key), "{said}");
        }
    }
}
