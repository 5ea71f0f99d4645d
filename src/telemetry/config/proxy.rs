//! The proxy of a receiver.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::environment::Environment;
use crate::telemetry::connection::Proxy;

/// New Relic's variables, for New Relic > `HTTPS_PROXY` or `HTTP_PROXY`, by the
/// endpoint's scheme > `ALL_PROXY`; the last three unless `NO_PROXY` matches, as the
/// AWS SDK's client does. Receivers on this host are reached without a proxy, which
/// could not reach them.
///
/// # Errors
///
/// If the proxy is invalid: telemetry must not bypass it.
pub(super) fn resolve_proxy(
    env: &Environment,
    endpoint: &Uri,
    new_relic: bool,
) -> Result<Option<Proxy>, String> {
    if is_loopback(endpoint) {
        return Ok(None);
    }
    if new_relic && let Some(url) = build_new_relic_url(env) {
        return parse_proxy(NEW_RELIC_HOST, &url, endpoint).map(Some);
    }
    // In a CGI process HTTP_PROXY may be a header of the request.
    if env.get("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let names = match endpoint.scheme_str() {
        Some("https") => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        _ => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    };
    let Some((name, url)) = env.get_first(&names) else {
        return Ok(None);
    };
    if is_excluded(env, endpoint) {
        return Ok(None);
    }
    parse_proxy(name, url.trim(), endpoint).map(Some)
}

fn parse_proxy(setting: &'static str, url: &str, endpoint: &Uri) -> Result<Proxy, String> {
    let matcher = Matcher::builder().all(url).build();
    let intercept = matcher.intercept(endpoint);
    let usable = intercept.filter(|it| matches!(it.uri().scheme_str(), Some("http" | "https")));
    let Some(proxy) = usable else {
        return Err(format!(
            "{setting}: {:?} is not the URL of an http or https proxy",
            hide_credentials(url)
        ));
    };
    Ok(Proxy {
        uri: proxy.uri().clone(),
        setting,
        authorization: proxy.basic_auth().cloned(),
    })
}

fn hide_credentials(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let host = rest.rsplit('@').next().unwrap_or(rest);
    format!("{scheme}{host}")
}

/// The variables of New Relic's agents. The host may be a whole URL.
fn build_new_relic_url(env: &Environment) -> Option<String> {
    let host = env.get(NEW_RELIC_HOST)?;
    let host = host.trim();
    if host.contains("://") {
        return Some(host.to_owned());
    }
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let scheme = env.get("NEW_RELIC_PROXY_SCHEME");
    let scheme = scheme.as_deref().map_or("http", str::trim);
    let user = env.get("NEW_RELIC_PROXY_USER").map(|user| {
        let password = env.get("NEW_RELIC_PROXY_PASS").unwrap_or_default();
        format!("{}:{}@", encode(&user), encode(&password))
    });
    let port = env.get("NEW_RELIC_PROXY_PORT");
    let port = port.map(|port| format!(":{}", port.trim()));
    Some(format!(
        "{scheme}://{}{host}{}",
        user.unwrap_or_default(),
        port.unwrap_or_default()
    ))
}

fn is_excluded(env: &Environment, endpoint: &Uri) -> bool {
    let list = env.get_first(&["NO_PROXY", "no_proxy"]);
    list.is_some_and(|(_, list)| {
        let matcher = Matcher::builder().all("http://proxy").no(list).build();
        matcher.intercept(endpoint).is_none()
    })
}

