//! License keys.

use std::fmt;

use crate::Error;
use crate::telemetry::config::builder::Telemetry;
use crate::telemetry::config::environment as env;

/// A key that looks usable, and where it was found.
pub(in crate::telemetry) struct LicenseKey {
    setting: &'static str,
    key: String,
}

/// Code > `NEW_RELIC_LICENSE_KEY` > `NEW_RELIC_INSERT_KEY`.
pub(in crate::telemetry) fn resolve_license_key(settings: &Telemetry) -> Result<LicenseKey, Error> {
    let from_env = || settings.env.first(&[env::LICENSE_KEY, env::INSERT_KEY]);
    let (setting, key) = match &settings.license_key {
        Some(key) => (CODE, key.clone()),
        None => from_env().ok_or_else(|| {
            Error::missing_setting(format!(
                "no New Relic license key: set {} (or {}), or call {CODE}",
                env::LICENSE_KEY,
                env::INSERT_KEY
            ))
        })?,
    };
    let key = LicenseKey { setting, key };
    match key.problem() {
        Some(problem) => Err(Error::invalid_setting(setting, problem)),
        None => Ok(key),
    }
}

impl LicenseKey {
    pub(in crate::telemetry) fn expose(&self) -> &str {
        &self.key
    }

    pub(in crate::telemetry) fn unusable(&self) -> Error {
        Error::invalid_setting(self.setting, UNPRINTABLE)
    }

    /// Says what the key is without showing it.
    fn problem(&self) -> Option<&'static str> {
        let prefix = self.key.get(..4).unwrap_or_default().to_ascii_uppercase();
        if self.key.is_empty() {
            return Some("the key is empty");
        }
        if !self.key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Some(UNPRINTABLE);
        }
        match prefix.as_str() {
            "NRAK" => {
                Some("this is a user key (NRAK-…), which cannot send data; a license key can")
            }
            "NRIQ" => {
                Some("this is a query key (NRIQ-…), which cannot send data; a license key can")
            }
            "NRJS" => {
                Some("this is a browser key (NRJS-…), which cannot send spans; a license key can")
            }
            _ => None,
        }
    }
}

impl fmt::Debug for LicenseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LicenseKey")
            .field("setting", &self.setting)
            .finish_non_exhaustive()
    }
}

const CODE: &str = "license_key";
const UNPRINTABLE: &str = "the key has blanks, control characters or letters outside ASCII; was it copied whole, without a line end?";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_license_key_comes_before_the_insert_key() {
        let settings = Telemetry::new_relic().environment(|name| Some(format!("key-of-{name}")));
        assert_eq!(
            resolve_license_key(&settings).unwrap().expose(),
            "key-of-NEW_RELIC_LICENSE_KEY"
        );
        let settings =
            settings.environment(|name| (name == env::INSERT_KEY).then(|| "insert".to_owned()));
        assert_eq!(resolve_license_key(&settings).unwrap().expose(), "insert");
        let settings = settings.license_key("code");
        assert_eq!(resolve_license_key(&settings).unwrap().expose(), "code");
    }

    #[test]
    fn a_missing_key_names_both_variables() {
        let settings = Telemetry::new_relic().environment(|_| None);
        let error = resolve_license_key(&settings).unwrap_err();
        assert!(error.is_missing_setting());
        let text = error.to_string();
        assert!(
            text.contains(env::LICENSE_KEY) && text.contains(env::INSERT_KEY),
            "{text}"
        );
    }

    #[test]
    fn a_key_that_cannot_work_is_described_and_not_shown() {
        for (key, expected) in [
            ("NRAK-S3CRET", "NEW_RELIC_LICENSE_KEY: this is a user key"),
            ("nrak-S3CRET", "NEW_RELIC_LICENSE_KEY: this is a user key"),
            ("NRIQ-S3CRET", "NEW_RELIC_LICENSE_KEY: this is a query key"),
            (
                "NRJS-S3CRET",
                "NEW_RELIC_LICENSE_KEY: this is a browser key",
            ),
            ("S3CRET\n", "NEW_RELIC_LICENSE_KEY: the key has blanks"),
            ("S3 CRET", "NEW_RELIC_LICENSE_KEY: the key has blanks"),
            ("S3CRÈT", "NEW_RELIC_LICENSE_KEY: the key has blanks"),
        ] {
            let settings = Telemetry::new_relic()
                .environment(move |name| (name == env::LICENSE_KEY).then(|| key.to_owned()));
            let error = resolve_license_key(&settings).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("S3"), "{text}");
        }
        let empty = resolve_license_key(&Telemetry::new_relic().license_key("")).unwrap_err();
        assert_eq!(empty.to_string(), "license_key: the key is empty");
    }
}
