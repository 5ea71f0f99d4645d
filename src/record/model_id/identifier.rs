//! The parts of a model identifier.

use std::fmt;

use super::arn::Arn;

/// A model identifier, split into its parts. `Display` restores the original.
///
/// Forms: a bare id (`anthropic.claude-3-haiku-20240307-v1:0`), one with the
/// prefix of a cross-region profile (`us.anthropic.…`, `global.…`), and ARNs,
/// whose last part is such an id (foundation models, system profiles) or opaque
/// (application profiles, provisioned and imported models, prompts, endpoints).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ModelId<'a> {
    arn: Option<Arn<'a>>,
    /// `us`, `eu`, `global`, …: the id is that of a system profile.
    geography: Option<&'a str>,
    vendor: Option<&'a str>,
    /// The plain name; without a vendor, an opaque id.
    name: &'a str,
    /// `-v1:0`, `:0:28k`, …
    version: &'a str,
}

impl<'a> ModelId<'a> {
    /// Never fails: an identifier of an unknown form has no vendor and no name.
    pub(crate) fn parse(id: &'a str) -> Self {
        let arn = Arn::parse(id);
        let bare = arn.map_or(id, |arn| arn.id());
        let opaque = Self {
            arn,
            geography: None,
            vendor: None,
            name: bare,
            version: "",
        };
        if arn.is_some_and(|arn| !arn.names_model()) {
            return opaque;
        }
        let (geography, plain) = without_geography(bare);
        match plain.split_once('.') {
            Some((vendor, rest)) if is_word(vendor) && !rest.is_empty() => {
                let (name, version) = without_version(rest);
                Self {
                    arn,
                    geography,
                    vendor: Some(vendor),
                    name,
                    version,
                }
            }
            _ => opaque,
        }
    }

    /// `anthropic`, `amazon`, `meta`, …
    pub(crate) fn vendor(&self) -> Option<&'a str> {
        self.vendor
    }

    /// Without geography, vendor and version: `claude-3-haiku-20240307`.
    pub(crate) fn name(&self) -> Option<&'a str> {
        self.vendor.map(|_| self.name)
    }

    /// Whether the plain name starts with one of the prefixes.
    pub(crate) fn name_starts_with(&self, prefixes: &[&str]) -> bool {
        self.name()
            .is_some_and(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
    }

    /// Id and version of a prompt that is used in place of a model.
    pub(crate) fn prompt(&self) -> Option<(&'a str, Option<&'a str>)> {
        self.arn?.prompt()
    }

    /// The id of the inference profile: `us.anthropic.…`, or the last part of
    /// an application profile's ARN.
    pub(crate) fn inference_profile(&self) -> Option<String> {
        let is_profile = match self.arn {
            Some(arn) => arn.is_profile(),
            None => self.geography.is_some(),
        };
        is_profile.then(|| Self { arn: None, ..*self }.to_string())
    }
}

impl fmt::Display for ModelId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(arn) = &self.arn {
            f.write_str(arn.before())?;
        }
        for word in [self.geography, self.vendor].into_iter().flatten() {
            write!(f, "{word}.")?;
        }
        f.write_str(self.name)?;
        f.write_str(self.version)?;
        f.write_str(self.arn.map_or("", |arn| arn.suffix()))
    }
}

/// Splits off the geography: a known one, or any word before a known vendor.
fn without_geography(id: &str) -> (Option<&str>, &str) {
    match id.split_once('.') {
        Some((geography, rest)) if GEOGRAPHIES.contains(&geography) => (Some(geography), rest),
        Some((geography, rest)) => {
            let vendor = rest.split_once('.').map(|(vendor, _)| vendor);
            match vendor {
                Some(vendor) if is_word(geography) && VENDORS.contains(&vendor) => {
                    (Some(geography), rest)
                }
                _ => (None, id),
            }
        }
        None => (None, id),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Splits off the version: `-v1:0`, `-v2`, `-v3-5:0`, `:0` or `:28k`.
fn without_version(name: &str) -> (&str, &str) {
    let plain = name.split_once(':').map_or(name, |(plain, _)| plain);
    let is_number = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    let length = match plain.rsplit_once("-v") {
        Some((before, version)) if !before.is_empty() && is_number(version) => before.len(),
        // A name that is a version alone stays the name.
        _ if plain.is_empty() => name.len(),
        _ => plain.len(),
    };
    name.split_at_checked(length).unwrap_or((name, ""))
}

/// Prefixes of cross-region inference profiles.
const GEOGRAPHIES: &[&str] = &["us-gov", "global", "apac", "us", "eu", "jp", "au", "ca"];

/// Vendors of models on Bedrock. Without a geography before them, unknown
/// vendors are recognised too.
const VENDORS: &[&str] = &[
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "luma",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "stability",
    "twelvelabs",
    "writer",
    "zai",
];
