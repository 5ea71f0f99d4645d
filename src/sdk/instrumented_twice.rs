//! Clients that are instrumented more than once: of their decisions about content the
//! stricter one holds.

use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::client::interceptors::context::{Input, InterceptorContext};
use aws_smithy_runtime_api::client::interceptors::{Intercept as _, SharedInterceptor};
use aws_smithy_types::config_bag::ConfigBag;

use crate::config::warn_once;
use crate::record::content::Capture;

/// The input of a call that is never sent: asks an interceptor what it captures. The
/// SDK hands out the interceptors of a client, but not what is behind them.
#[derive(Clone, Debug, Default)]
pub(super) struct CaptureProbe(Arc<OnceLock<Arc<Capture>>>);

impl CaptureProbe {
    /// What an interceptor of this crate captures. `None` from another version.
    pub(super) fn ask(interceptor: &SharedInterceptor) -> Option<Arc<Capture>> {
        let probe = Self::default();
        let context = InterceptorContext::new(Input::erase(probe.clone()));
        let mut bag = ConfigBag::base();
        interceptor
            .read_before_execution(&(&context).into(), &mut bag)
            .ok()?;
        probe.0.get().cloned()
    }

    pub(super) fn answer(&self, capture: &Arc<Capture>) {
        let _ = self.0.set(Arc::clone(capture));
    }
}

pub(super) fn warn_about_conflict(first: &Capture, second: &Capture) {
    warn_once(format!(
        "a client was instrumented twice with different options: first {}; second {}. The \
         stricter content options apply; all other options are those of the first \
         `monitor_bedrock_with`",
        first.describe(),
        second.describe()
    ));
}

/// Another version does not tell what it captures.
pub(super) fn warn_about_other_version() {
    warn_once(
        "a client is already instrumented by another version of nr-bedrock-observability: it \
         stays as it is, and the options are ignored. Use one version in the whole program \
         (`cargo tree -d`)"
            .to_owned(),
    );
}
