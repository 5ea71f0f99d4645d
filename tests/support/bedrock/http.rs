//! HTTP/1.1 by hand: a library would not let a response break off half-way.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::answer::{Answer, Step};

/// One request as it was received.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// As it was sent, percent-encoding included.
    pub path: String,
    /// Names in lower case, in the order in which they were sent.
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
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

/// Answers the requests of one connection until it closes.
pub(super) async fn serve(
    socket: TcpStream,
    receive: impl Fn(Request) -> Answer,
) -> io::Result<()> {
    // Small pieces leave at once instead of waiting for the one before.
    socket.set_nodelay(true)?;
    let (reader, mut writer) = socket.into_split();
    let mut reader = BufReader::new(reader);
    while let Some(request) = read(&mut reader).await? {
        if !respond(&mut writer, &receive(request)).await? {
            break;
        }
    }
    Ok(())
}

/// Sends an answer. Returns whether the connection can take another request.
async fn respond(writer: &mut OwnedWriteHalf, answer: &Answer) -> io::Result<bool> {
    let Some(head) = answer.head() else {
        return std::future::pending().await;
    };
    writer.write_all(head.as_bytes()).await?;
    for step in answer.steps() {
        match step {
            Step::Send(bytes) => writer.write_all(&bytes).await?,
            Step::Pause(pause) => tokio::time::sleep(pause).await,
            Step::Hang => return std::future::pending().await,
            Step::Cut => return Ok(false),
            Step::End if answer.streamed() => writer.write_all(b"0\r\n\r\n").await?,
            Step::End => {}
        }
    }
    Ok(true)
}

/// Reads a request; `None` when the client has closed the connection.
async fn read(reader: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<Request>> {
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
