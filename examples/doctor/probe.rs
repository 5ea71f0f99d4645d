//! An empty export request to the receiver.

use std::error::Error;
use std::time::{Duration, Instant, SystemTime};

use http::{Request, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// The receiver's response.
pub(crate) struct Probe {
    pub(crate) duration: Duration,
    /// Seconds by which this machine's clock is ahead of the receiver's.
    pub(crate) clock_offset: Option<i64>,
}

/// Sends an empty request, with the exporter's headers.
pub(crate) async fn probe_receiver(
    url: &str,
    to_new_relic: bool,
) -> Result<Probe, Box<dyn Error + Send + Sync>> {
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_native_roots()?
        .https_or_http()
        .enable_http1()
        .build();
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let mut request = Request::post(url).header(header::CONTENT_TYPE, "application/x-protobuf");
    let keys = ["NEW_RELIC_LICENSE_KEY", "NEW_RELIC_INSERT_KEY"];
    let key = keys.iter().find_map(|name| std::env::var(name).ok());
    if let Some(key) = key.filter(|_| to_new_relic) {
        request = request.header("api-key", key);
    }
    let started = Instant::now();
    let exchange = client.request(request.body(Full::default())?);
    let answer = tokio::time::timeout(Duration::from_secs(10), exchange)
        .await
        .map_err(|_| "no response within 10 s")?
        .map_err(|error| find_root_cause(&error))?;
    let duration = started.elapsed();
    match answer.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if to_new_relic => {
            return Err("HTTP 403: the license key is wrong or of another region".into());
        }
        status if !status.is_success() => return Err(format!("HTTP {status}").into()),
        _ => {}
    }
    let date = answer.headers().get(header::DATE);
    let date = date.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    Ok(Probe {
        duration,
        clock_offset: date.map(clock_offset),
    })
}

/// The innermost cause; hyper's own message is "client error".
fn find_root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn clock_offset(receiver: SystemTime) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(receiver) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}
