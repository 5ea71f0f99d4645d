//! HTTP/1.1 by hand: hyper's server cannot cut a response in the middle.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::answer::{Answer, Step};

/// A received request.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// As sent, percent-encoded.
    pub path: String,
    /// In the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// Answers the requests of one connection until it closes.
pub(super) async fn serve_connection(
    socket: TcpStream,
    answer: impl Fn(Request) -> Answer,
) -> io::Result<()> {
    // No Nagle delay between small pieces.
    socket.set_nodelay(true)?;
    let (reader, mut writer) = socket.into_split();
    let mut reader = BufReader::new(reader);
    while let Some(request) = read_request(&mut reader).await? {
        if !send_answer(&mut writer, &answer(request)).await? {
            break;
        }
    }
    Ok(())
}

/// Sends an answer. Returns whether the connection stays open.
async fn send_answer(writer: &mut OwnedWriteHalf, answer: &Answer) -> io::Result<bool> {
    let Some(head) = answer.build_head() else {
        return std::future::pending().await;
    };
    writer.write_all(head.as_bytes()).await?;
    for step in answer.build_steps() {
        match step {
            Step::Send(bytes) => writer.write_all(&bytes).await?,
            Step::Pause(pause) => tokio::time::sleep(pause).await,
            Step::Hang => return std::future::pending().await,
            Step::Cut => return Ok(false),
            Step::End if answer.is_streamed() => writer.write_all(b"0\r\n\r\n").await?,
            Step::End => {}
        }
    }
    Ok(true)
}

/// Reads a request; `None` where the client has closed the connection.
async fn read_request(reader: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default();
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request {
        method,
        path,
        headers,
        body: Vec::new(),
    };
    let length = request.header("content-length").unwrap_or("0");
    let length = length.parse().map_err(io::Error::other)?;
    request.body.resize(length, 0);
    reader.read_exact(&mut request.body).await?;
    Ok(Some(request))
}
