//! URLs that carry the right to fetch what they point to.

use std::borrow::Cow;

/// The URL as far as it is only an address: without user information, query
/// and fragment. A key in S3 may hold `?` and `#`, so an S3 URI stays whole
/// unless it is signed.
pub(crate) fn without_credentials(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Cow::Borrowed(url);
    };
    if scheme.eq_ignore_ascii_case("s3") && !is_signed(url) {
        return Cow::Borrowed(url);
    }
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let address = rest.get(..end).unwrap_or(rest);
    let (host, _) = split_path(address);
    match host.rfind('@') {
        Some(at) => {
            let address = address.get(at + 1..).unwrap_or_default();
            Cow::Owned(format!("{scheme}://{address}"))
        }
        None => Cow::Borrowed(url.get(..scheme.len() + 3 + end).unwrap_or(url)),
    }
}

/// The URL carries a signature, a token or user information.
pub(crate) fn is_signed(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let (host, _) = split_path(rest);
    let end = host.find(['?', '#']).unwrap_or(host.len());
    if host.get(..end).is_some_and(|host| host.contains('@')) {
        return true;
    }
    let Some(start) = rest.find(['?', '#']) else {
        return false;
    };
    let query = rest.get(start + 1..).unwrap_or_default();
    // `\u0026` is the escape of `&` in JSON, `&amp;` that in HTML.
    let names = query.split(['&', ';', '?', '#', '\\']);
    names
        .filter_map(|parameter| Some(parameter.split_once('=')?.0))
        .any(is_credential)
}

/// Whether a query's parameter of this name is a credential.
fn is_credential(name: &str) -> bool {
    let name = name.strip_prefix("u0026").unwrap_or(name);
    let starts = |known: &&str| {
        let start = name.get(..known.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(known))
    };
    let ends = |known: &&str| {
        let end = name.len().checked_sub(known.len());
        end.and_then(|end| name.get(end..))
            .is_some_and(|end| end.eq_ignore_ascii_case(known))
    };
    name.eq_ignore_ascii_case("key") || PREFIXES.iter().any(starts) || SUFFIXES.iter().any(ends)
}

fn split_path(rest: &str) -> (&str, &str) {
    let end = rest.find('/').unwrap_or(rest.len());
    rest.split_at(end)
}

/// Those of AWS and of Google Cloud.
const PREFIXES: &[&str] = &["x-amz-", "x-goog-"];

/// Those of `CloudFront`, of Azure (`sig`) and of others.
const SUFFIXES: &[&str] = &[
    "access-key",
    "access_key",
    "accesskey",
    "accesskeyid",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "credential",
    "jwt",
    "key-pair-id",
    "password",
    "secret",
    "sig",
    "signature",
    "token",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_alone_remains() {
        for (url, address) in [
            ("https://h/a.png", "https://h/a.png"),
            ("https://h/a.png?w=1#x", "https://h/a.png"),
            ("https://h/a.png#x?y", "https://h/a.png"),
            ("https://user:word@h:8/a@b.png", "https://h:8/a@b.png"),
            ("https://h?sig=1", "https://h"),
            ("s3://bucket/what?.png", "s3://bucket/what?.png"),
            ("s3://bucket/a.png?X-Amz-Signature=1", "s3://bucket/a.png"),
            ("file-1234", "file-1234"),
        ] {
            assert_eq!(without_credentials(url), address);
        }
    }

    #[test]
    fn signatures_and_tokens_are_credentials() {
        for url in [
            "https://h/a?X-Amz-Signature=1",
            "https://h/a?b=c&x-amz-security-token=1",
            "https://h/a?sv=1&sig=2",
            "https://h/a?Expires=1&Signature=2&Key-Pair-Id=3",
            "https://h/a?X-Goog-Credential=1",
            "https://h/a?access_token=1",
            "https://h/a#token=1",
            "https://h/a?b=c\\u0026token=1",
            "https://h/a?b=c&amp;token=1",
            "https://h/a?api-key=1",
            "https://h/a?x_api_key=1",
            "https://h/a?auth=1",
            "https://h/a?b=c&jwt=1",
            "https://h/a?access-key=1",
            "https://h/a?Key=1",
            "https://user:word@h/a",
        ] {
            assert!(is_signed(url), "{url}");
        }
        for url in [
            "https://h/a",
            "https://h/a?design=1",
            "https://h/a?author=1&sortkey=2&keyword=3",
            "https://h/a@b?q=x@y",
            "https://h/a?q=token",
            "a?sig=1",
            "https://h/ä?ähnlich=ö",
        ] {
            assert!(!is_signed(url), "{url}");
        }
    }
}
