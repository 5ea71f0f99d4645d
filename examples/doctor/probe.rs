//! An empty request, to see who answers.

use std::error::Error;
use std::time::{Duration, Instant, SystemTime};

use http::{Request, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// What an answer tells.
pub(crate) struct Seen {
    pub(crate) took: Duration,
    /// Seconds that this machine's clock is ahead of the receiver's.
    pub(crate) ahead: Option<i64>,
}

/// Asks the receiver to take nothing, as an exporter would.
pub(crate) async fn ask(
    url: &str,
    to_new_relic: bool,
) -> Result<Seen, Box<dyn Error + Send + Sync>> {
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
    let began = Instant::now();
    let exchange = client.request(request.body(Full::default())?);
    let answer = tokio::time::timeout(Duration::from_secs(10), exchange)
        .await
        .map_err(|_| "no answer within 10 s")?
        .map_err(|error| deepest(&error))?;
    let took = began.elapsed();
    match answer.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if to_new_relic => {
            return Err("HTTP 403: the key is wrong, or belongs to another region".into());
        }
        status if !status.is_success() => return Err(format!("HTTP {status}").into()),
        _ => {}
    }
    let date = answer.headers().get(header::DATE);
    let date = date.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    Ok(Seen {
        took,
        ahead: date.map(ahead),
    })
}

/// The cause of the causes: what is above says "client error".
fn deepest(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(cause) = deepest.source() {
        deepest = cause;
    }
    deepest.to_string()
}

fn ahead(theirs: SystemTime) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(theirs) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}
