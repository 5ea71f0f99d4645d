//! The process that the spans come from.

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;

use super::builder::Telemetry;
use super::environment as env;
use super::environment::{Env, percent_decode};
use crate::Error;

/// Code > service name > `OTEL_RESOURCE_ATTRIBUTES` > what the SDK and the
/// destination add.
///
/// Built here because the SDK's own detectors neither decode
/// `OTEL_RESOURCE_ATTRIBUTES` nor let `OTEL_SERVICE_NAME` win over it.
pub(crate) fn resolve_resource(settings: &Telemetry, new_relic: bool) -> Result<Resource, Error> {
    let from_env = env_attributes(&settings.env)?;
    let service = resolve_service_name(settings, &from_env);
    let mut attributes = vec![KeyValue::new(
        SERVICE_INSTANCE_ID,
        uuid::Uuid::new_v4().to_string(),
    )];
    if new_relic {
        // A string: New Relic copies it to a tag of the entity, by which its
        // AI monitoring finds the service.
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
fn resolve_service_name(settings: &Telemetry, from_env: &[(String, String)]) -> String {
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
        .unwrap_or_else(unknown_service)
}

fn unknown_service() -> String {
    let program = std::env::current_exe().ok();
    let name = program.as_ref().and_then(|path| path.file_name()?.to_str());
    name.map_or_else(
        || "unknown_service".to_owned(),
        |name| format!("unknown_service:{name}"),
    )
}

fn env_attributes(env: &Env) -> Result<Vec<(String, String)>, Error> {
    let list = env.get(env::RESOURCE_ATTRIBUTES).unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let wrong = |problem: &str| {
                Error::invalid_setting(
                    env::RESOURCE_ATTRIBUTES,
                    format_args!(
                        "{pair:?} {problem}; attributes are written key=value,key2=value2"
                    ),
                )
            };
            let (key, value) = pair.split_once('=').ok_or_else(|| wrong("has no ="))?;
            let key = key.trim();
            if key.is_empty() {
                return Err(wrong("has no key"));
            }
            let value =
                percent_decode(value.trim()).map_err(|_| wrong("is not UTF-8 when decoded"))?;
            Ok((key.to_owned(), value.into_owned()))
        })
        .collect()
}

pub(crate) const SERVICE_NAME: &str = "service.name";
const SERVICE_INSTANCE_ID: &str = "service.instance.id";
const AI_ENABLED_APP: &str = "aiEnabledApp";

#[cfg(test)]
mod tests {
    use super::*;

    fn value(settings: &Telemetry, key: &'static str) -> Option<String> {
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
    fn the_service_name_is_the_nearest_one() {
        let name = |settings: Telemetry| value(&settings, SERVICE_NAME).unwrap();
        let without = |hidden: &'static [&'static str]| {
            Telemetry::otlp()
                .environment(move |name| environment(name).filter(|_| !hidden.contains(&name)))
        };
        assert_eq!(name(without(&[]).service_name("code")), "code");
        assert_eq!(name(without(&[])), "from-otel");
        assert_eq!(name(without(&[env::SERVICE_NAME])), "from-attributes");
        let nearly_none = without(&[env::SERVICE_NAME, env::RESOURCE_ATTRIBUTES]);
        assert_eq!(name(nearly_none), "from-new-relic");
        assert!(name(Telemetry::otlp().environment(|_| None)).starts_with("unknown_service:"));
    }

    #[test]
    fn attributes_of_the_code_win_and_those_of_the_environment_are_decoded() {
        let settings = Telemetry::otlp()
            .environment(environment)
            .resource_attribute("zone", "code");
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
    fn a_wrong_list_is_named() {
        for list in ["team", "=a", "team=%FF"] {
            let settings = Telemetry::otlp().environment(move |name| {
                (name == env::RESOURCE_ATTRIBUTES).then(|| list.to_owned())
            });
            let error = resolve_resource(&settings, false).unwrap_err().to_string();
            assert!(
                error.starts_with("OTEL_RESOURCE_ATTRIBUTES: ") && error.contains(list),
                "{error}"
            );
        }
    }
}
