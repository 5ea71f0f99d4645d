//! [`Region`]: New Relic's data centers and their hosts.

use crate::Error;

/// The region that stores an account's data.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Region {
    Eu,
    /// US, `FedRAMP`.
    Gov,
    Jp,
    Us,
}

impl Region {
    pub(crate) fn parse(name: &str) -> Result<Self, Error> {
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

    /// The part of a key before the first `x` is its region. Old keys are
    /// hexadecimal, have no `x`, and belong to the US.
    pub(crate) fn from_key(key: &str) -> Self {
        let key = key.to_ascii_lowercase();
        let prefix = key.split_once('x').map_or("", |(prefix, _)| prefix);
        match prefix.trim_end_matches(|letter: char| letter.is_ascii_digit()) {
            "eu" => Self::Eu,
            "jp" => Self::Jp,
            "gov" => Self::Gov,
            _ => Self::Us,
        }
    }

    /// The region of one of New Relic's OTLP hosts.
    fn from_host(host: &str) -> Option<Self> {
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

    pub(crate) fn host(self) -> &'static str {
        match self {
            Self::Eu => "otlp.eu01.nr-data.net",
            Self::Gov => "gov-otlp.nr-data.net",
            Self::Jp => "otlp.jp.nr-data.net",
            Self::Us => "otlp.nr-data.net",
        }
    }
}

/// The warning for a key of another region than the host's: New Relic will reject
/// it.
pub(crate) fn describe_mismatch(key: &str, host: &str) -> Option<String> {
    let (key_region, host_region) = (Region::from_key(key), Region::from_host(host)?);
    (key_region != host_region).then(|| {
        format!(
            "the license key belongs to region {}, but {host} to region {}; \
             New Relic will reject it",
            key_region.name(),
            host_region.name()
        )
    })
}

/// The OTLP host in the region of an event API host, which accepts no OTLP.
/// `EVENT_CLIENT_HOST` used to name such a host.
pub(crate) fn map_event_host(host: &str) -> Option<&'static str> {
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
    fn a_key_of_another_region_is_described() {
        let (us, eu) = ("0123456789abcdef", "eu01xx0123456789");
        for (key, host, region) in [
            (us, "otlp.nr-data.net", None),
            (eu, "otlp.eu01.nr-data.net", None),
            (eu, "gateway.example", None),
            (eu, "OTLP.nr-data.net", Some("EU")),
            (us, "otlp.jp.nr-data.net", Some("US")),
        ] {
            let warning = describe_mismatch(key, host);
            assert_eq!(warning.is_some(), region.is_some(), "{host}");
            let warning = warning.unwrap_or_default();
            assert!(warning.contains(region.unwrap_or_default()), "{warning}");
            assert!(!warning.contains(key), "{warning}");
        }
    }
}
