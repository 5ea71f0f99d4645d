//! Options of code and environment enter, resolved `emit::Settings` leave. Uses
//! `emit`, `feedback` and `record`.

mod content_capture;
mod environment;
mod monitor_options;
mod process_settings;
mod warnings;

pub use self::content_capture::ContentCapture;
pub use self::monitor_options::MonitorOptions;
pub(crate) use self::process_settings::{
    add_client_settings, default_settings, process_settings, resolve_settings,
};
pub(crate) use self::warnings::warn_once;
