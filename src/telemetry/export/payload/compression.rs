//! Request bodies, compressed or not.

use std::io::{self, Read as _, Write as _};

use bytes::Bytes;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::otlp_payload::OtlpPayload;
use crate::telemetry::compression::Compression;
use crate::telemetry::signal::Signal;

/// `None` if the body is damaged, which does not happen to bodies that this process
/// encoded.
pub(crate) fn decode_body(
    signal: Signal,
    body: &Bytes,
    compression: Compression,
) -> Option<OtlpPayload> {
    let plain = match compression {
        Compression::None => return OtlpPayload::decode(signal, body).ok(),
        Compression::Gzip => {
            let mut plain = Vec::new();
            GzDecoder::new(body.as_ref()).read_to_end(&mut plain).ok()?;
            plain
        }
        #[cfg(feature = "zstd")]
        Compression::Zstd => zstd::stream::decode_all(body.as_ref()).ok()?,
    };
    OtlpPayload::decode(signal, &plain).ok()
}

/// The body as it goes over the wire, and how it is compressed.
pub(crate) fn encode_body(payload: &OtlpPayload, compression: Compression) -> (Bytes, Compression) {
    let plain = payload.encode();
    // Writing to memory does not fail; if it did, the plain body would be sent.
    match compress(&plain, compression) {
        Ok(Some(body)) => (body.into(), compression),
        _ => (plain.into(), Compression::None),
    }
}

fn compress(plain: &[u8], compression: Compression) -> io::Result<Option<Vec<u8>>> {
    match compression {
        Compression::None => Ok(None),
        Compression::Gzip => {
            // The default level takes ten times as long for 5 % less.
            let level = flate2::Compression::fast();
            let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), level);
            encoder.write_all(plain)?;
            encoder.finish().map(Some)
        }
        #[cfg(feature = "zstd")]
        Compression::Zstd => zstd::bulk::compress(plain, ZSTD_LEVEL).map(Some),
    }
}

/// zstd's default: still faster than gzip, and a fifth smaller.
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 3;
