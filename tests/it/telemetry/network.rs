//! Proxies, TLS and compression, on loopback.

use std::io::Write as _;
use std::net::TcpListener;
use std::time::Duration;

#[cfg(feature = "zstd")]
use nr_bedrock_observability::Compression;
use nr_bedrock_observability::Telemetry;

use super::{KEY, subscribe, trace, with};
use crate::support::certificates::Authority;
use crate::support::otlp::Receiver;
use crate::support::proxy::Proxy;

type Variables = Vec<(&'static str, String)>;

fn otlp(variables: Variables) -> Telemetry {
    Telemetry::otlp()
        .environment(move |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone())
        })
        .timeout(Duration::from_secs(2))
}

/// A host that is not loopback, so that the proxies apply. They know it.
const HOST: &str = "collector.test";

fn assert_delivered(telemetry: Telemetry, receiver: &Receiver) {
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    guard.flush().unwrap();
    assert_eq!(receiver.names(), ["answer", "retrieval"]);
    guard.shutdown().unwrap();
}

/// The reason why spans are lost.
fn reason_of_loss(telemetry: Telemetry) -> String {
    let (dispatch, guard) = subscribe(telemetry);
    with(&dispatch, trace);
    let text = guard.shutdown().unwrap_err().to_string();
    assert!(text.contains("2 spans"), "{text}");
    text
}

fn write_temporary(name: &str, text: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn https_goes_through_a_connect_proxy_with_credentials() {
    let authority = Authority::new();
    let receiver = Receiver::start_tls(authority.server(&[HOST], None));
    // user:p@ss
    let proxy = Proxy::with_credentials("Basic dXNlcjpwQHNz");
    let telemetry = otlp(vec![(
        "HTTPS_PROXY",
        format!("http://user:p%40ss@{}", proxy.address()),
    )])
    .endpoint(format!("https://{HOST}:{}", receiver.port()))
    .root_certificates(authority.pem())
    .header("authorization", "Bearer one");
    assert_delivered(telemetry, &receiver);
    let heads = proxy.heads();
    assert!(!heads.is_empty());
    for head in heads {
        let request = format!("CONNECT {HOST}:{} HTTP/1.1\r\n", receiver.port());
        assert!(head.starts_with(&request), "{head}");
        // The proxy sees nothing of the request.
        assert!(!head.contains("Bearer"), "{head}");
    }
    let export = receiver.exports().remove(0);
    assert!(!export.headers.contains_key("proxy-authorization"));
}

/// `OTEL_EXPORTER_OTLP_ENDPOINT` with a header `api-key`, as New Relic documents it.
#[test]
fn new_relic_by_its_otlp_recipe_gets_its_form_on_the_wire() {
    const NEW_RELIC: &str = "otlp.eu01.nr-data.net";
    let authority = Authority::new();
    let receiver = Receiver::new_relic_tls(KEY, authority.server(&[NEW_RELIC], None));
    let proxy = Proxy::start();
    let variables = [
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            format!("https://{NEW_RELIC}:{}", receiver.port()),
        ),
        ("OTEL_EXPORTER_OTLP_HEADERS", format!("api-key=\"{KEY}\"")),
        ("HTTPS_PROXY", format!("http://{}", proxy.address())),
    ];
    let telemetry = Telemetry::from_env().environment(move |name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone())
    });
    let (dispatch, guard) = subscribe(telemetry.root_certificates(authority.pem()));
    let long = "x".repeat(5_000);
    with(&dispatch, || {
        tracing::info_span!("long", text = long, gen_ai.provider.name = "aws.bedrock")
            .in_scope(|| ());
    });
    guard.shutdown().unwrap();
    let span = receiver.span("long");
    let text = span.attributes["text"].as_str().unwrap();
    assert_eq!(text.chars().count(), 4_095);
    assert_eq!(span.attributes["gen_ai.system"], "aws.bedrock");
    assert_eq!(receiver.exports()[0].resource["aiEnabledApp"], "true");
    assert_eq!(receiver.problems(), Vec::<String>::new());
}

#[test]
fn http_goes_through_a_proxy_in_absolute_form() {
    let receiver = Receiver::start();
    let proxy = Proxy::start();
    let url = format!("http://{HOST}:{}", receiver.port());
    let telemetry = otlp(vec![(
        "http_proxy",
        format!("http://user:pass@{}", proxy.address()),
    )]);
    assert_delivered(telemetry.endpoint(&url), &receiver);
    let head = proxy.heads().remove(0);
    assert!(head.starts_with(&format!("POST {url}/v1/")), "{head}");
    assert!(
        head.contains("proxy-authorization: Basic dXNlcjpwYXNz\r\n"),
        "{head}"
    );
}

