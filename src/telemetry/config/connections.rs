//! How the receiver of each signal is reached.

use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;
use rustls::ClientConfig;

use super::proxy::resolve_proxy;
use super::settings::Settings;
use super::signal_off::{SignalOff, warn_signals_off};
use super::signal_variables::signal_variables;
use super::tls::{TlsSources, find_tls_sources};
use crate::Error;
use crate::telemetry::connection::{Connection, Connections, Proxy};
use crate::telemetry::signal::{PerSignal, Signal};
use crate::telemetry::signal_config::SignalConfig;

/// The proxy, TLS, and whether the receiver may take spans alone.
///
/// # Errors
///
/// For invalid certificates or keys of code. Other problems become the reason why the
/// signal is not delivered, and a warning.
pub(super) fn resolve_connections(
    settings: &Settings,
    signals: &PerSignal<Result<SignalConfig, SignalOff>>,
) -> Result<Connections, Error> {
    let traces = signals.traces.as_ref().ok();
    let traces = traces.and_then(|config| config.endpoint.authority());
    let mut tls = TlsConfigs::default();
    let connections = PerSignal::from_fn(|signal| {
        let Ok(config) = signals.get(signal) else {
            return Ok(None);
        };
        let proxy = resolve_proxy(&settings.env, &config.endpoint, config.new_relic);
        let https = uses_tls(&config.endpoint, proxy.iter().flatten().next());
        let tls = tls.find_or_build(find_tls_sources(settings, signal), https)?;
        // Somebody has set an endpoint of its own, or of all signals but spans, for
        // this signal.
        let is_chosen = config.source == signal_variables(signal).endpoint
            || traces.is_some_and(|traces| config.endpoint.authority() != Some(traces));
        let optional = signal != Signal::Traces && !config.new_relic && !is_chosen;
        Ok(Some(match (tls, proxy) {
            (Ok(tls), Ok(proxy)) => Ok(Connection {
                tls,
                proxy,
                optional,
            }),
            (Err(reason), _) | (_, Err(reason)) => Err(reason),
        }))
    });
    let connections = connections.transpose()?;
    let problems = PerSignal::from_fn(|signal| match connections.get(signal) {
        Some(Err(reason)) => Err(SignalOff::invalid(reason.clone())),
        _ => Ok(()),
    });
    warn_signals_off(&settings.env, &problems);
    Ok(connections)
}

/// The configurations so far: signals with the same settings share connections.
#[derive(Default)]
struct TlsConfigs(Vec<(TlsSources, Result<Arc<ClientConfig>, String>)>);

impl TlsConfigs {
    fn find_or_build(
        &mut self,
        mut sources: TlsSources,
        https: bool,
    ) -> Result<Result<Arc<ClientConfig>, String>, Error> {
        // What is set in code is checked in any case.
        if !https && !sources.is_set_in_code() {
            sources = TlsSources::none();
        }
        if let Some((_, tls)) = self.0.iter().find(|(known, _)| *known == sources) {
            return Ok(tls.clone());
        }
        let tls = match sources.build() {
            Ok(tls) => Ok(Arc::new(tls)),
            Err(error) => Err(error.into_reason()?),
        };
        self.0.push((sources, tls.clone()));
        Ok(tls)
    }
}

/// Whether the receiver or its proxy is reached by https.
pub(super) fn uses_tls(endpoint: &Uri, proxy: Option<&Proxy>) -> bool {
    let mut uris = proxy.map(|proxy| &proxy.uri).into_iter().chain([endpoint]);
    uris.any(|uri| uri.scheme() == Some(&Scheme::HTTPS))
}
