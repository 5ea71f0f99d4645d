//! A loopback receiver whose answers depend on path and headers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

/// A request, without its body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// As sent: a path, or a whole URL to a proxy.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What to answer: a status, and how far the clock of the receiver is behind.
type Answer = fn(&Request) -> u16;

pub(crate) struct Receiver {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    pub(crate) fn start(answer: Answer) -> Self {
        Self::start_behind(Duration::ZERO, answer)
    }

    /// A receiver whose clock is behind.
    pub(crate) fn start_behind(behind: Duration, answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::default();
        let seen = Arc::clone(&requests);
        // The thread ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, seen) = (stream.unwrap(), Arc::clone(&seen));
                thread::spawn(move || serve(&stream, &seen, behind, answer));
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, seen: &Mutex<Vec<Request>>, behind: Duration, answer: Answer) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader) {
        let status = answer(&request);
        seen.lock().unwrap().push(request);
        let date = httpdate::fmt_http_date(SystemTime::now() - behind);
        let mut writer = stream;
        let sent = write!(
            writer,
            "HTTP/1.1 {status} Answer\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n"
        );
        if sent.is_err() {
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let headers = lines.iter().skip(1).map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    let request = Request {
        target: lines[0].split(' ').nth(1).unwrap().to_owned(),
        headers: headers.collect(),
    };
    let length = request.header("content-length").unwrap_or("0");
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).ok()?;
    Some(request)
}
