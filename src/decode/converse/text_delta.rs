//! The fast path for text deltas.
//!
//! Nearly every event of a stream brings a piece of text and nothing else, and to
//! build a JSON value of each would be most of what a stream costs.

use crate::record::Call;

/// Reads an event that brings a piece of text and nothing else. `false` where the
/// payload is another one, or is written in another way.
pub(super) fn read_text_delta(payload: &[u8], call: &mut Call) -> bool {
    let Some((index, text)) = parse_text_delta(payload) else {
        return false;
    };
    let cap = call.cap();
    if let Some(choice) = call.choice_mut(0) {
        choice.push_text(cap, index, text);
    }
    true
}

/// Block and text of `{"contentBlockIndex":0,"delta":{"text":"…"},"p":"…"}`, to
/// the letter as the service writes it and without escapes.
fn parse_text_delta(payload: &[u8]) -> Option<(i64, &str)> {
    let rest = payload.strip_prefix(b"{\"contentBlockIndex\":")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (index, rest) = rest.split_at_checked(digits)?;
    let index = std::str::from_utf8(index).ok()?.parse().ok()?;
    let rest = rest.strip_prefix(b",\"delta\":{\"text\":\"")?;
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let (text, rest) = rest.split_at_checked(rest.iter().position(special)?)?;
    let rest = rest.strip_prefix(b"\"}")?;
    let padding = || rest.strip_prefix(b",\"p\":\"")?.strip_suffix(b"\"}");
    let padded = || padding().is_some_and(|padding| padding.iter().all(u8::is_ascii_alphanumeric));
    (rest == b"}" || padded()).then_some((index, std::str::from_utf8(text).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::json::Json;
    use crate::semconv::operation::CHAT;

    #[test]
    fn fast_path_reads_what_the_json_reader_reads() {
        let texts = [
            "",
            " refunds",
            "wörld …",
            "a\\\"b",
            "line\\nbreak",
            "\\u00e9",
        ];
        let mut taken = 0;
        for text in texts {
            for payload in [
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}},"p":"abcXYZ01"}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}}}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}},"p":"a\"}}"}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}},"x":1}}"#),
                format!(r#"{{"delta":{{"text":"{text}"}},"contentBlockIndex":3}}"#),
                format!(r#"{{"contentBlockIndex":3,"delta":{{"text":"{text}"}}"#),
                format!(r#"{{"contentBlockIndex":,"delta":{{"text":"{text}"}}}}"#),
            ] {
                let long = Json::parse(payload.as_bytes());
                let Some((index, short)) = parse_text_delta(payload.as_bytes()) else {
                    continue;
                };
                taken += 1;
                let long = long.unwrap();
                assert_eq!(long.get_i64("contentBlockIndex"), Some(index), "{payload}");
                assert_eq!(
                    long.get("delta").unwrap().get_str("text"),
                    Some(short),
                    "{payload}"
                );
            }
        }
        assert_eq!(taken, 6, "texts without escapes, with padding and without");
    }

    #[test]
    fn text_delta_extends_its_own_block() {
        let mut call = Call::new(Some(CHAT), Some(100));
        for payload in [
            &br#"{"contentBlockIndex":1,"delta":{"text":"b"},"p":"abc"}"#[..],
            br#"{"contentBlockIndex":0,"delta":{"text":"a"}}"#,
            br#"{"contentBlockIndex":1,"delta":{"text":"B"}}"#,
        ] {
            assert!(read_text_delta(payload, &mut call));
        }
        let parts = &call.response.choices[0].message.parts;
        let texts: Vec<_> = parts
            .iter()
            .map(|part| part.content().unwrap().0.as_str())
            .collect();
        assert_eq!(texts, ["bB", "a"]);
    }
}
