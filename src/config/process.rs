//! What holds for spans that belong to no client: searches and tools.

use std::sync::{Arc, PoisonError, RwLock};

use super::{MonitorOptions, Settings, from_env_or_default};

static LATEST: RwLock<Option<Arc<Settings>>> = RwLock::new(None);

/// A client is monitored with these from now on.
pub(crate) fn announce(settings: &Arc<Settings>) {
    let mut latest = LATEST.write().unwrap_or_else(PoisonError::into_inner);
    *latest = Some(Arc::clone(settings));
}

/// The span's own, else those of the client that was monitored last, else those of
/// the environment.
pub(crate) fn settings_of(own: Option<MonitorOptions>) -> Arc<Settings> {
    own.map_or_else(for_process, MonitorOptions::into_settings)
}

fn for_process() -> Arc<Settings> {
    let latest = LATEST
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    latest.unwrap_or_else(|| {
        let settings = from_env_or_default().into_settings();
        let mut latest = LATEST.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(latest.get_or_insert(settings))
    })
}
