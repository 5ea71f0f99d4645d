//! As much of `WebDriver` as the tests need: JSON over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::until;

/// A browser with one page, closed when this is dropped.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    pub(crate) fn start() -> Self {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{error}: apt-get install chromium chromium-driver");
            });
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
        };
        until("chromedriver", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        // A container's root has no sandbox, and little shared memory.
        let options =
            json!({"args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"]});
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}});
        let made = browser.send("POST", "/session", &wanted);
        browser.session = String::from(made["sessionId"].as_str().unwrap());
        browser
    }

    pub(crate) fn open(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    pub(crate) fn size(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": true});
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Emulates a preference of the user's.
    pub(crate) fn prefer(&self, name: &str, value: &str) {
        let features = json!({"features": [{"name": name, "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    fn devtools(&self, command: &str, parameters: &Value) {
        let command = json!({"cmd": command, "params": parameters});
        self.ask("POST", "/goog/cdp/execute", &command);
    }

    /// A key, wherever the focus is.
    pub(crate) fn press(&self, key: &str) {
        let keys = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        let actions = json!([{"type": "key", "id": "keyboard", "actions": keys}]);
        self.ask("POST", "/actions", &json!({ "actions": actions }));
    }

    /// Puts a text in place of the one that is there.
    pub(crate) fn write(&self, element: &str, text: &str) {
        let id = self.find(element);
        self.ask("POST", &format!("/element/{id}/clear"), &json!({}));
        self.ask(
            "POST",
            &format!("/element/{id}/value"),
            &json!({ "text": text }),
        );
    }

    pub(crate) fn text(&self, element: &str) -> String {
        let text = self.run(&format!(
            "return document.querySelector('{element}').textContent"
        ));
        text.as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn attribute(&self, element: &str, name: &str) -> String {
        let script = format!("return document.querySelector('{element}').getAttribute('{name}')");
        self.run(&script).as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn is_visible(&self, element: &str) -> bool {
        let script = format!("return document.querySelector('{element}').checkVisibility()");
        self.run(&script) == json!(true)
    }

    /// What a screen reader says.
    pub(crate) fn label(&self, element: &str) -> String {
        let id = self.find(element);
        let label = self.ask("GET", &format!("/element/{id}/computedlabel"), &Value::Null);
        label.as_str().unwrap_or_default().trim().to_owned()
    }

    pub(crate) fn focused(&self, attribute: &str) -> String {
        let script = format!("return document.activeElement.getAttribute('{attribute}')");
        self.run(&script).as_str().unwrap_or_default().to_owned()
    }

    /// Of an element's text against what is behind it, as WCAG 2 counts it.
    pub(crate) fn contrast(&self, element: &str) -> f64 {
        let script = r"
            const light = (colour) => {
              const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
                const value = Number(part) / 255;
                return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
              });
              return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
            };
            const element = document.querySelector(arguments[0]);
            let behind = element;
            const clear = 'rgba(0, 0, 0, 0)';
            while (behind.parentElement && getComputedStyle(behind).backgroundColor === clear) {
              behind = behind.parentElement;
            }
            const one = light(getComputedStyle(element).color);
            const other = light(getComputedStyle(behind).backgroundColor);
            return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);";
        self.run_with(script, &json!([element])).as_f64().unwrap()
    }

    pub(crate) fn run(&self, script: &str) -> Value {
        self.run_with(script, &json!([]))
    }

    fn run_with(&self, script: &str, arguments: &Value) -> Value {
        let body = json!({"script": script, "args": arguments});
        self.ask("POST", "/execute/sync", &body)
    }

    fn find(&self, element: &str) -> String {
        let by = json!({"using": "css selector", "value": element});
        let found = self.ask("POST", "/element", &by);
        let id = found.as_object().unwrap().values().next().unwrap();
        id.as_str().unwrap().to_owned()
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.send(method, &format!("/session/{}{path}", self.session), body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let (head, body) = answer_of(stream);
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200"),
            "{method} {path}: {answer}"
        );
        answer["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.ask("DELETE", "", &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The driver keeps the connection, whatever it is asked for: its answer ends
/// where the head says.
fn answer_of(stream: TcpStream) -> (String, Vec<u8>) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let lower = head.to_lowercase();
    let length = lower
        .lines()
        .find_map(|it| it.strip_prefix("content-length:"));
    let mut body = vec![0; length.unwrap().trim().parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    (head, body)
}

const PATIENCE: Duration = Duration::from_mins(1);

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
