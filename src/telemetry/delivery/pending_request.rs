//! A request that is ready to go.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::telemetry::export::payload::otlp_payload::Payload;
use crate::telemetry::signal::Signal;
use crate::telemetry::signal_config::Route;

/// One request, as it goes over the wire.
///
/// It waits in this form: compressed, it takes a tenth of the memory. It holds
/// content, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Parcel {
    pub(crate) route: Arc<Route>,
    /// Spans, metric points or log records.
    pub(crate) items: u64,
    pub(crate) body: Bytes,
    pub(crate) gzip: bool,
    /// Which came first: halves have the number of the whole.
    pub(crate) number: u64,
    /// Tries so far.
    pub(crate) tries: u32,
    /// Not to be sent before.
    pub(crate) not_before: Instant,
    /// When it is given up.
    pub(crate) deadline: Instant,
    /// Why the last try failed.
    pub(crate) problem: String,
}

impl Parcel {
    pub(crate) fn signal(&self) -> Signal {
        self.route.signal
    }

    /// What it carries; `None` where it cannot be read any more, which does not
    /// happen to what this process packed.
    pub(crate) fn open(&self) -> Option<Payload> {
        open(self.signal(), &self.body, self.gzip)
    }
}

pub(crate) fn open(signal: Signal, body: &Bytes, gzip: bool) -> Option<Payload> {
    let mut plain = Vec::new();
    let body = if gzip {
        GzDecoder::new(body.as_ref()).read_to_end(&mut plain).ok()?;
        plain.as_slice()
    } else {
        body.as_ref()
    };
    Payload::decode(signal, body).ok()
}

/// The body as it goes over the wire, and whether it is compressed.
pub(crate) fn wrap(plain: Vec<u8>, gzip: bool) -> (Bytes, bool) {
    if gzip {
        // A tenth of the speed of the default level buys a twentieth of the size.
        let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
        // Writing to memory does not fail; where it did, the plain body goes.
        if encoder.write_all(&plain).is_ok()
            && let Ok(body) = encoder.finish()
        {
            return (body.into(), true);
        }
    }
    (plain.into(), false)
}
