//! Limits of exported attributes.

use super::environment::{self as env, Environment};
use crate::Error;
use crate::telemetry::export::truncate::limits::AttributeLimits;

/// `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT` > `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`,
/// which the SDK does not read > none. Never above New Relic's limit, if it is the
/// receiver.
pub(super) fn resolve_limits(env: &Environment, new_relic: bool) -> Result<AttributeLimits, Error> {
    let limits = if new_relic {
        AttributeLimits::NEW_RELIC
    } else {
        AttributeLimits::NONE
    };
    let Some((name, _)) = env.get_first(&[env::SPAN_VALUE_LIMIT, env::VALUE_LIMIT]) else {
        return Ok(limits);
    };
    let chars = env.parse(name, "a number of characters")?;
    Ok(limits.with_max_value_chars(chars.unwrap_or(usize::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_lowers_the_limit() {
        let resolve = |value: &'static str, new_relic| {
            let lookup = move |name: &str| (name == env::VALUE_LIMIT).then(|| value.to_owned());
            resolve_limits(&Environment::new(lookup), new_relic).map(|limits| limits.value_chars)
        };
        assert_eq!(resolve("", false).unwrap(), usize::MAX);
        assert_eq!(resolve("100", false).unwrap(), 100);
        assert_eq!(resolve("10000", true).unwrap(), 4_095);
        let error = resolve("-1", true).unwrap_err().to_string();
        assert_eq!(
            error,
            "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: \"-1\" is not a number of characters"
        );
    }
}
