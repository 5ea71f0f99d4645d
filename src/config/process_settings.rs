//! The settings of spans that belong to no client: retrievals, tool calls and
//! feedback.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::monitor_options::MonitorOptions;
use super::warnings::warn_once;
use crate::Error;
use crate::emit::{CallSettings, Settings};
use crate::record::content::{Capture, Places, Redactor};

static INSTALLED: OnceLock<Arc<Settings>> = OnceLock::new();
static CLIENTS: RwLock<Option<Clients>> = RwLock::new(None);

/// What the monitored clients decide for the process.
struct Clients {
    /// Those of the client that was monitored first.
    settings: Arc<Settings>,
    /// What all clients and the environment allow.
    capture: Arc<Capture>,
}

impl MonitorOptions {
    /// Makes these the default options of the process, once: those of
    /// [`monitor_bedrock`](crate::monitor_bedrock), and of searches, tools, feedback
    /// and evaluations without options of their own.
    ///
    /// Without default options, `monitor_bedrock` has those of the environment.
    /// Searches, tools, feedback and evaluations have those of the client that was
    /// monitored first, or of the environment if there is none, and record only the
    /// content that the environment and all monitored clients allow, with the
    /// redactions of all. If clients set more than 16 different redactions, as clients
    /// that are made for each request may, they record no content.
    ///
    /// ```
    /// use nr_bedrock_observability::{ContentCapture, MonitorOptions};
    ///
    /// # fn main() -> Result<(), nr_bedrock_observability::Error> {
    /// MonitorOptions::from_env()
    ///     .capture(ContentCapture::Off)
    ///     .install_default()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Default options are already installed; they stay. See
    /// [`Error::is_already_installed`].
    pub fn install_default(self) -> Result<(), Error> {
        INSTALLED.set(self.into_settings()).map_err(|_| {
            Error::already_installed("`MonitorOptions::install_default` was already called")
        })
    }
}

/// The settings of a client without options of its own.
pub(crate) fn default_settings() -> Arc<Settings> {
    let installed = INSTALLED.get().cloned();
    installed.unwrap_or_else(|| MonitorOptions::from_env().into_settings())
}

/// Lets a newly monitored client decide for the process.
pub(crate) fn add_client_settings(settings: &Arc<Settings>) {
    // Read before the lock: it may log, and a subscriber is foreign code.
    let environment = environment_settings();
    let mut clients = CLIENTS.write().unwrap_or_else(PoisonError::into_inner);
    let known = clients.get_or_insert_with(|| Clients {
        settings: Arc::clone(settings),
        capture: Arc::clone(&environment.capture),
    });
    if settings.capture.includes(&known.capture) {
        return;
    }
    let mut capture = known.capture.intersect(&settings.capture);
    let redactions = capture.redact.as_ref().map_or(0, Redactor::len);
    let is_overfull = redactions > MAX_REDACTIONS;
    if is_overfull {
        // Clients that are made for each request would add redactions forever.
        capture.redact.clone_from(&known.capture.redact);
        capture.set_places(Places::NONE);
        capture.allowed = Places::NONE;
        capture.feedback_text = false;
    }
    known.capture = Arc::new(capture);
    drop(clients);
    if is_overfull {
        warn_once(format!(
            "clients set more than {MAX_REDACTIONS} different redactions; tools, searches and \
             feedback are recorded without content. Set the options of the process once with \
             `MonitorOptions::install_default`"
        ));
    }
}

/// The span's own options, or the default of the process.
pub(crate) fn resolve_settings(own: Option<MonitorOptions>) -> CallSettings {
    own.map_or_else(process_settings, |own| {
        CallSettings::new(&own.into_settings())
    })
}

/// The installed default, or what the environment and the monitored clients decide.
pub(crate) fn process_settings() -> CallSettings {
    if let Some(installed) = INSTALLED.get() {
        return CallSettings::new(installed);
    }
    let clients = CLIENTS.read().unwrap_or_else(PoisonError::into_inner);
    let known = clients.as_ref().map(|clients| CallSettings {
        client: Arc::clone(&clients.settings),
        capture: clients.capture.in_scope(),
    });
    drop(clients);
    known.unwrap_or_else(|| CallSettings::new(environment_settings()))
}

fn environment_settings() -> &'static Arc<Settings> {
    static ENVIRONMENT: OnceLock<Arc<Settings>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| MonitorOptions::from_env().into_settings())
}

/// Redactions of all clients of a process.
const MAX_REDACTIONS: usize = 16;