fn is_loopback(endpoint: &Uri) -> bool {
    let host = endpoint.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

const NEW_RELIC_HOST: &str = "NEW_RELIC_PROXY_HOST";

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(
        set: &'static [(&'static str, &'static str)],
        endpoint: &'static str,
        new_relic: bool,
    ) -> Result<Option<(String, Option<String>)>, String> {
        let env = Environment::new(|name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        let proxy = resolve_proxy(&env, &Uri::from_static(endpoint), new_relic)?;
        Ok(proxy.map(|proxy| {
            let authorization = proxy.authorization.map(|value| {
                assert!(value.is_sensitive());
                value.to_str().unwrap().to_owned()
            });
            (proxy.uri.to_string(), authorization)
        }))
    }

    fn proxy_of(
        set: &'static [(&'static str, &'static str)],
        endpoint: &'static str,
    ) -> Option<String> {
        let proxy = resolve(set, endpoint, false).unwrap();
        proxy.map(|(uri, _)| uri)
    }

    const HTTPS: &str = "https://collector.example/v1/traces";
    const HTTP: &str = "http://collector.example:4318/v1/traces";

    #[test]
    fn proxy_variables_apply_by_scheme() {
        let all = &[
            ("HTTPS_PROXY", "http://one:1"),
            ("http_proxy", "http://two:2"),
            ("ALL_PROXY", "http://three:3"),
        ];
        assert_eq!(proxy_of(all, HTTPS).unwrap(), "http://one:1/");
        assert_eq!(proxy_of(all, HTTP).unwrap(), "http://two:2/");
        assert_eq!(
            proxy_of(&[("all_proxy", "three:3")], HTTP).unwrap(),
            "http://three:3/"
        );
        assert_eq!(proxy_of(&[("HTTPS_PROXY", "http://one:1")], HTTP), None);
        assert_eq!(proxy_of(&[], HTTPS), None);
        let cgi = &[("HTTP_PROXY", "http://one:1"), ("REQUEST_METHOD", "GET")];
        assert_eq!(proxy_of(cgi, HTTP), None);
    }

    #[test]
    fn no_proxy_and_loopback_receivers_bypass_the_proxy() {
        const PROXY: (&str, &str) = ("ALL_PROXY", "http://one:1");
        for (set, endpoint, proxied) in [
            (&[PROXY, ("NO_PROXY", "example")][..], HTTPS, false),
            (&[PROXY, ("NO_PROXY", "other.example")], HTTPS, true),
            (&[PROXY, ("no_proxy", "*")], HTTP, false),
            (
                &[PROXY, ("NO_PROXY", "10.0.0.0/8")],
                "http://10.1.2.3:4318/",
                false,
            ),
            (&[PROXY], "http://localhost:4318/v1/traces", false),
            (&[PROXY], "http://127.0.0.1:4318/v1/traces", false),
            (&[PROXY], "http://[::1]:4318/v1/traces", false),
            (&[PROXY], "http://10.1.2.3:4318/v1/traces", true),
        ] {
            assert_eq!(
                proxy_of(set, endpoint).is_some(),
                proxied,
                "{set:?} {endpoint}"
            );
        }
    }

    #[test]
    fn new_relic_proxy_variables_come_first_for_new_relic() {
        let set = &[
            ("NEW_RELIC_PROXY_HOST", "nr.example"),
            ("NEW_RELIC_PROXY_PORT", "3128"),
            ("NEW_RELIC_PROXY_USER", "us:er"),
            ("NEW_RELIC_PROXY_PASS", "p@ss"),
            ("HTTPS_PROXY", "http://one:1"),
            ("NO_PROXY", "*"),
        ];
        let (uri, authorization) = resolve(set, HTTPS, true).unwrap().unwrap();
        assert_eq!(uri, "http://nr.example:3128/");
        // us:er:p@ss
        assert_eq!(authorization.unwrap(), "Basic dXM6ZXI6cEBzcw==");
        assert_eq!(resolve(set, HTTPS, false), Ok(None));
        let whole = &[
            ("NEW_RELIC_PROXY_HOST", "https://a:b@nr.example:8443"),
            ("NEW_RELIC_PROXY_PORT", "1"),
        ];
        let (uri, authorization) = resolve(whole, HTTPS, true).unwrap().unwrap();
        assert_eq!(uri, "https://nr.example:8443/");
        assert_eq!(authorization.unwrap(), "Basic YTpi");
    }

    #[test]
    fn an_invalid_proxy_is_an_error_without_its_credentials() {
        for url in [
            "socks5://a:s3cret@host:1",
            "http://a:s3cret@",
            "a:s3cret@ b",
        ] {
            let set: &'static [_] = vec![("HTTPS_PROXY", url)].leak();
            let text = resolve(set, HTTPS, false).unwrap_err();
            assert!(text.starts_with("HTTPS_PROXY: "), "{text}");
            assert!(
                !url.starts_with("socks5") || text.contains("socks5://host"),
                "{text}"
            );
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}
