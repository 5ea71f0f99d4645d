//! The one call that instruments a client.

use std::sync::Arc;

use aws_smithy_runtime_api::client::interceptors::{Intercept as _, SharedInterceptor};

use self::sealed::Instrumentation;
use super::instrumented_twice::{CaptureProbe, warn_about_conflict, warn_about_other_version};
use super::interceptor::{Interceptor, NAME};
use crate::config::{MonitorOptions, add_client_settings, default_settings};

/// Instruments a client, or the configuration of one, with the default options of the
/// process ([`MonitorOptions::install_default`]) or of the environment
/// ([`MonitorOptions::from_env`]).
///
/// The client stays what it is: same type, same behaviour, and every call that
/// it makes becomes a span. A call of a client that is instrumented twice is one span,
/// with the options of the first instrumentation. Of two decisions about content the
/// stricter one holds, and a warning says that they differ.
///
/// Requests stay as they are but for one thing: where the service hands the
/// trace of a request on to what it runs, as AgentCore does to agents, code
/// interpreters and browsers, the request gets the W3C header `traceparent` of
/// its span (and `tracestate`, where there is one), so that their spans join the
/// trace. A header that the caller set stays;
/// [`MonitorOptions::propagate_context`] turns it off.
///
/// Instrument a client where it is built. A client whose configuration names no
/// HTTP client gets a new one here, and with it a connection pool of its own;
/// the form for a configuration does not:
///
/// ```
/// use aws_sdk_bedrockruntime::config::BehaviorVersion;
/// use aws_sdk_bedrockruntime::{Client, Config};
/// use nr_bedrock_observability::monitor_bedrock;
///
/// let config = Config::builder().behavior_version(BehaviorVersion::latest());
/// let client = Client::from_conf(monitor_bedrock(config).build());
///
/// // A client that is there already:
/// let client = monitor_bedrock(client);
/// # drop(client);
/// ```
#[must_use = "the instrumented client is the returned one"]
pub fn monitor_bedrock<M: Monitor>(client: M) -> M {
    client.with_instrumentation(Instrumentation {
        settings: default_settings(),
        is_explicit: false,
    })
}

/// Instruments a client, or the configuration of one. See [`monitor_bedrock`].
///
/// A client that is already instrumented keeps its options: of the new ones, only
/// stricter decisions about content apply.
///
/// ```
/// use nr_bedrock_observability::{ContentCapture, MonitorOptions, monitor_bedrock_with};
///
/// # let client = aws_sdk_bedrockruntime::Client::from_conf(
/// #     aws_sdk_bedrockruntime::Config::builder()
/// #         .behavior_version(aws_sdk_bedrockruntime::config::BehaviorVersion::latest())
/// #         .build(),
/// # );
/// let options = MonitorOptions::new().capture(ContentCapture::Off);
/// let client = monitor_bedrock_with(client, options);
/// # drop(client);
/// ```
#[must_use = "the instrumented client is the returned one"]
pub fn monitor_bedrock_with<M: Monitor>(client: M, options: MonitorOptions) -> M {
    client.with_instrumentation(Instrumentation {
        settings: options.into_settings(),
        is_explicit: true,
    })
}

/// What can be instrumented: the clients of Bedrock's SDKs, and the builders of
/// their configurations.
pub trait Monitor: sealed::Sealed {}

mod sealed {
    use std::sync::Arc;

    use crate::emit::Settings;

    #[expect(unnameable_types, reason = "the trait is sealed")]
    pub trait Sealed: Sized {
        #[doc(hidden)]
        fn with_instrumentation(self, instrumentation: Instrumentation) -> Self;
    }

    #[expect(unnameable_types, reason = "the trait is sealed")]
    #[derive(Debug)]
    pub struct Instrumentation {
        pub(super) settings: Arc<Settings>,
        /// The application chose the settings for this client.
        pub(super) is_explicit: bool,
    }
}

/// Whether a client needs this instrumentation: it is the first one, or captures less
/// than those before. Beside that of another version of this crate, calls would have
/// two spans.
fn is_needed(
    instrumentation: &Instrumentation,
    interceptors: impl Iterator<Item = SharedInterceptor>,
) -> bool {
    let known = interceptors.filter(|known| known.name() == NAME);
    let answers: Vec<_> = known.map(|known| CaptureProbe::ask(&known)).collect();
    let is_foreign = answers.iter().any(Option::is_none);
    let captures = answers.into_iter().flatten();
    let first = captures.reduce(|all, next| Arc::new(all.intersect(&next)));
    let Some(first) = first else {
        if is_foreign {
            warn_about_other_version();
        }
        return !is_foreign;
    };
    let second = &instrumentation.settings.capture;
    let is_stricter = !second.includes(&first);
    if !is_stricter && instrumentation.is_explicit && !first.includes(second) {
        warn_about_conflict(&first, second);
    }
    is_stricter
}

macro_rules! monitor {
    ($sdk:ident) => {
        impl Monitor for $sdk::Client {}

        impl sealed::Sealed for $sdk::Client {
            fn with_instrumentation(self, instrumentation: Instrumentation) -> Self {
                if !is_needed(&instrumentation, self.config().interceptors()) {
                    return self;
                }
                let config = self.config().to_builder();
                Self::from_conf(config.with_instrumentation(instrumentation).build())
            }
        }

        impl Monitor for $sdk::config::Builder {}

        impl sealed::Sealed for $sdk::config::Builder {
            fn with_instrumentation(mut self, instrumentation: Instrumentation) -> Self {
                let Instrumentation {
                    settings,
                    is_explicit,
                } = instrumentation;
                add_client_settings(&settings);
                let interceptor = Interceptor::new(settings, is_explicit);
                // A builder does not tell what it holds; of two interceptors
                // the first one to see a call takes it. A permanent one is not
                // looked up in the bag before each hook.
                self.push_interceptor(SharedInterceptor::permanent(interceptor));
                self
            }
        }
    };
}

monitor!(aws_sdk_bedrockruntime);
#[cfg(feature = "agent-runtime")]
monitor!(aws_sdk_bedrockagentruntime);
#[cfg(feature = "agentcore")]
monitor!(aws_sdk_bedrockagentcore);