#[test]
fn the_proxy_itself_may_use_https() {
    let authority = Authority::new();
    let receiver = Receiver::start_tls(authority.server(&[HOST], None));
    // A proxy that is reached by TLS: a tunnel to it ends in one.
    let plain = Proxy::start();
    let tls_proxy = authority.server(&["127.0.0.1"], None);
    let port = serve_tls_in_front_of(tls_proxy, plain.port());
    let telemetry = otlp(vec![("ALL_PROXY", format!("https://127.0.0.1:{port}"))])
        .endpoint(format!("https://{HOST}:{}", receiver.port()))
        .root_certificates(authority.pem());
    assert_delivered(telemetry, &receiver);
    assert!(plain.heads().iter().all(|it| it.starts_with("CONNECT ")));
}

/// Ends TLS and hands on the bytes to a port.
fn serve_tls_in_front_of(
    config: std::sync::Arc<tokio_rustls::rustls::ServerConfig>,
    port: u16,
) -> u16 {
    let (started, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
            let listener = listener.unwrap();
            started.send(listener.local_addr().unwrap().port()).unwrap();
            let acceptor = tokio_rustls::TlsAcceptor::from(config);
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut client = acceptor.accept(stream).await.unwrap();
                    let server = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server.unwrap()).await;
                });
            }
        });
    });
    wait.recv().unwrap()
}

#[test]
fn no_proxy_bypasses_the_proxy() {
    let receiver = Receiver::start();
    let proxy = Proxy::start();
    let variables = vec![
        ("HTTP_PROXY", format!("http://{}", proxy.address())),
        ("NO_PROXY", format!("{HOST},other.test")),
    ];
    // Without the proxy this name has no address.
    let telemetry = otlp(variables).endpoint(format!("http://{HOST}:{}", receiver.port()));
    reason_of_loss(telemetry);
    // A receiver on this host needs no NO_PROXY.
    let variables = vec![("HTTP_PROXY", format!("http://{}", proxy.address()))];
    assert_delivered(otlp(variables).endpoint(receiver.url()), &receiver);
    assert_eq!(proxy.heads(), [""; 0]);
}

#[test]
fn new_relic_proxy_variables_apply_to_new_relic() {
    let authority = Authority::new();
    let receiver = Receiver::start_tls(authority.server(&[HOST], None));
    let (proxy, other) = (Proxy::start(), Proxy::start());
    let variables: Variables = vec![
        ("NEW_RELIC_PROXY_HOST", "127.0.0.1".to_owned()),
        ("NEW_RELIC_PROXY_PORT", proxy.port().to_string()),
        ("NEW_RELIC_PROXY_SCHEME", "http".to_owned()),
        ("NEW_RELIC_PROXY_USER", "us@er".to_owned()),
        ("NEW_RELIC_PROXY_PASS", "pa:ss".to_owned()),
        ("HTTPS_PROXY", format!("http://{}", other.address())),
    ];
    let telemetry = Telemetry::new_relic()
        .environment(move |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone())
        })
        .license_key(KEY)
        .endpoint(format!("https://{HOST}:{}", receiver.port()))
        .root_certificates(authority.pem());
    assert_delivered(telemetry, &receiver);
    let head = proxy.heads().remove(0);
    // us@er:pa:ss
    assert!(head.contains("Basic dXNAZXI6cGE6c3M="), "{head}");
    assert_eq!(other.heads(), [""; 0]);
}

