//! Resource attributes of AWS Lambda and Amazon ECS.

use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::environment::{self as env, Environment};
use crate::semconv::{CLOUD_REGION, resource};

/// What the environment of a Lambda function or an ECS task contains. No metadata
/// service is called.
pub(super) fn resolve_aws_attributes(env: &Environment) -> Vec<KeyValue> {
    let platform = if env.get(env::LAMBDA_FUNCTION).is_some() {
        resource::PLATFORM_LAMBDA
    } else if env.get(ECS_METADATA).is_some() {
        resource::PLATFORM_ECS
    } else {
        return Vec::new();
    };
    let mut attributes = vec![
        KeyValue::new(resource::CLOUD_PROVIDER, resource::PROVIDER_AWS),
        KeyValue::new(resource::CLOUD_PLATFORM, platform),
    ];
    let region = env.get_first(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
    attributes.extend(region.map(|(_, region)| KeyValue::new(CLOUD_REGION, region)));
    if platform == resource::PLATFORM_LAMBDA {
        add_lambda_attributes(env, &mut attributes);
    } else {
        add_ecs_attributes(env, &mut attributes);
    }
    attributes
}

fn add_lambda_attributes(env: &Environment, attributes: &mut Vec<KeyValue>) {
    for (variable, name) in [
        (env::LAMBDA_FUNCTION, resource::FAAS_NAME),
        ("AWS_LAMBDA_FUNCTION_VERSION", resource::FAAS_VERSION),
        (LOG_STREAM, resource::FAAS_INSTANCE),
    ] {
        attributes.extend(env.get(variable).map(|value| KeyValue::new(name, value)));
    }
    for (variable, name) in [
        ("AWS_LAMBDA_LOG_GROUP_NAME", resource::AWS_LOG_GROUP_NAMES),
        (LOG_STREAM, resource::AWS_LOG_STREAM_NAMES),
    ] {
        attributes.extend(env.get(variable).map(|value| {
            let list = vec![StringValue::from(value)];
            KeyValue::new(name, Value::Array(Array::String(list)))
        }));
    }
    let megabytes = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
    let megabytes = megabytes.and_then(|size| size.parse::<i64>().ok());
    let bytes = megabytes.and_then(|size| size.checked_mul(1024 * 1024));
    attributes.extend(bytes.map(|bytes| KeyValue::new(resource::FAAS_MAX_MEMORY, bytes)));
}

fn add_ecs_attributes(env: &Environment, attributes: &mut Vec<KeyValue>) {
    let launch_type = match env.get("AWS_EXECUTION_ENV").as_deref() {
        Some("AWS_ECS_FARGATE") => resource::LAUNCHTYPE_FARGATE,
        Some("AWS_ECS_EC2") => resource::LAUNCHTYPE_EC2,
        _ => return,
    };
    attributes.push(KeyValue::new(resource::AWS_ECS_LAUNCHTYPE, launch_type));
    if launch_type == resource::LAUNCHTYPE_FARGATE {
        let task = env.get(ECS_METADATA).and_then(|url| parse_task_id(&url));
        attributes.extend(task.map(|task| KeyValue::new(resource::AWS_ECS_TASK_ID, task)));
    }
}

/// On Fargate the URL ends in `/v4/<task id>-<container>`.
fn parse_task_id(url: &str) -> Option<String> {
    let (_, container) = url.trim_end_matches('/').rsplit_once('/')?;
    let (task, _) = container.split_once('-')?;
    let valid = task.len() == 32 && task.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| task.to_owned())
}

const ECS_METADATA: &str = "ECS_CONTAINER_METADATA_URI_V4";
const LOG_STREAM: &str = "AWS_LAMBDA_LOG_STREAM_NAME";

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(set: &'static [(&str, &str)]) -> Vec<String> {
        let env = Environment::new(|name| {
            let mut set = set.iter();
            let found = set.find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        let attributes = resolve_aws_attributes(&env).into_iter();
        attributes
            .map(|it| format!("{}={}", it.key, it.value))
            .collect()
    }

    #[test]
    fn lambda_functions_are_described() {
        let attributes = resolve(&[
            ("AWS_LAMBDA_FUNCTION_NAME", "answer"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "7"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/answer"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/[7]abc"),
            ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
            ("AWS_REGION", "eu-central-1"),
        ]);
        assert_eq!(
            attributes,
            [
                "cloud.provider=aws",
                "cloud.platform=aws_lambda",
                "cloud.region=eu-central-1",
                "faas.name=answer",
                "faas.version=7",
                "faas.instance=2026/[7]abc",
                "aws.log.group.names=[\"/aws/lambda/answer\"]",
                "aws.log.stream.names=[\"2026/[7]abc\"]",
                "faas.max_memory=134217728",
            ]
        );
    }

    #[test]
    fn ecs_tasks_are_described() {
        const URL: &str = "http://169.254.170.2/v4/cd189a933e5849daa93386466019ab50-2495160603";
        let fargate = resolve(&[
            ("ECS_CONTAINER_METADATA_URI_V4", URL),
            ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE"),
            ("AWS_REGION", "us-east-1"),
        ]);
        assert_eq!(
            fargate,
            [
                "cloud.provider=aws",
                "cloud.platform=aws_ecs",
                "cloud.region=us-east-1",
                "aws.ecs.launchtype=fargate",
                "aws.ecs.task.id=cd189a933e5849daa93386466019ab50",
            ]
        );
        let ec2 = resolve(&[
            (
                "ECS_CONTAINER_METADATA_URI_V4",
                "http://169.254.170.2/v4/0f9ea1f1-4d2e-4b0f-a7c5-9a4f4d1a9a3e",
            ),
            ("AWS_EXECUTION_ENV", "AWS_ECS_EC2"),
        ]);
        assert_eq!(
            ec2.last().map(String::as_str),
            Some("aws.ecs.launchtype=ec2")
        );
    }

    #[test]
    fn a_region_alone_is_no_cloud() {
        assert!(resolve(&[("AWS_REGION", "eu-central-1")]).is_empty());
    }
}
