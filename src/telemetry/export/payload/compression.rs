//! Request bodies, compressed or not.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::otlp_payload::OtlpPayload;
use crate::telemetry::signal::Signal;

/// `None` if the body is damaged, which does not happen to bodies that this process
/// encoded.
pub(crate) fn decode_body(signal: Signal, body: &Bytes, gzip: bool) -> Option<OtlpPayload> {
    let mut plain = Vec::new();
    let body = if gzip {
        GzDecoder::new(body.as_ref()).read_to_end(&mut plain).ok()?;
        plain.as_slice()
    } else {
        body.as_ref()
    };
    OtlpPayload::decode(signal, body).ok()
}

/// The body as it goes over the wire, and whether it is compressed.
pub(crate) fn encode_body(payload: &OtlpPayload, gzip: bool) -> (Bytes, bool) {
    let plain = payload.encode();
    if gzip {
        // The default level takes ten times as long for 5 % less.
        let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
        // Writing to memory does not fail; if it did, the plain body would be sent.
        if encoder.write_all(&plain).is_ok()
            && let Ok(body) = encoder.finish()
        {
            return (body.into(), true);
        }
    }
    (plain.into(), false)
}
