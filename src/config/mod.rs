//! Options of code and environment enter, resolved `emit::Settings` leave. Uses
//! `emit`, `feedback` and `record`.

mod content_capture;
mod environment;
mod monitor_options;
mod process_settings;

pub use self::content_capture::ContentCapture;
pub use self::monitor_options::MonitorOptions;
pub(crate) use self::process_settings::{
    options_from_env_or_default, resolve_settings, set_process_settings,
};
