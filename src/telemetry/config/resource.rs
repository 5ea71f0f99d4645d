//! The resource: the process that emits the telemetry.

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;

use super::aws_resource::resolve_aws_attributes;
use super::environment::{self as env, Environment, percent_decode, split_list};
use super::settings::Settings;
use crate::semconv::pipeline::{AI_ENABLED_APP, SERVICE_INSTANCE_ID, SERVICE_NAME};

/// Code > `OTEL_RESOURCE_ATTRIBUTES` > attributes of the destination, of AWS and of
/// the SDK.
///
/// Built here because the SDK's detectors neither decode `OTEL_RESOURCE_ATTRIBUTES`
/// nor give `OTEL_SERVICE_NAME` precedence over it.
pub(super) fn resolve_resource(
    settings: &Settings,
    service: &ServiceName,
    new_relic: bool,
) -> Resource {
    let mut attributes = vec![KeyValue::new(
        SERVICE_INSTANCE_ID,
        uuid::Uuid::new_v4().to_string(),
    )];
    attributes.extend(resolve_aws_attributes(&settings.env));
    if new_relic {
        // A string, because New Relic copies it to an entity tag, by which AI
        // monitoring finds the service.
        attributes.push(KeyValue::new(AI_ENABLED_APP, "true"));
    }
    let from_env = parse_resource_attributes(&settings.env).into_iter();
    attributes.extend(from_env.map(|(key, value)| KeyValue::new(key, value)));
    attributes.extend(settings.resource.iter().cloned());
    attributes.push(KeyValue::new(SERVICE_NAME, service.name.clone()));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(attributes)
        .build()
}

/// The name of the service, and the setting that it came from.
#[derive(Debug)]
pub(super) struct ServiceName {
    pub(super) name: String,
    pub(super) source: &'static str,
}

/// Code (`service_name`, `resource_attribute`) > `OTEL_SERVICE_NAME` > `service.name`
/// in `OTEL_RESOURCE_ATTRIBUTES` > `NEW_RELIC_APP_NAME` > the Lambda function > the
/// program's name.
pub(super) fn resolve_service_name(settings: &Settings) -> ServiceName {
    let env = &settings.env;
    let setter = settings.service_name.clone();
    let attribute = || {
        let mut set = settings.resource.iter().rev();
        let name = set.find(|kv| kv.key.as_str() == SERVICE_NAME)?;
        Some(name.value.to_string())
    };
    let in_attributes = || {
        let pairs = parse_resource_attributes(env);
        let name = pairs.into_iter().rev().find(|(key, _)| key == SERVICE_NAME);
        Some((env::RESOURCE_ATTRIBUTES, name?.1))
    };
    let is_name = |name: &String| !name.trim().is_empty();
    let in_code = setter.filter(is_name).map(|name| ("service_name", name));
    let in_code = in_code.or_else(|| Some(("resource_attribute", attribute().filter(is_name)?)));
    let (source, name) = in_code
        .or_else(|| env.get_first(&[env::SERVICE_NAME]))
        .or_else(in_attributes)
        .or_else(|| env.get_first(&[env::APP_NAME, env::LAMBDA_FUNCTION]))
        .unwrap_or_else(|| ("program name", default_service_name()));
    ServiceName { name, source }
}

fn default_service_name() -> String {
    let program = std::env::current_exe().ok();
    let name = program.as_ref().and_then(|path| path.file_name()?.to_str());
    name.map_or_else(
        || "unknown_service".to_owned(),
        |name| format!("unknown_service:{name}"),
    )
}

/// Valid pairs count, beside others. In a pair without `=` a comma in the value before
/// it was probably not encoded.
fn parse_resource_attributes(env: &Environment) -> Vec<(String, String)> {
    let list = env.get(env::RESOURCE_ATTRIBUTES).unwrap_or_default();
    let pairs = split_list(&list).filter_map(|pair| match parse_pair(pair) {
        Ok(pair) => Some(pair),
        Err(problem) => {
            env.warn(format!(
                "{}: {pair:?} {problem}, and is ignored; attributes must have the form \
                 key=value,key2=value2, with %2C for a comma",
                env::RESOURCE_ATTRIBUTES
            ));
            None
        }
    });
    pairs.collect()
}

fn parse_pair(pair: &str) -> Result<(String, String), &'static str> {
    let (key, value) = pair.split_once('=').ok_or("has no =")?;
    let key = key.trim();
    if key.is_empty() {
        return Err("has no key");
    }
    let value = percent_decode(value.trim()).map_err(|_| "is not UTF-8 when decoded")?;
    Ok((key.to_owned(), value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::config::settings::DestinationChoice;

    fn with_env(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Settings {
        Settings::new(DestinationChoice::Otlp, Environment::new(lookup))
    }

    fn value(settings: &Settings, key: &'static str) -> Option<String> {
        let resource = resolve_resource(settings, &resolve_service_name(settings), true);
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
        let attribute = |service_name: Option<&str>| Settings {
            service_name: service_name.map(ToOwned::to_owned),
            resource: vec![KeyValue::new(SERVICE_NAME, "attribute")],
            ..without(&[])
        };
        assert_eq!(name(attribute(None)), "attribute");
        assert_eq!(name(attribute(Some("setter"))), "setter");
        assert_eq!(name(without(&[])), "from-otel");
        assert_eq!(name(without(&[env::SERVICE_NAME])), "from-attributes");
        let nearly_none = without(&[env::SERVICE_NAME, env::RESOURCE_ATTRIBUTES]);
        assert_eq!(name(nearly_none), "from-new-relic");
        let lambda = with_env(|name| (name == env::LAMBDA_FUNCTION).then(|| "answer".to_owned()));
        assert_eq!(name(lambda), "answer");
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
    fn an_invalid_pair_is_ignored_with_a_warning() {
        for (list, rejected) in [
            ("team=search,ranking,zone=b", "\"ranking\" has no ="),
            ("=a,team=search,zone=b", "\"=a\" has no key"),
            ("team=search,x=%FF,zone=b", "\"x=%FF\" is not UTF-8"),
        ] {
            let settings =
                with_env(move |name| (name == env::RESOURCE_ATTRIBUTES).then(|| list.to_owned()));
            assert_eq!(value(&settings, "team").as_deref(), Some("search"));
            assert_eq!(value(&settings, "zone").as_deref(), Some("b"));
            let warnings = settings.env.warnings().to_vec();
            let expected = format!("OTEL_RESOURCE_ATTRIBUTES: {rejected}");
            assert_eq!(warnings.len(), 1);
            assert!(warnings[0].starts_with(&expected), "{warnings:?}");
        }
    }
}
