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

    /// The warning for a key that has not the form of New Relic's keys.
    pub(crate) fn describe_unknown_form(&self) -> Option<String> {
        (!has_known_form(&self.key)).then(|| {
            format!(
                "{}: the value does not look like a license key (40 characters that end in \
                 NRAL, or 40 hexadecimal digits); New Relic may reject it",
                self.setting
            )
        })
    }

    /// The setting that the key came from.
    pub(crate) fn setting(&self) -> &'static str {
        self.setting
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

/// 40 characters: hexadecimal after the region, if there is one, or with NRAL at the
/// end. The old insert keys start with NRII-.
fn has_known_form(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    let old = key.split_once("XX").map_or(key.as_str(), |(_, rest)| rest);
    let letters = key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let hexadecimal = old.bytes().all(|byte| byte.is_ascii_hexdigit());
    key.starts_with("NRII-")
        || (key.len() == 40 && letters && (hexadecimal || key.ends_with("NRAL")))
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
    fn an_unknown_form_is_a_warning_without_the_key() {
        for (key, known) in [
            ("eu01xxSECRETSECRETSECRETSECRETSECRETNRAL", true),
            ("0123456789abcdef0123456789abcdef01234567", true),
            ("eu01xx6789abcdef0123456789abcdef01234567", true),
            ("0123456789abcdef0123456789abcdefFFFFNRAL", true),
            ("NRII-S3CRET", true),
            ("abc", false),
            ("S3CRET456789abcdef0123456789abcdef01234567", false),
            ("S3CRET6789abcdef0123456789abcdef01234567", false),
        ] {
            let key = LicenseKey::parse("license_key", key.to_owned()).unwrap();
            let warning = key.describe_unknown_form();
            assert_eq!(warning.is_none(), known, "{warning:?}");
            assert!(!warning.unwrap_or_default().contains("S3CRET"));
        }
    }

    #[test]
    fn debug_output_does_not_show_the_key() {
        let key = LicenseKey::parse("license_key", "S3CRET".to_owned()).unwrap();
        assert_eq!(key.to_header().unwrap(), "S3CRET");
        assert!(!format!("{key:?} {:?}", key.to_header()).contains("S3CRET"));
    }
}
