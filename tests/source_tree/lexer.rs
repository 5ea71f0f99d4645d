//! Rust source as text: comments, string contents, `use` trees and paths.

/// Segments of a path.
pub(crate) type Segments = Vec<String>;

/// Lines that are neither empty nor comments.
pub(crate) fn code_lines(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//"))
}

/// The source without comments and without the contents of literals, so that a
/// keyword or a path in what is left is code.
pub(crate) fn strip_comments_and_literals(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(char) = rest.chars().next() {
        let length = match char {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment_length(rest),
            '"' => string_length(rest, &code),
            '\'' => char_length(rest),
            _ => 0,
        };
        if length == 0 {
            code.push(char);
            rest = &rest[char.len_utf8()..];
        } else {
            code.push_str(if char == '/' { " " } else { "\"\"" });
            rest = &rest[length..];
        }
    }
    code
}

/// Block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let step = if rest[at..].starts_with("/*") {
            depth += 1;
            2
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            2
        } else {
            rest[at..].chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// `before` ends with the prefix of a raw string, if it is one.
fn string_length(rest: &str, before: &str) -> usize {
    let prefix = before.trim_end_matches('#');
    if prefix.ends_with('r') {
        let end = format!("\"{}", &before[prefix.len()..]);
        let length = rest[1..].find(&end).map(|at| at + 1 + end.len());
        return length.unwrap_or(rest.len());
    }
    let mut is_escaped = false;
    for (at, char) in rest.char_indices().skip(1) {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// 0 for a lifetime.
fn char_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let is_escape = chars.next().is_some_and(|(_, char)| char == '\\');
    match chars.next() {
        // The escaped character may itself be a quote.
        Some((at, char)) if is_escape => {
            let from = at + char.len_utf8();
            rest[from..].find('\'').map_or(0, |end| from + end + 1)
        }
        Some((at, '\'')) => at + 1,
        _ => 0,
    }
}

/// The identifiers, keywords and numbers of code with where they begin.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = code.split(|char: char| !(char.is_alphanumeric() || char == '_'));
    words.filter(|word| !word.is_empty()).map(|word| {
        let start = word.as_ptr() as usize - code.as_ptr() as usize;
        (start, word)
    })
}

/// The trees of all `use` declarations, and the code without them.
pub(crate) fn split_uses(code: &str) -> (Vec<&str>, String) {
    let mut trees = Vec::new();
    let mut other = String::new();
    let mut from = 0;
    for (start, word) in words(code) {
        // `impl Trait + use<'a>` is no declaration.
        let is_use = word == "use" && code[start + 3..].starts_with(char::is_whitespace);
        if !is_use || start < from {
            continue;
        }
        let end = code[start..].find(';').map_or(code.len(), |at| start + at);
        trees.push(&code[start + 3..end]);
        other.push_str(&code[from..start]);
        from = end;
    }
    other.push_str(&code[from..]);
    (trees, other)
}

/// The paths of a use tree, each with the name that it is imported as.
pub(crate) fn expand_use_tree(tree: &str, prefix: &[String]) -> Vec<(Segments, String)> {
    let tree = tree.trim();
    let Some((head, body)) = tree.split_once('{') else {
        let (path, alias) = match tree.split_once(" as ") {
            Some((path, alias)) => (path, Some(alias.trim())),
            None => (tree, None),
        };
        let mut segments = prefix.to_vec();
        segments.extend(split_path(path));
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let name = alias.unwrap_or_else(|| segments.last().unwrap()).to_owned();
        return vec![(segments, name)];
    };
    let mut segments = prefix.to_vec();
    segments.extend(split_path(head));
    let body = body.rsplit_once('}').unwrap().0;
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, char) in body.char_indices().chain([(body.len(), ',')]) {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !body[start..at].trim().is_empty() {
                    found.extend(expand_use_tree(&body[start..at], &segments));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// Paths of two segments and more that code spells out.
pub(crate) fn inline_paths(code: &str) -> Vec<Segments> {
    let words = code.split(|char: char| !(char.is_alphanumeric() || "_:".contains(char)));
    let paths = words.filter(|word| word.contains("::"));
    paths
        .map(|word| split_path(word).collect::<Segments>())
        // Of `Vec::<u8>::new` the rest is `::new`.
        .filter(|path| path.len() > 1)
        .collect()
}

/// `$crate`, as macros have it, is `crate`.
fn split_path(path: &str) -> impl Iterator<Item = String> {
    let segments = path.split("::").map(|it| it.trim().trim_start_matches('$'));
    segments.filter(|it| !it.is_empty()).map(str::to_owned)
}

/// The names of the items and macros that code defines.
pub(crate) fn definitions(code: &str) -> impl Iterator<Item = &str> {
    const KEYWORDS: &[&str] = &[
        "fn",
        "struct",
        "enum",
        "union",
        "trait",
        "type",
        "const",
        "static",
        "macro_rules",
    ];
    let following = words(code).skip(1);
    let pairs = words(code).zip(following);
    pairs
        .filter(|((_, keyword), _)| KEYWORDS.contains(keyword))
        .map(|(_, (_, name))| name)
}

/// The names of the macros that code defines.
pub(crate) fn macro_definitions(code: &str) -> impl Iterator<Item = &str> {
    let after = code.split("macro_rules!").skip(1);
    after.filter_map(|rest| words(rest).next().map(|(_, name)| name))
}

/// The names of the macros that code calls without a path.
pub(crate) fn macro_calls(code: &str) -> impl Iterator<Item = &str> {
    words(code)
        .filter(|(start, word)| {
            let rest = &code[start + word.len()..];
            rest.starts_with('!') && !rest.starts_with("!=")
        })
        .map(|(_, word)| word)
}

/// The first item that neither declares a module nor imports.
pub(crate) fn first_code_item(code: &str) -> Option<&str> {
    let mut rest = code.trim_start();
    while !rest.is_empty() {
        if rest.starts_with("#[") || rest.starts_with("#![") {
            rest = rest[attribute_length(rest)..].trim_start();
            continue;
        }
        let mut item = rest;
        if let Some(after) = item.strip_prefix("pub") {
            item = after.trim_start();
            if item.starts_with('(') {
                item = item.split_once(')').map_or("", |(_, after)| after);
            }
        }
        let item = item.trim_start();
        let (statement, after) = item.split_once(';').unwrap_or((item, ""));
        let declares = statement.starts_with("mod ") && !statement.contains('{');
        if !declares && !statement.starts_with("use ") {
            return rest.lines().next();
        }
        rest = after.trim_start();
    }
    None
}

fn attribute_length(rest: &str) -> usize {
    let mut depth = 0;
    for (at, char) in rest.char_indices() {
        match char {
            '[' => depth += 1,
            ']' if depth == 1 => return at + 1,
            ']' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}
