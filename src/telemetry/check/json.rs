//! The check, as JSON.

use serde_json::{Value, json};

use super::export_check::ExportCheck;
use super::signal_check::{SignalCheck, SignalOutcome};
use crate::telemetry::config::effective_settings::{EffectiveDestination, EffectiveSignal};

impl ExportCheck {
    /// The check as one JSON document, with the facts of the printed form. Durations
    /// are in milliseconds; `clock.offset_seconds` is positive if this machine's clock
    /// is ahead. Later versions may add members.
    #[must_use]
    pub fn to_json(&self) -> String {
        let settings = &self.settings;
        let typos = self.typos();
        let typos = typos.map(|(name, meant)| json!({"name": name, "meant": meant}));
        let clock = self.clock_offset_seconds();
        let clock = clock.map(|it| json!({"offset_seconds": it, "ok": !self.is_clock_off()}));
        let document = json!({
            "ok": self.is_ok(),
            "version": env!("CARGO_PKG_VERSION"),
            "destination": match settings.destination() {
                EffectiveDestination::Console => "console",
                EffectiveDestination::Disabled => "disabled",
                EffectiveDestination::NewRelic => "new_relic",
                EffectiveDestination::Otlp => "otlp",
            },
            "service_name": settings.service_name(),
            "service_name_source": settings.service_name_source(),
            "sampler": settings.sampler(),
            "sampler_source": settings.sampler_source(),
            "signals": {
                "traces": describe(self.spans(), settings.spans()),
                "metrics": describe(self.metrics(), settings.metrics()),
                "logs": describe(self.logs(), settings.logs()),
            },
            "clock": clock,
            "trace_id": self.trace_id(),
            "queries": self.queries(),
            "typos": typos.collect::<Value>(),
            "unsupported_variables": self.unsupported_variables().collect::<Value>(),
            "warnings": settings.warnings(),
        });
        format!("{document:#}")
    }
}

fn describe(check: &SignalCheck, settings: &EffectiveSignal) -> Value {
    json!({
        "outcome": match check.outcome() {
            SignalOutcome::Delivered => "delivered",
            SignalOutcome::Unsupported => "unsupported",
            SignalOutcome::Off => "off",
            SignalOutcome::Failed => "failed",
        },
        "problem": check.problem(),
        "http_status": check.http_status(),
        "duration_ms": check.duration().map(|it| it.as_secs_f64() * 1e3),
        "endpoint": settings.endpoint(),
        "endpoint_source": settings.source(),
        "headers": settings.header_names().collect::<Value>(),
        "headers_source": settings.headers_source(),
        "compression": settings.compression(),
        "compression_source": settings.compression_source(),
        "timeout_ms": settings.timeout().map(|it| it.as_secs_f64() * 1e3),
        "timeout_source": settings.timeout_source(),
        "proxy": settings.proxy(),
        "proxy_source": settings.proxy_source(),
        "tls_roots": settings.tls_roots(),
    })
}
