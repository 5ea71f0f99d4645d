//! The files below `src/`, the paths that they name, and what those resolve to.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// Segments of a path.
type Segments = Vec<String>;

pub(crate) struct SourceFile {
    /// Below `src/`, with `/`.
    pub(crate) name: String,
    pub(crate) source: String,
    /// Its module, from the crate root.
    module: Segments,
    /// Paths that the code names. Those of this crate begin with `crate`.
    pub(crate) paths: Vec<Segments>,
    /// Names that the file imports or re-exports: what a path through it means.
    names: HashMap<String, Segments>,
}

impl SourceFile {
    /// The folder, or the file's own name.
    pub(crate) fn room(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap()
    }

    pub(crate) fn is_test(&self) -> bool {
        let stem = self.name.trim_end_matches(".rs");
        stem.ends_with("tests") || stem.contains("/tests/")
    }

    /// Paths into this crate, without `crate`.
    pub(crate) fn crate_paths(&self) -> impl Iterator<Item = &[String]> {
        let own = self.paths.iter().filter(|path| path[0] == "crate");
        own.filter_map(|path| path.get(1..).filter(|rest| !rest.is_empty()))
    }

    /// The files whose items it names. A `mod.rs` only lists and re-exports those
    /// below it, and tests may use what they test.
    pub(crate) fn imports(&self, files: &[Self]) -> Vec<usize> {
        if self.name.ends_with("mod.rs") || self.is_test() {
            return Vec::new();
        }
        let own = files.iter().position(|file| file.name == self.name);
        let found = self
            .crate_paths()
            .filter_map(|path| resolve(path, files, 0));
        let found: BTreeSet<usize> = found.filter(|found| Some(*found) != own).collect();
        found.into_iter().collect()
    }
}

/// The file that defines the item at a path: the file of the longest module, and
/// through its re-exports further.
fn resolve(path: &[String], files: &[SourceFile], depth: usize) -> Option<usize> {
    let module = (0..=path.len()).rev().find_map(|length| {
        let found = files.iter().position(|file| file.module == path[..length]);
        Some((found?, length))
    });
    let (file, length) = module?;
    let Some(item) = path.get(length) else {
        return Some(file);
    };
    match files[file].names.get(item).filter(|_| depth < 8) {
        Some(target) if target[0] == "crate" => {
            let rest = target[1..].iter().chain(&path[length + 1..]);
            resolve(&rest.cloned().collect::<Segments>(), files, depth + 1)
        }
        _ => Some(file),
    }
}

/// Circles of a graph, each once, as the files of a strongly connected component.
pub(crate) fn find_circles(imports: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let reachable: Vec<BTreeSet<usize>> = (0..imports.len())
        .map(|start| {
            let mut seen = BTreeSet::new();
            let mut open = imports[start].clone();
            while let Some(at) = open.pop() {
                if seen.insert(at) {
                    open.extend(&imports[at]);
                }
            }
            seen
        })
        .collect();
    let mut circles: Vec<Vec<usize>> = Vec::new();
    for start in 0..imports.len() {
        let together =
            |at: &usize| reachable[start].contains(at) && reachable[*at].contains(&start);
        let circle: Vec<usize> = (0..imports.len()).filter(together).collect();
        if !circle.is_empty() && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// Every file below `src/` but the crate root, which only re-exports.
pub(crate) fn source_files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("lib.rs")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found.iter().map(|path| read_file(path, &root)).collect()
}

fn read_file(path: &Path, root: &Path) -> SourceFile {
    let inside = path.strip_prefix(root).unwrap();
    let name = inside.to_str().unwrap().replace('\\', "/");
    let module = name.trim_end_matches(".rs").trim_end_matches("/mod");
    let module: Segments = module.split('/').map(str::to_owned).collect();
    let source = fs::read_to_string(path).unwrap();
    let without_tests = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code: Vec<&str> = code_lines(without_tests).collect();
    let code = code.join("\n");
    let mut names = HashMap::new();
    let mut paths = Vec::new();
    let mut inline = Vec::new();
    let mut rest = code.as_str();
    while let Some((before, statement, after)) = next_use(rest) {
        inline.extend(inline_paths(before, &module));
        for (segments, name) in expand(statement, &[]) {
            let segments = absolute(segments, &module);
            names.insert(name, segments.clone());
            paths.push(segments);
        }
        rest = after;
    }
    inline.extend(inline_paths(rest, &module));
    // `payload::read_request` is a path through the import of `payload`.
    paths.extend(inline.into_iter().map(|path| match names.get(&path[0]) {
        Some(import) => import.iter().chain(&path[1..]).cloned().collect(),
        None => path,
    }));
    SourceFile {
        name,
        source,
        module,
        paths,
        names,
    }
}

/// Lines that are neither empty nor comments.
pub(crate) fn code_lines(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//"))
}

/// The tree of the next `use`, and the code on both sides.
fn next_use(code: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let at = from + code.get(from..)?.find("use ")?;
        let line = &code[code[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let is_use = line.is_empty() || (line.starts_with("pub") && !line.contains('='));
        if is_use {
            let end = at + code[at..].find(';')?;
            return Some((&code[..at], &code[at + 4..end], &code[end + 1..]));
        }
        from = at + 4;
    }
}

/// The paths of a use tree, each with the name that it is imported as.
fn expand(tree: &str, prefix: &[String]) -> Vec<(Segments, String)> {
    let tree = tree.trim();
    let Some((head, body)) = tree.split_once('{') else {
        let (path, alias) = match tree.split_once(" as ") {
            Some((path, alias)) => (path, Some(alias.trim())),
            None => (tree, None),
        };
        let mut segments = prefix.to_vec();
        segments.extend(path.split("::").map(|it| it.trim().to_owned()));
        if segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let name = alias.unwrap_or_else(|| segments.last().unwrap()).to_owned();
        return vec![(segments, name)];
    };
    let mut segments = prefix.to_vec();
    let head = head.split("::").map(str::trim).filter(|it| !it.is_empty());
    segments.extend(head.map(str::to_owned));
    let body = body.rsplit_once('}').unwrap().0;
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, char) in body.char_indices().chain([(body.len(), ',')]) {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !body[start..at].trim().is_empty() {
                    found.extend(expand(&body[start..at], &segments));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// Paths that code spells out, from `crate`, `super`, `self` or another crate.
fn inline_paths(code: &str, module: &[String]) -> Vec<Segments> {
    let words = code.split(|char: char| !(char.is_alphanumeric() || "_:".contains(char)));
    let paths = words.filter(|word| word.contains("::") && !word.starts_with("::"));
    paths
        .map(|word| {
            let segments = word.split("::").filter(|it| !it.is_empty());
            absolute(segments.map(str::to_owned).collect(), module)
        })
        .collect()
}

/// A path from the crate root where it begins with `self` or `super`.
fn absolute(segments: Segments, module: &[String]) -> Segments {
    let mut base = module.to_vec();
    let mut rest = segments.as_slice();
    match rest.first().map(String::as_str) {
        Some("self") => rest = &rest[1..],
        Some("super") => {
            while rest.first().is_some_and(|it| it == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        _ => return segments,
    }
    let root = std::iter::once("crate".to_owned());
    root.chain(base).chain(rest.iter().cloned()).collect()
}
