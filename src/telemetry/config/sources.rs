//! [`SignalSources`]: which settings won, for messages.

use super::connections::uses_tls;
use super::license_key::{API_KEY, find_license_key};
use super::proxy::resolve_proxy;
use super::settings::Settings;
use super::signal_variables::signal_variables;
use super::tls::find_tls_sources;
use crate::telemetry::signal_config::SignalConfig;

/// Where the settings of one signal came from, and how its receiver is reached.
#[derive(Clone, Debug)]
pub(super) struct SignalSources {
    /// `None` without headers.
    pub(super) headers: Option<String>,
    pub(super) compression: &'static str,
    pub(super) timeout: &'static str,
    /// The URL, without credentials, and the variable.
    pub(super) proxy: Option<(String, &'static str)>,
    /// `None` without TLS.
    pub(super) tls_roots: Option<String>,
}

pub(super) fn find_sources(settings: &Settings, config: &SignalConfig) -> SignalSources {
    let (env, signal) = (&settings.env, config.signal);
    // An invalid proxy is a failure of the export, which says more.
    let proxy = resolve_proxy(env, &config.endpoint, config.new_relic);
    let proxy = proxy.ok().flatten();
    let tls = uses_tls(&config.endpoint, proxy.as_ref());
    SignalSources {
        headers: find_headers_source(settings, config),
        compression: config.compression_source,
        timeout: config.timeout_source,
        tls_roots: tls.then(|| find_tls_sources(settings, signal).describe_roots(env)),
        proxy: proxy.map(|proxy| {
            let uri = proxy.uri.to_string();
            (uri.trim_end_matches('/').to_owned(), proxy.setting)
        }),
    }
}

/// The setter, the variable or both. New Relic gets the license key and no headers
/// of the environment, unless an endpoint variable names its host.
fn find_headers_source(settings: &Settings, config: &SignalConfig) -> Option<String> {
    let names = signal_variables(config.signal).headers;
    let set = settings.env.get_first(&names);
    let in_code = &settings.headers;
    let is_in_code = |name: &str| in_code.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
    let env_headers = set.as_ref().map_or("", |(_, list)| list.as_str());
    let key = find_license_key(settings)
        .filter(|_| config.new_relic && config.headers.contains_key(API_KEY));
    let from_env = config.headers.keys().any(|name| {
        let mut names = env_headers.split(',').filter_map(|it| it.split_once('='));
        !is_in_code(name.as_str())
            && names.any(|(it, _)| it.trim().eq_ignore_ascii_case(name.as_str()))
    });
    let sources = [
        key.map(|(setting, _)| setting),
        (!in_code.is_empty()).then_some("header"),
        set.filter(|_| from_env).map(|(variable, _)| variable),
    ];
    let sources: Vec<&str> = sources.into_iter().flatten().collect();
    (!sources.is_empty()).then(|| sources.join(", "))
}
