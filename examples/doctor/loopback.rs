//! An OTLP receiver that accepts every request and discards it.

use std::io;
use std::net::TcpListener;
use std::time::SystemTime;

use http::{Response, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

/// Starts the receiver in the background and returns its URL.
pub(crate) fn start_receiver() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(accept_request);
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    Ok(url)
}

async fn accept_request(
    request: http::Request<Incoming>,
) -> Result<Response<Empty<Bytes>>, hyper::Error> {
    request.into_body().collect().await?;
    let mut response = Response::new(Empty::new());
    let now = httpdate::fmt_http_date(SystemTime::now());
    if let Ok(now) = now.parse() {
        response.headers_mut().insert(header::DATE, now);
    }
    Ok(response)
}
