//! [`LicenseKey`]: a validated New Relic license key.

use std::fmt;

use http::HeaderValue;

use crate::Error;

/// A key without an obvious mistake, and the setting that it came from.
pub(crate) struct LicenseKey {
    setting: &'static str,
    key: String,
}

impl LicenseKey {
    /// # Errors
    ///
    /// For a key that cannot work. The error describes the key without showing it.
    pub(crate) fn parse(setting: &'static str, key: String) -> Result<Self, Error> {
        match find_problem(&key) {
            Some(problem) => Err(Error::invalid_setting(setting, problem)),
            None => Ok(Self { setting, key }),
        }
    }

    pub(crate) fn expose(&self) -> &str {
        &self.key
    }

    /// The key as a header value that is marked sensitive.
    pub(crate) fn to_header(&self) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::from_str(&self.key)
            .map_err(|_| Error::invalid_setting(self.setting, UNPRINTABLE))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

fn find_problem(key: &str) -> Option<&'static str> {
    if key.is_empty() {
        return Some("the key is empty");
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(UNPRINTABLE);
    }
    let prefix = key.get(..4)?.to_ascii_uppercase();
    let (_, problem) = OTHER_KEYS.iter().find(|(other, _)| *other == prefix)?;
    Some(problem)
}

impl fmt::Debug for LicenseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LicenseKey")
            .field("setting", &self.setting)
            .finish_non_exhaustive()
    }
}

/// Prefixes of keys that cannot send telemetry.
const OTHER_KEYS: [(&str, &str); 3] = [
    (
        "NRAK",
        "this is a user key (NRAK-…), which cannot send data; use a license key",
    ),
    (
        "NRIQ",
        "this is a query key (NRIQ-…), which cannot send data; use a license key",
    ),
    (
        "NRJS",
        "this is a browser key (NRJS-…), which cannot send spans; use a license key",
    ),
];
const UNPRINTABLE: &str = "the key has blanks, control characters or letters outside ASCII; \
                           check that it was copied without a line break";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_work_is_described_and_not_shown() {
        for (key, expected) in [
            ("NRAK-S3CRET", "license_key: this is a user key"),
            ("nrak-S3CRET", "license_key: this is a user key"),
            ("NRIQ-S3CRET", "license_key: this is a query key"),
            ("NRJS-S3CRET", "license_key: this is a browser key"),
            ("S3CRET\n", "license_key: the key has blanks"),
            ("S3 CRET", "license_key: the key has blanks"),
            ("S3CRÈT", "license_key: the key has blanks"),
            ("", "license_key: the key is empty"),
        ] {
            let error = LicenseKey::parse("license_key", key.to_owned()).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("S3"), "{text}");
        }
    }

    #[test]
    fn debug_output_does_not_show_the_key() {
        let key = LicenseKey::parse("license_key", "S3CRET".to_owned()).unwrap();
        assert_eq!(key.to_header().unwrap(), "S3CRET");
        assert!(!format!("{key:?} {:?}", key.to_header()).contains("S3CRET"));
    }
}