#[test]
fn an_invalid_proxy_is_named_and_never_bypassed() {
    let receiver = Receiver::start();
    let variables = vec![("HTTP_PROXY", "socks5://user:s3cret@proxy.test:1080".into())];
    let url = format!("http://{HOST}:{}", receiver.port());
    let text = reason_of_loss(otlp(variables).endpoint(url));
    assert!(
        text.contains(
            "HTTP_PROXY: \"socks5://proxy.test:1080\" is not the URL of an http or https proxy"
        ),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(receiver.totals().requests, 0);
}

#[test]
fn a_proxy_that_refuses_the_credentials_is_named() {
    let proxy = Proxy::with_credentials("Basic other");
    let variables = vec![(
        "HTTPS_PROXY",
        format!("http://user:s3cret@{}", proxy.address()),
    )];
    let text = reason_of_loss(otlp(variables).endpoint(format!("https://{HOST}:4318")));
    let expected = format!(
        "proxy authorization required (through the proxy {})",
        proxy.address()
    );
    assert!(text.contains(&expected), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn a_private_authority_comes_from_code_or_environment() {
    let authority = Authority::new();
    let receiver = Receiver::start_tls(authority.server(&["127.0.0.1"], None));
    let url = format!("https://127.0.0.1:{}", receiver.port());
    let telemetry = otlp(Vec::new()).endpoint(&url);
    assert_delivered(telemetry.root_certificates(authority.pem()), &receiver);

    let path = write_temporary("ca.pem", &authority.pem());
    for variable in [
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
    ] {
        let receiver = Receiver::start_tls(authority.server(&["127.0.0.1"], None));
        let url = format!("https://127.0.0.1:{}", receiver.port());
        let (dispatch, guard) = subscribe(otlp(vec![(variable, path.clone())]).endpoint(url));
        with(&dispatch, trace);
        let _ = guard.shutdown();
        assert_eq!(receiver.names(), ["answer", "retrieval"], "{variable}");
    }

    let other = Authority::new();
    let text = reason_of_loss(
        otlp(Vec::new())
            .endpoint(url)
            .root_certificates(other.pem()),
    );
    assert!(
        text.contains("set OTEL_EXPORTER_OTLP_CERTIFICATE or root_certificates"),
        "{text}"
    );
}

#[test]
fn mutual_tls_presents_the_client_certificate() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let receiver = Receiver::start_tls(authority.server(&["127.0.0.1"], Some(&clients)));
    let url = format!("https://127.0.0.1:{}", receiver.port());
    let client = clients.issue(&["support-bot"]);
    let telemetry = || {
        otlp(Vec::new())
            .endpoint(&url)
            .root_certificates(authority.pem())
    };
    let text = reason_of_loss(telemetry());
    assert!(
        text.contains(
            "set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY"
        ),
        "{text}"
    );
    let identified = telemetry().client_identity(client.certificate.as_str(), client.key.as_str());
    let shown = format!("{identified:?}");
    assert!(!shown.contains("PRIVATE"), "{shown}");
    assert_delivered(identified, &receiver);

    let receiver = Receiver::start_tls(authority.server(&["127.0.0.1"], Some(&clients)));
    let variables = vec![
        (
            "OTEL_EXPORTER_OTLP_CERTIFICATE",
            write_temporary("mtls-ca.pem", &authority.pem()),
        ),
        (
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
            write_temporary("client.pem", &client.certificate),
        ),
        (
            "OTEL_EXPORTER_OTLP_CLIENT_KEY",
            write_temporary("client.key", &client.key),
        ),
    ];
    let url = format!("https://127.0.0.1:{}", receiver.port());
    assert_delivered(otlp(variables).endpoint(url), &receiver);
}

#[test]
fn invalid_certificates_of_code_are_errors_that_show_no_key() {
    let client = Authority::new().issue(&["support-bot"]);
    let other = Authority::new().issue(&["other"]);
    let secret = other.key.lines().nth(1).unwrap();
    let not_a_key = format!("not a key {secret}");
    for (telemetry, expected) in [
        (
            otlp(Vec::new()).root_certificates("nothing"),
            "root_certificates: holds no certificate in PEM format",
        ),
        (
            otlp(Vec::new()).client_identity(client.certificate.as_str(), not_a_key),
            "client_identity: holds no unencrypted private key in PEM format",
        ),
        (
            otlp(Vec::new()).client_identity(client.certificate.as_str(), other.key.as_str()),
            "client_identity: does not fit the client certificate: ",
        ),
    ] {
        let error = telemetry.layer::<tracing_subscriber::Registry>();
        let error = error.map(|_| ()).unwrap_err();
        assert!(error.is_invalid_setting());
        let text = format!("{error} {error:?}");
        assert!(text.starts_with(expected), "{text}");
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn invalid_certificates_of_the_environment_do_not_stop_the_application() {
    const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";
    let missing = vec![(CERTIFICATE, "/nonexistent/ca.pem".to_owned())];
    let empty = vec![(CERTIFICATE, write_temporary("empty.pem", ""))];
    let alone = vec![(
        "OTEL_EXPORTER_OTLP_CLIENT_KEY",
        write_temporary("alone.key", ""),
    )];
    for (variables, expected) in [
        (
            missing,
            "OTEL_EXPORTER_OTLP_CERTIFICATE: cannot read \"/nonexistent/ca.pem\"",
        ),
        (
            empty,
            "OTEL_EXPORTER_OTLP_CERTIFICATE: holds no certificate in PEM format",
        ),
        (
            alone,
            "OTEL_EXPORTER_OTLP_CLIENT_KEY: set without the certificate",
        ),
    ] {
        let text = reason_of_loss(otlp(variables).endpoint("https://127.0.0.1:9"));
        assert!(text.contains(expected), "{text}");
    }
    // They play no part for http.
    let receiver = Receiver::start();
    let missing = vec![(CERTIFICATE, "/nonexistent/ca.pem".to_owned())];
    assert_delivered(otlp(missing).endpoint(receiver.url()), &receiver);
}

/// A scratch image, in a process of its own: the variables are the process's.
#[test]
fn an_image_without_root_certificates_says_what_to_do() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "telemetry::network::scratch_image",
            "--ignored",
            "--nocapture",
        ])
        .env("SSL_CERT_FILE", "/nonexistent/roots.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
#[ignore = "a process that another test starts"]
fn scratch_image() {
    if std::env::var_os("SSL_CERT_FILE").is_none() {
        return;
    }
    let text = reason_of_loss(otlp(Vec::new()).endpoint("https://127.0.0.1:9"));
    for part in [
        "no root certificates on this machine",
        "install the package ca-certificates",
        "SSL_CERT_FILE",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // Receivers of http need none.
    let receiver = Receiver::start();
    assert_delivered(otlp(Vec::new()).endpoint(receiver.url()), &receiver);
    // Nor do those of a private authority.
    let authority = Authority::new();
    let receiver = Receiver::start_tls(authority.server(&["127.0.0.1"], None));
    let telemetry = otlp(Vec::new())
        .endpoint(format!("https://127.0.0.1:{}", receiver.port()))
        .root_certificates(authority.pem());
    assert_delivered(telemetry, &receiver);
}

/// A gRPC server greets with HTTP/2's SETTINGS, before or after the request arrives.
#[test]
fn a_grpc_port_is_recognised_and_the_message_names_4318() {
    for delay in [Duration::ZERO, Duration::from_millis(100)] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            const SETTINGS: &[u8] = &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0x40, 0];
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                std::thread::spawn(move || {
                    std::thread::sleep(delay);
                    let _ = stream.write_all(SETTINGS);
                    std::thread::sleep(Duration::from_millis(100));
                });
            }
        });
        let telemetry = otlp(Vec::new()).endpoint(format!("http://127.0.0.1:{port}"));
        let text = reason_of_loss(telemetry);
        assert!(
            text.contains(
                "probably a port for OTLP/gRPC, or for https; use the one for http/protobuf, \
                 by default 4318"
            ),
            "{text}"
        );
    }
}

