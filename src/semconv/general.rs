//! Names of the general OpenTelemetry semantic conventions v1.44.0.

pub(crate) const CLOUD_REGION: &str = "cloud.region";
pub(crate) const ERROR_TYPE: &str = "error.type";
pub(crate) const EXCEPTION_MESSAGE: &str = "exception.message";
pub(crate) const EXCEPTION_TYPE: &str = "exception.type";
pub(crate) const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";
/// Fields of `tracing` spans that set the status of OpenTelemetry's span.
pub(crate) const OTEL_STATUS_CODE: &str = "otel.status_code";
pub(crate) const OTEL_STATUS_DESCRIPTION: &str = "otel.status_description";
pub(crate) const PROCESS_EXIT_CODE: &str = "process.exit.code";
pub(crate) const RPC_METHOD: &str = "rpc.method";
pub(crate) const RPC_SERVICE: &str = "rpc.service";
pub(crate) const RPC_SYSTEM: &str = "rpc.system";
/// `rpc.system` of AWS APIs.
pub(crate) const RPC_SYSTEM_AWS: &str = "aws-api";
/// Attributes of the application's spans that spans below inherit.
pub(crate) const ENDUSER_ID: &str = "enduser.id";
pub(crate) const SESSION_ID: &str = "session.id";
pub(crate) const USER_ID: &str = "user.id";
pub(crate) const TENANT_PREFIX: &str = "tenant.";
pub(crate) const WORKFLOW_PREFIX: &str = "workflow.";
/// Vector databases and search engines.
pub(crate) const DB_COLLECTION_NAME: &str = "db.collection.name";
pub(crate) const DB_OPERATION_NAME: &str = "db.operation.name";
pub(crate) const DB_RESPONSE_STATUS_CODE: &str = "db.response.status_code";
pub(crate) const DB_SYSTEM_NAME: &str = "db.system.name";
pub(crate) const SERVER_ADDRESS: &str = "server.address";
pub(crate) const SERVER_PORT: &str = "server.port";
/// The Model Context Protocol session.
pub(crate) const MCP_SESSION_ID: &str = "mcp.session.id";
