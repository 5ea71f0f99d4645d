//! [`Connector`]: connections to a receiver, directly or through a proxy.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::telemetry::connection::{Connection, Proxy};

/// TLS to the receiver, over what [`ProxyConnector`] connects.
pub(super) type Connector = HttpsConnector<ProxyConnector>;

pub(super) fn build_connector(connection: &Connection) -> Connector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let connector = ProxyConnector {
        to_proxy: (tcp.clone(), Arc::clone(&connection.tls)).into(),
        tcp,
        proxy: connection.proxy.clone(),
    };
    (connector, Arc::clone(&connection.tls)).into()
}

#[derive(Clone, Debug)]
pub(super) struct ProxyConnector {
    tcp: HttpConnector,
    /// The proxy itself may be reached by https.
    to_proxy: HttpsConnector<HttpConnector>,
    proxy: Option<Proxy>,
}

impl Service<Uri> for ProxyConnector {
    type Response = ProxyStream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<ProxyStream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The connectors inside are always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, receiver: Uri) -> Self::Future {
        let mut this = self.clone();
        Box::pin(async move {
            let Some(proxy) = this.proxy else {
                let stream = MaybeHttpsStream::Http(this.tcp.call(receiver).await?);
                return Ok(ProxyStream {
                    stream,
                    forwards: false,
                });
            };
            let forwards = receiver.scheme() != Some(&Scheme::HTTPS);
            let stream = if forwards {
                this.to_proxy.call(proxy.uri).await?
            } else {
                let mut tunnel = Tunnel::new(proxy.uri, this.to_proxy);
                if let Some(authorization) = proxy.authorization {
                    tunnel = tunnel.with_auth(authorization);
                }
                tunnel.call(receiver).await?
            };
            Ok(ProxyStream { stream, forwards })
        })
    }
}

/// A connection to the receiver or to a proxy.
#[derive(Debug)]
pub(super) struct ProxyStream {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    /// The proxy reads the requests and forwards them.
    forwards: bool,
}

impl hyper_util::client::legacy::connect::Connection for ProxyStream {
    fn connected(&self) -> Connected {
        // Makes hyper send absolute URLs.
        self.stream.connected().proxy(self.forwards)
    }
}

impl Read for ProxyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for ProxyStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }
}

type BoxError = Box<dyn StdError + Send + Sync>;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
