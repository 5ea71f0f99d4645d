//! An HTTP proxy on loopback, which takes every host for this one.

#![expect(clippy::unwrap_used, reason = "test code: a panic fails the test")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub struct Proxy {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub fn start() -> Self {
        Self::start_with(None)
    }

    /// Answers 407 to requests without this `Proxy-Authorization`.
    pub fn with_credentials(authorization: &'static str) -> Self {
        Self::start_with(Some(authorization))
    }

    fn start_with(authorization: Option<&'static str>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let heads = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming() {
                let heads = Arc::clone(&heads);
                thread::spawn(move || serve(client.unwrap(), &heads, authorization));
            }
        });
        Self { port, seen }
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The heads of the first request of each connection.
    pub fn heads(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(mut client: TcpStream, heads: &Mutex<Vec<String>>, authorization: Option<&str>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.extend(byte);
    }
    let text = String::from_utf8(head.clone()).unwrap();
    heads.lock().unwrap().push(text.clone());
    if authorization.is_some_and(|value| !text.contains(value)) {
        let _ = client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        return;
    }
    let tunnel = text.starts_with("CONNECT ");
    let target = text.split(' ').nth(1).unwrap();
    let authority = target.trim_start_matches("http://").split('/').next();
    let port = authority.unwrap().rsplit(':').next().unwrap();
    let mut server = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
    if tunnel {
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    } else {
        server.write_all(&head).unwrap();
    }
    let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut client, &mut server);
    let _ = server.shutdown(Shutdown::Both);
}
