//! All forms of model identifiers, and texts that are none.

use super::ModelId;

const HAIKU: (Option<&str>, Option<&str>) = (Some("anthropic"), Some("claude-3-haiku-20240307"));
const UNKNOWN: (Option<&str>, Option<&str>) = (None, None);

#[test]
fn identifiers_give_vendor_and_name() {
    for (id, expected) in [
        ("anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("anthropic.claude-3-haiku-20240307-v1:0:48k", HAIKU),
        ("us.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("eu.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("apac.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("jp.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("au.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("ca.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("global.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        ("us-gov.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        // An unknown geography.
        ("mars.anthropic.claude-3-haiku-20240307-v1:0", HAIKU),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
            HAIKU,
        ),
        (
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0",
            HAIKU,
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/a1b2c3d4e5f6",
            HAIKU,
        ),
        (
            "arn:aws:bedrock:us-west-2:123456789012:default-prompt-router/meta.llama:1",
            (Some("meta"), Some("llama")),
        ),
        ("anthropic.claude-v2", (Some("anthropic"), Some("claude"))),
        ("cohere.rerank-v3-5:0", (Some("cohere"), Some("rerank"))),
        (
            "amazon.titan-embed-text-v2:0",
            (Some("amazon"), Some("titan-embed-text")),
        ),
        (
            "openai.gpt-oss-120b-1:0",
            (Some("openai"), Some("gpt-oss-120b-1")),
        ),
        ("zai.glm-4.7", (Some("zai"), Some("glm-4.7"))),
        ("us.zai.glm-4.7", (Some("zai"), Some("glm-4.7"))),
        (
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
            UNKNOWN,
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:imported-model/abc.def",
            UNKNOWN,
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1b2c3",
            UNKNOWN,
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/a1b2c3",
            UNKNOWN,
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:prompt/PROMPT12345:2",
            UNKNOWN,
        ),
        (
            "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my.endpoint",
            UNKNOWN,
        ),
        ("arn:", UNKNOWN),
        ("arn:aws:bedrock:us-east-1::foundation-model", UNKNOWN),
        ("", UNKNOWN),
        ("us.", UNKNOWN),
        ("no-such-model", UNKNOWN),
    ] {
        let model = ModelId::parse(id);
        assert_eq!((model.vendor(), model.name()), expected, "{id}");
        assert_eq!(model.to_string(), id);
    }
}

#[test]
fn profiles_give_their_id() {
    for (id, profile) in [
        ("us.amazon.nova-lite-v1:0", Some("us.amazon.nova-lite-v1:0")),
        ("amazon.nova-lite-v1:0", None),
        (
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
            Some("eu.amazon.nova-lite-v1:0"),
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
            Some("a1b2c3d4e5f6"),
        ),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
            None,
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1b2c3",
            None,
        ),
    ] {
        let model = ModelId::parse(id);
        assert_eq!(model.inference_profile().as_deref(), profile, "{id}");
    }
}

#[test]
fn any_identifier_is_displayed_unchanged() {
    let pieces = [
        "arn:",
        "aws",
        ":",
        "::",
        "/",
        ".",
        "-",
        "-v",
        "1",
        "0",
        "bedrock",
        "us-east-1",
        "123456789012",
        "foundation-model",
        "inference-profile",
        "custom-model",
        "application-inference-profile",
        "imported-model",
        "us",
        "us-gov",
        "global",
        "anthropic",
        "amazon",
        "claude-3",
        "-v1:0",
        ":28k",
        "ä",
        "🦀",
        "\0",
        " ",
    ];
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..100_000 {
        let count = random.usize(..12);
        let id: String = (0..count)
            .map(|_| *random.choice(&pieces).unwrap())
            .collect();
        let model = ModelId::parse(&id);
        assert_eq!(model.to_string(), id);
        let (vendor, name) = (model.vendor(), model.name());
        assert_eq!(vendor.is_some(), name.is_some(), "{id:?}");
        assert_ne!(name, Some(""), "{id:?}");
    }
}
