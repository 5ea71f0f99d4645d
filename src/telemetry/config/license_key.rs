//! New Relic's license key, from its settings or from the `api-key` header.

use http::{HeaderMap, HeaderName};

use super::endpoint::Endpoint;
use super::environment as env;
use super::settings::Settings;
use crate::Error;
use crate::telemetry::new_relic::key::LicenseKey;
use crate::telemetry::new_relic::region::describe_mismatch;

/// Code > `NEW_RELIC_LICENSE_KEY` > `NEW_RELIC_INSERT_KEY`.
pub(super) fn find_license_key(settings: &Settings) -> Option<(&'static str, String)> {
    let code = settings.license_key.clone().map(|key| (SETTING, key));
    code.or_else(|| settings.env.get_first(&env::LICENSE_KEYS))
}

/// # Errors
///
/// For no key, or one that cannot work.
pub(super) fn resolve_license_key(settings: &Settings) -> Result<LicenseKey, Error> {
    let (setting, key) = find_license_key(settings).ok_or_else(|| {
        Error::missing_setting(format!(
            "no New Relic license key: set {} (or {}), or call {SETTING}",
            env::LICENSE_KEY,
            env::INSERT_KEY
        ))
    })?;
    let key = LicenseKey::parse(setting, key)?;
    if let Some(warning) = key.describe_unknown_form() {
        settings.env.warn(warning);
    }
    Ok(key)
}

/// Checks the `api-key` header of New Relic's own OTLP set-up. Without the header,
/// the license key of the other settings is sent.
pub(super) fn complete_api_key(
    settings: &Settings,
    endpoint: &Endpoint,
    headers: &mut HeaderMap,
) -> Result<(), Error> {
    let env = &settings.env;
    let host = endpoint.url.host().unwrap_or_default();
    let in_header = headers.get(&API_KEY).map(|value| {
        let key = value.to_str().unwrap_or_default();
        env::strip_quotes(key.trim()).to_owned()
    });
    let key = match in_header {
        // A header is passed on as it is: the warning explains New Relic's answer.
        Some(key) => match LicenseKey::parse("api-key", key) {
            Ok(key) => key,
            Err(error) => {
                env.warn(error.to_string());
                return Ok(());
            }
        },
        None if find_license_key(settings).is_some() => resolve_license_key(settings)?,
        None => {
            env.warn(format!(
                "no license key for {host} ({}): set {}, or the header api-key in {}",
                endpoint.source,
                env::LICENSE_KEY,
                env::HEADERS
            ));
            return Ok(());
        }
    };
    let form = key.describe_unknown_form().into_iter();
    for warning in form.chain(describe_mismatch(key.expose(), host)) {
        env.warn(warning);
    }
    headers.insert(API_KEY, key.to_header()?);
    Ok(())
}

pub(super) const API_KEY: HeaderName = HeaderName::from_static("api-key");
const SETTING: &str = "license_key";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::environment::Environment;
    use crate::telemetry::config::settings::DestinationChoice;

    fn with_env(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Settings {
        Settings::new(DestinationChoice::NewRelic, Environment::new(lookup))
    }

    #[test]
    fn the_license_key_comes_before_the_insert_key() {
        let key = |settings: &Settings| resolve_license_key(settings).unwrap().expose().to_owned();
        let mut settings = with_env(|name| Some(format!("key-of-{name}")));
        assert_eq!(key(&settings), "key-of-NEW_RELIC_LICENSE_KEY");
        settings.license_key = Some("code".into());
        assert_eq!(key(&settings), "code");
        let insert = with_env(|name| (name == env::INSERT_KEY).then(|| "insert".to_owned()));
        assert_eq!(key(&insert), "insert");
    }

    #[test]
    fn a_missing_key_names_both_variables() {
        let error = resolve_license_key(&with_env(|_| None)).unwrap_err();
        assert!(error.is_missing_setting());
        let text = error.to_string();
        assert!(
            text.contains(env::LICENSE_KEY) && text.contains(env::INSERT_KEY),
            "{text}"
        );
    }
}
