//! Names of resource attributes, of OpenTelemetry's conventions for clouds.

pub(crate) const AWS_ECS_LAUNCHTYPE: &str = "aws.ecs.launchtype";
pub(crate) const AWS_ECS_TASK_ID: &str = "aws.ecs.task.id";
pub(crate) const AWS_LOG_GROUP_NAMES: &str = "aws.log.group.names";
pub(crate) const AWS_LOG_STREAM_NAMES: &str = "aws.log.stream.names";
pub(crate) const CLOUD_PLATFORM: &str = "cloud.platform";
pub(crate) const CLOUD_PROVIDER: &str = "cloud.provider";
pub(crate) const FAAS_INSTANCE: &str = "faas.instance";
pub(crate) const FAAS_MAX_MEMORY: &str = "faas.max_memory";
pub(crate) const FAAS_NAME: &str = "faas.name";
pub(crate) const FAAS_VERSION: &str = "faas.version";

/// Values.
pub(crate) const PROVIDER_AWS: &str = "aws";
pub(crate) const PLATFORM_ECS: &str = "aws_ecs";
pub(crate) const PLATFORM_LAMBDA: &str = "aws_lambda";
pub(crate) const LAUNCHTYPE_EC2: &str = "ec2";
pub(crate) const LAUNCHTYPE_FARGATE: &str = "fargate";
