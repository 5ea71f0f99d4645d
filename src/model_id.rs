//! What the identifier of a model tells: its vendor and its plain name.

/// A model identifier as Bedrock takes it, taken apart.
///
/// Forms: a bare id (`anthropic.claude-3-haiku-20240307-v1:0`), one with the
/// prefix of a cross-region profile (`us.anthropic.…`, `global.…`), and ARNs,
/// whose last part may be such an id (foundation models, system profiles) or
/// tell nothing of the model (application profiles, provisioned and imported
/// models, endpoints).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ModelId<'a> {
    vendor: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> ModelId<'a> {
    /// Never fails: an identifier of an unknown form has no vendor and no name.
    pub(crate) fn parse(id: &'a str) -> Self {
        let bare = if id.starts_with("arn:") {
            // arn:partition:bedrock:region:account:type/id
            let resource = id.splitn(6, ':').nth(5).unwrap_or("");
            match resource.split_once('/') {
                Some((kind, id)) if NAMING.contains(&kind) => id,
                _ => "",
            }
        } else {
            id
        };
        let plain = GEO_PREFIXES
            .iter()
            .find_map(|geo| bare.strip_prefix(geo))
            .unwrap_or(bare);
        match plain.split_once('.') {
            Some((vendor, rest)) if is_word(vendor) && !rest.is_empty() => Self {
                vendor: Some(vendor),
                name: Some(without_version(rest)),
            },
            _ => Self {
                vendor: None,
                name: None,
            },
        }
    }

    /// `anthropic`, `amazon`, `meta`, …
    pub(crate) fn vendor(&self) -> Option<&'a str> {
        self.vendor
    }

    /// Without geography, vendor and version: `claude-3-haiku-20240307`.
    pub(crate) fn name(&self) -> Option<&'a str> {
        self.name
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Takes `-v1:0`, `-v2`, `:0` or `:28k` off the end.
fn without_version(name: &str) -> &str {
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    match name.rsplit_once("-v") {
        Some((before, version))
            if !before.is_empty()
                && !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            before
        }
        _ => name,
    }
}

/// Kinds of ARN whose last part is a model's id.
const NAMING: &[&str] = &["foundation-model", "inference-profile"];

/// Prefixes of cross-region inference profiles.
const GEO_PREFIXES: &[&str] = &[
    "us-gov.", "global.", "apac.", "us.", "eu.", "jp.", "au.", "ca.",
];

#[cfg(test)]
mod tests {
    use super::ModelId;

    #[test]
    fn every_form_tells_what_it_can() {
        let claude = (Some("anthropic"), Some("claude-3-haiku-20240307"));
        for (id, expected) in [
            ("anthropic.claude-3-haiku-20240307-v1:0", claude),
            ("us.anthropic.claude-3-haiku-20240307-v1:0", claude),
            ("us-gov.anthropic.claude-3-haiku-20240307-v1:0", claude),
            (
                "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
                claude,
            ),
            (
                "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0",
                claude,
            ),
            ("anthropic.claude-v2", (Some("anthropic"), Some("claude"))),
            (
                "amazon.titan-embed-text-v2:0",
                (Some("amazon"), Some("titan-embed-text")),
            ),
            (
                "openai.gpt-oss-120b-1:0",
                (Some("openai"), Some("gpt-oss-120b-1")),
            ),
            ("zai.glm-4.7", (Some("zai"), Some("glm-4.7"))),
            (
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
                (None, None),
            ),
            (
                "arn:aws:bedrock:us-east-1:123456789012:imported-model/abc.def",
                (None, None),
            ),
            ("arn:", (None, None)),
            ("", (None, None)),
            ("us.", (None, None)),
            ("no-such-model", (None, None)),
        ] {
            let model = ModelId::parse(id);
            assert_eq!((model.vendor(), model.name()), expected, "{id}");
        }
    }
}