#[cfg(feature = "zstd")]
#[test]
fn zstd_comes_from_code_or_environment_and_is_split_and_retried() {
    let receiver = Receiver::start();
    let telemetry = otlp(Vec::new()).compression(Compression::Zstd);
    assert_delivered(telemetry.endpoint(receiver.url()), &receiver);
    for export in receiver.all_exports() {
        assert_eq!(export.headers["content-encoding"], "zstd");
    }

    let receiver = Receiver::start();
    receiver.limit_size(2_000);
    let variables = vec![("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd".to_owned())];
    let (dispatch, guard) = subscribe(otlp(variables).endpoint(receiver.url()));
    with(&dispatch, || {
        for number in 0..300 {
            tracing::info_span!("call", number).in_scope(|| ());
        }
    });
    guard.flush().unwrap();
    assert_eq!(receiver.spans().len(), 300);
    assert!(guard.stats().split() > 0);
    let export = receiver.exports().remove(0);
    assert_eq!(export.headers["content-encoding"], "zstd");
    guard.shutdown().unwrap();

    let receiver = Receiver::start();
    let variables = vec![
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd".to_owned()),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none".to_owned()),
    ];
    assert_delivered(otlp(variables).endpoint(receiver.url()), &receiver);
    let export = receiver.exports().remove(0);
    assert!(!export.headers.contains_key("content-encoding"));
}

#[test]
fn an_unknown_compression_is_gzip() {
    let receiver = Receiver::start();
    let variables = vec![("OTEL_EXPORTER_OTLP_COMPRESSION", "brotli".to_owned())];
    assert_delivered(otlp(variables).endpoint(receiver.url()), &receiver);
    let export = receiver.exports().remove(0);
    assert_eq!(export.headers["content-encoding"], "gzip");
}
