//! The settings of spans that belong to no client: retrievals and tool calls.

use std::sync::{Arc, Once, PoisonError, RwLock};

use super::content_capture::ContentCapture;
use super::monitor_options::MonitorOptions;
use crate::emit::Settings;

static LATEST: RwLock<Option<Arc<Settings>>> = RwLock::new(None);

/// Makes the settings of a newly monitored client the default of the process.
pub(crate) fn set_process_settings(settings: &Arc<Settings>) {
    let mut latest = LATEST.write().unwrap_or_else(PoisonError::into_inner);
    *latest = Some(Arc::clone(settings));
}

/// The span's own settings, or those of the client that was monitored last, or
/// those of the environment.
pub(crate) fn resolve_settings(own: Option<MonitorOptions>) -> Arc<Settings> {
    own.map_or_else(process_settings, MonitorOptions::into_settings)
}

fn process_settings() -> Arc<Settings> {
    let latest = LATEST
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    latest.unwrap_or_else(|| {
        let settings = options_from_env_or_default().into_settings();
        let mut latest = LATEST.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(latest.get_or_insert(settings))
    })
}

/// The options of the environment. If a variable is invalid, which is logged once,
/// the defaults without content: content that was meant to stay must not leave.
pub(crate) fn options_from_env_or_default() -> MonitorOptions {
    static LOGGED: Once = Once::new();
    MonitorOptions::from_env().unwrap_or_else(|error| {
        LOGGED.call_once(|| {
            tracing::warn!(target: crate::TARGET, %error, "message content is not recorded");
        });
        MonitorOptions::default().capture(ContentCapture::Off)
    })
}
