//! HTTP/1.1 by hand: hyper's server cannot cut a response in the middle.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::answer::{Answer, Fault};

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
    if answer.fault == Some(Fault::HangBeforeHead) {
        return std::future::pending().await;
    }
    writer.write_all(answer.build_head().as_bytes()).await?;
    let parts = answer.sent_parts();
    // With a size of pieces, parts are buffered up to the next pause.
    let mut buffer = Vec::new();
    for sent in 0..=parts.len() {
        for (_, pause) in answer.pauses.iter().filter(|(parts, _)| *parts == sent) {
            send_buffer(writer, answer, &mut buffer).await?;
            tokio::time::sleep(*pause).await;
        }
        buffer.extend(parts.get(sent).into_iter().flatten());
        if answer.piece_size.is_none() {
            send_buffer(writer, answer, &mut buffer).await?;
        }
    }
    send_buffer(writer, answer, &mut buffer).await?;
    match answer.fault {
        Some(Fault::CutAfter(_)) => Ok(false),
        Some(_) => std::future::pending().await,
        None if answer.streamed => writer.write_all(b"0\r\n\r\n").await.map(|()| true),
        None => Ok(true),
    }
}

async fn send_buffer(
    writer: &mut OwnedWriteHalf,
    answer: &Answer,
    buffer: &mut Vec<u8>,
) -> io::Result<()> {
    for piece in buffer.chunks(answer.piece_size.unwrap_or(usize::MAX)) {
        if answer.streamed {
            let size = format!("{:x}\r\n", piece.len());
            let chunk = [size.as_bytes(), piece, b"\r\n"].concat();
            writer.write_all(&chunk).await?;
        } else {
            writer.write_all(piece).await?;
        }
    }
    buffer.clear();
    Ok(())
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
