//! An OTLP receiver that accepts every request and discards it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::SystemTime;

/// Starts the receiver in the background and returns its URL.
pub(crate) fn start_receiver() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::Builder::new().spawn(move || {
        for stream in listener.incoming().flatten() {
            // An error ends the connection, which the check then reports.
            thread::spawn(move || serve_requests(&stream));
        }
    })?;
    Ok(url)
}

fn serve_requests(stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        // The empty line after the headers.
        if line.trim().is_empty() {
            io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
            length = 0;
            let date = httpdate::fmt_http_date(SystemTime::now());
            let response = format!("HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n");
            writer.write_all(response.as_bytes())?;
        }
    }
}
