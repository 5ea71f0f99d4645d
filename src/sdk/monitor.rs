//! The one call that instruments a client.

use aws_smithy_runtime_api::client::interceptors::{Intercept as _, SharedInterceptor};

use super::interceptor::{Interceptor, NAME};
use crate::config::{MonitorOptions, options_from_env_or_default, set_process_settings};

/// Instruments a client, or the configuration of one, with the options of the
/// environment ([`MonitorOptions::from_env`]). A variable with a wrong value is
/// warned about once; message content is then not recorded.
///
/// The client stays what it is: same type, same behaviour, and every call that
/// it makes becomes a span. Instrumenting twice is the same as once.
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
    monitor_bedrock_with(client, options_from_env_or_default())
}

/// Instruments a client, or the configuration of one. See [`monitor_bedrock`].
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
    client.with_interceptor(options)
}

/// What can be instrumented: the clients of Bedrock's SDKs, and the builders of
/// their configurations.
pub trait Monitor: sealed::Sealed {}

mod sealed {
    use crate::config::MonitorOptions;

    #[expect(unnameable_types, reason = "the trait is sealed")]
    pub trait Sealed: Sized {
        #[doc(hidden)]
        fn with_interceptor(self, options: MonitorOptions) -> Self;
    }
}

macro_rules! monitor {
    ($sdk:ident) => {
        impl Monitor for $sdk::Client {}

        impl sealed::Sealed for $sdk::Client {
            fn with_interceptor(self, options: MonitorOptions) -> Self {
                if self
                    .config()
                    .interceptors()
                    .any(|known| known.name() == NAME)
                {
                    return self;
                }
                let config = self.config().to_builder();
                Self::from_conf(config.with_interceptor(options).build())
            }
        }

        impl Monitor for $sdk::config::Builder {}

        impl sealed::Sealed for $sdk::config::Builder {
            fn with_interceptor(mut self, options: MonitorOptions) -> Self {
                let settings = options.into_settings();
                set_process_settings(&settings);
                let interceptor = Interceptor::new(settings);
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
