//! What of a text is a run of base64, and what is not.

use super::*;

/// Base64 without padding, of so many characters.
fn encode(length: usize) -> String {
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwC"
        .chars()
        .cycle()
        .take(length)
        .collect()
}

/// URL-safe base64, of so many characters.
fn encode_url_safe(length: usize) -> String {
    "Q2F-dGhlX3NlY29uZA_vYmFyLWJhegw8-_4x"
        .chars()
        .cycle()
        .take(length)
        .collect()
}

fn find_run(text: &str) -> Option<Run> {
    Runs::new(text, false).next()
}

#[test]
fn run_is_found_wherever_it_starts() {
    for before in 0..300 {
        for run in [
            encode(128),
            encode(129),
            encode(1000),
            encode_url_safe(130),
            encode_url_safe(900),
        ] {
            let text = format!("{}\"{run}=\" after", "ä, ".repeat(before));
            let found = find_run(&text).unwrap();
            assert_eq!(&text[found.range], format!("{run}="), "{before}");
            assert_eq!(found.bytes, Some(run.len() * 3 / 4));
        }
    }
}

#[test]
fn ordinary_text_has_no_run() {
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for text in [
        "",
        &encode(127),
        &"a".repeat(100_000),
        &"0123456789abcdef".repeat(64),
        &"The refund of order 4711 was paid on Monday. ".repeat(500),
        &format!("{} {}", encode(127), encode(127)),
        &"src/main/java/Com/Example_1/".repeat(40),
        &"The-Refund-Of-Order-4711-".repeat(40),
        &"the_refund_Of_order_4711_".repeat(40),
        &"Order1\nRefund2\n".repeat(100),
        &"Order1\\nRefund2\\n".repeat(100),
        &format!("Sums1\n{hash}\n{hash}\n{hash}\n"),
        &format!("{}\n{}", encode(76), encode(40)),
    ] {
        assert_eq!(find_run(text), None, "{text}");
    }
}

#[test]
fn escaped_slashes_belong_to_the_run() {
    for slash in ["\\/", "\\\\/"] {
        let run = format!("{}{slash}{}", encode(90), encode(90));
        let text = format!("{{\"a\":\"{run}\"}}");
        let found = find_run(&text).unwrap();
        assert_eq!(&text[found.range], run);
        assert_eq!(found.bytes, Some(181 * 3 / 4));
    }
}

#[test]
fn escape_before_the_run_stays_whole() {
    for escape in ["\\n", "\\t", "\\u00e4", "\\\\n"] {
        let text = format!("{{\"a\":\"{escape}{}\"}}", encode(140));
        let found = find_run(&text).unwrap();
        assert_eq!(&text[found.range], encode(140), "{escape}");
    }
}

#[test]
fn run_goes_on_over_line_breaks() {
    for line_break in ["\n", "\r\n", "\\n", "\\r\\n", "\\\\n"] {
        for (width, last) in [(64, 64), (76, 4), (76, 76), (60, 20), (76, 75)] {
            let padding = "=".repeat((4 - last % 4) % 4);
            let line = encode(width);
            let lines = [&*line, &*line, &*encode(last)].join(line_break);
            for (before, after) in [("ä: \"", "\" x"), ("", ""), ("x ", "\nThe end.")] {
                let text = format!("{before}{lines}{padding}{after}");
                let found = find_run(&text).unwrap();
                assert_eq!(&text[found.range], format!("{lines}{padding}"), "{text}");
                assert_eq!(found.bytes, Some((2 * width + last) * 3 / 4));
            }
        }
    }
}

#[test]
fn words_after_the_run_stay() {
    let text = format!("{}\nThe end, or Here it is.", encode(140));
    assert_eq!(find_run(&text).unwrap().range, 0..140);
    let line = encode(76);
    let text = format!("{line}\n{line}\nHere it is.");
    assert_eq!(find_run(&text).unwrap().range, 0..153);
}

#[test]
fn short_run_counts_where_the_text_was_cut() {
    let line = encode(76);
    for run in [
        encode(32),
        encode(59),
        encode(61),
        encode(127),
        encode(4000),
        encode_url_safe(40),
        format!("{}\\/{}\\", encode(20), encode(20)),
        format!("{line}\n{}", encode(5)),
        format!("{line}\\n"),
        format!("{line}\\"),
    ] {
        for before in ["", "A picture: ", "{\"a\":\"\\n", &"ä, ".repeat(100)] {
            let text = format!("{before}{run}");
            let found: Vec<_> = Runs::new(&text, true).collect();
            let range = before.len()..text.len();
            assert_eq!(found, [Run { range, bytes: None }], "{text}");
        }
    }
    for text in [
        "The refund of order 4711 was paid",
        "the-refund-Of-order-4711-was-paid-on-Monday",
        &"a".repeat(100),
        &format!("{} and", encode(100)),
        "",
    ] {
        assert_eq!(Runs::new(text, true).next(), None, "{text}");
    }
}
