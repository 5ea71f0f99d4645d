//! The resource: the process that emits the telemetry.

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;

use super::environment::{self as env, Environment, percent_decode, split_list};
use super::settings::Settings;
use crate::Error;
use crate::semconv::pipeline::{AI_ENABLED_APP, SERVICE_INSTANCE_ID, SERVICE_NAME};

/// Code > service name > `OTEL_RESOURCE_ATTRIBUTES` > attributes of the SDK and of
/// the destination.
///
/// Built here because the SDK's detectors neither decode `OTEL_RESOURCE_ATTRIBUTES`
/// nor give `OTEL_SERVICE_NAME` precedence over it.
pub(super) fn resolve_resource(settings: &Settings, new_relic: bool) -> Result<Resource, Error> {
    let from_env = parse_resource_attributes(&settings.env)?;
    let service = resolve_service_name(settings, &from_env);
    let mut attributes = vec![KeyValue::new(
        SERVICE_INSTANCE_ID,
        uuid::Uuid::new_v4().to_string(),
    )];
    if new_relic {
        // A string, because New Relic copies it to an entity tag, by which AI
        // monitoring finds the service.
        attributes.push(KeyValue::new(AI_ENABLED_APP, "true"));
    }
    attributes.extend(
        from_env
            .into_iter()
            .map(|(key, value)| KeyValue::new(key, value)),
    );
    attributes.push(KeyValue::new(SERVICE_NAME, service));
    attributes.extend(settings.resource.iter().cloned());
    Ok(Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(attributes)
        .build())
}

/// Code > `OTEL_SERVICE_NAME` > `service.name` in `OTEL_RESOURCE_ATTRIBUTES` >
/// `NEW_RELIC_APP_NAME` > the program's name.
fn resolve_service_name(settings: &Settings, from_env: &[(String, String)]) -> String {
    let in_attributes = || {
        let (_, name) = from_env.iter().rev().find(|(key, _)| key == SERVICE_NAME)?;
        Some(name.clone())
    };
    settings
        .service_name
        .clone()
        .filter(|name| !name.trim().is_empty())
        .or_else(|| settings.env.get(env::SERVICE_NAME))
        .or_else(in_attributes)
        .or_else(|| settings.env.get(env::APP_NAME))
        .unwrap_or_else(default_service_name)
}

fn default_service_name() -> String {
    let program = std::env::current_exe().ok();
    let name = program.as_ref().and_then(|path| path.file_name()?.to_str());
    name.map_or_else(
        || "unknown_service".to_owned(),
        |name| format!("unknown_service:{name}"),
    )
}

fn parse_resource_attributes(env: &Environment) -> Result<Vec<(String, String)>, Error> {
    let list = env.get(env::RESOURCE_ATTRIBUTES).unwrap_or_default();
    split_list(&list)
        .map(|pair| {
            let error = |problem: &str| {
                Error::invalid_setting(
                    env::RESOURCE_ATTRIBUTES,
                    format_args!(
                        "{pair:?} {problem}; attributes must have the form key=value,key2=value2"
                    ),
                )
            };
            let (key, value) = pair.split_once('=').ok_or_else(|| error("has no ="))?;
            let key = key.trim();
            if key.is_empty() {
                return Err(error("has no key"));
            }
            let value =
                percent_decode(value.trim()).map_err(|_| error("is not UTF-8 when decoded"))?;
            Ok((key.to_owned(), value.into_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::settings::DestinationChoice;

    fn with_env(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Settings {
        Settings::new(DestinationChoice::Otlp, Environment::new(lookup))
    }

    fn value(settings: &Settings, key: &'static str) -> Option<String> {
        let resource = resolve_resource(settings, true).unwrap();
        resource.get_ref(&key.into()).map(ToString::to_string)
    }

    fn environment(name: &str) -> Option<String> {
        let value = match name {
            env::SERVICE_NAME => "from-otel",
            env::RESOURCE_ATTRIBUTES => "service.name=from-attributes,team=a%2Cb,zone=env",
            env::APP_NAME => "from-new-relic",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn the_service_name_follows_the_precedence() {
        let name = |settings: Settings| value(&settings, SERVICE_NAME).unwrap();
        let without = |hidden: &'static [&'static str]| {
            with_env(move |name| environment(name).filter(|_| !hidden.contains(&name)))
        };
        let code = Settings {
            service_name: Some("code".to_owned()),
            ..without(&[])
        };
        assert_eq!(name(code), "code");
        assert_eq!(name(without(&[])), "from-otel");
        assert_eq!(name(without(&[env::SERVICE_NAME])), "from-attributes");
        let nearly_none = without(&[env::SERVICE_NAME, env::RESOURCE_ATTRIBUTES]);
        assert_eq!(name(nearly_none), "from-new-relic");
        assert!(name(with_env(|_| None)).starts_with("unknown_service:"));
    }

    #[test]
    fn code_wins_and_environment_attributes_are_decoded() {
        let settings = Settings {
            resource: vec![KeyValue::new("zone", "code")],
            ..with_env(environment)
        };
        assert_eq!(value(&settings, "team").as_deref(), Some("a,b"));
        assert_eq!(value(&settings, "zone").as_deref(), Some("code"));
        assert_eq!(value(&settings, AI_ENABLED_APP).as_deref(), Some("true"));
        assert_eq!(
            value(&settings, "telemetry.sdk.language").as_deref(),
            Some("rust")
        );
        assert_eq!(
            value(&settings, SERVICE_INSTANCE_ID).map(|id| id.len()),
            Some(36)
        );
    }

    #[test]
    fn an_invalid_list_is_named() {
        for list in ["team", "=a", "team=%FF"] {
            let settings =
                with_env(move |name| (name == env::RESOURCE_ATTRIBUTES).then(|| list.to_owned()));
            let error = resolve_resource(&settings, false).unwrap_err().to_string();
            assert!(
                error.starts_with("OTEL_RESOURCE_ATTRIBUTES: ") && error.contains(list),
                "{error}"
            );
        }
    }
}
