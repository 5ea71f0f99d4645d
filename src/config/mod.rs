//! What a client's instrumentation does: the options of the code and of the
//! environment.

mod callback;
mod content_capture;
mod environment;
mod monitor_options;
mod process;
mod profiles;
mod redaction;

pub use self::content_capture::ContentCapture;
pub(crate) use self::environment::from_env_or_default;
pub use self::monitor_options::MonitorOptions;
pub(crate) use self::monitor_options::{DEFAULT_LIMIT, Settings};
pub(crate) use self::process::{announce, settings_of};
