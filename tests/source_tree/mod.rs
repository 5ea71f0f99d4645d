//! The files below `src/`, the paths that they name, and what those resolve to.
//! A tree is made of names and sources, so that the rules can be tested.

mod lexer;
pub(crate) mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lexer::Segments;

/// Re-exports of re-exports are followed this far.
const MAX_DEPTH: usize = 8;

pub(crate) struct SourceFile {
    /// Below `src/`, with `/`.
    pub(crate) name: String,
    pub(crate) source: String,
    /// Without tests, comments and the contents of literals.
    code: String,
    /// Its module, from the crate root, which is empty.
    module: Segments,
    /// Paths that the code names. Those of this crate begin with `crate`, and
    /// none begins with a name that the crate root re-exports but `crate::Error`.
    pub(crate) paths: Vec<Segments>,
    /// Names that the file imports or re-exports: what a path through it means.
    names: BTreeMap<String, Vec<Segments>>,
    definitions: BTreeSet<String>,
}

pub(crate) struct SourceTree {
    pub(crate) files: Vec<SourceFile>,
}

impl SourceFile {
    fn new(name: &str, source: &str) -> Self {
        let stem = name.trim_end_matches(".rs").trim_end_matches("/mod");
        let is_root = ["lib", "main"].contains(&stem);
        let module = stem.split('/').filter(|_| !is_root).map(str::to_owned);
        let without_tests = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code = lexer::strip_comments_and_literals(without_tests);
        Self {
            name: name.to_owned(),
            source: source.to_owned(),
            module: module.collect(),
            paths: Vec::new(),
            names: BTreeMap::new(),
            definitions: lexer::definitions(&code).map(str::to_owned).collect(),
            code,
        }
    }

    /// The folder, or the file's own name.
    pub(crate) fn room(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap()
    }

    pub(crate) fn is_root(&self) -> bool {
        self.module.is_empty()
    }

    pub(crate) fn is_mod(&self) -> bool {
        self.name.ends_with("mod.rs")
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

    /// What a path begins with, spelled out: `self`, `super`, a module below the
    /// file's own, or a name that the file imports.
    fn expand_start(&self, path: Segments, modules: &BTreeSet<Segments>) -> Vec<Segments> {
        let path = self.absolute(path, modules);
        match self.names.get(&path[0]) {
            Some(targets) => targets
                .iter()
                .map(|target| target.iter().chain(&path[1..]).cloned().collect())
                .collect(),
            None => vec![path],
        }
    }

    /// A path from the crate root where it begins with `self`, `super` or a module
    /// below this one.
    fn absolute(&self, path: Segments, modules: &BTreeSet<Segments>) -> Segments {
        let mut base = self.module.clone();
        let mut rest = path.as_slice();
        match rest[0].as_str() {
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|it| it == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            child => {
                let child = [base.as_slice(), &[child.to_owned()]].concat();
                if !modules.contains(&child) {
                    return path;
                }
            }
        }
        let root = std::iter::once("crate".to_owned());
        root.chain(base).chain(rest.iter().cloned()).collect()
    }
}

impl SourceTree {
    /// Every file below `src/`, without the command, which is a crate of its own.
    pub(crate) fn from_src() -> Self {
        Self::from_folder("src")
    }

    /// The command.
    pub(crate) fn from_command() -> Self {
        Self::from_folder("src/bin/nr-bedrock-doctor")
    }

    fn from_folder(folder: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut folders = vec![root.clone()];
        let mut found: Vec<PathBuf> = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with("src/bin") {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs") {
                    found.push(path);
                }
            }
        }
        found.sort();
        let sources = found.iter().map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            (name.replace('\\', "/"), fs::read_to_string(path).unwrap())
        });
        let sources: Vec<(String, String)> = sources.collect();
        Self::new(sources.iter().map(|(name, source)| (&**name, &**source)))
    }

    /// Files by their name below `src/` and their source.
    pub(crate) fn new<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let sources = sources.into_iter();
        let files = sources.map(|(name, source)| SourceFile::new(name, source));
        let mut files: Vec<SourceFile> = files.collect();
        let modules: BTreeSet<Segments> = files.iter().map(|file| file.module.clone()).collect();
        for file in &mut files {
            read_paths(file, &modules);
        }
        let mut tree = Self { files };
        let macros = tree.macro_paths();
        for (file, macros) in tree.files.iter_mut().zip(macros) {
            file.paths.extend(macros);
        }
        tree.resolve_root_names();
        tree
    }

    /// For each file the macros that it calls and another file defines, as paths.
    /// `#[macro_use]` brings them into scope without an import.
    fn macro_paths(&self) -> Vec<Vec<Segments>> {
        let mut defined: BTreeMap<&str, Vec<&SourceFile>> = BTreeMap::new();
        for file in &self.files {
            for name in lexer::macro_definitions(&file.code) {
                defined.entry(name).or_default().push(file);
            }
        }
        let of_file = |file: &SourceFile| {
            let calls: BTreeSet<&str> = lexer::macro_calls(&file.code).collect();
            let foreign = calls
                .into_iter()
                .filter(|name| !file.definitions.contains(*name));
            let owners = foreign.flat_map(|name| {
                let owners = defined.get(name).into_iter().flatten();
                owners.map(move |owner| (owner, name))
            });
            let paths = owners.map(|(owner, name)| {
                let start = std::iter::once("crate").chain(owner.module.iter().map(|it| &**it));
                start.chain([name]).map(str::to_owned).collect()
            });
            paths.collect()
        };
        self.files.iter().map(of_file).collect()
    }

    /// Replaces `crate::Name` by the path that the crate root re-exports, but for
    /// the error type.
    fn resolve_root_names(&mut self) {
        let root = self.files.iter().find(|file| file.is_root());
        let Some(names) = root.map(|root| root.names.clone()) else {
            return;
        };
        for file in self.files.iter_mut().filter(|file| !file.is_root()) {
            for path in &mut file.paths {
                let name = path
                    .get(1)
                    .filter(|name| path[0] == "crate" && *name != "Error");
                let target = name.and_then(|name| names.get(name)?.first());
                if let Some(target) = target {
                    *path = target.iter().chain(&path[2..]).cloned().collect();
                }
            }
        }
    }

    /// For each file those whose items it names. A `mod.rs` and the crate root only
    /// list and re-export, and tests may use what they test.
    pub(crate) fn imports(&self) -> Vec<BTreeSet<usize>> {
        let files = self.files.iter().enumerate();
        let imports = files.map(|(own, file)| {
            if file.is_mod() || file.is_root() || file.is_test() {
                return BTreeSet::new();
            }
            let found = file.crate_paths().flat_map(|path| self.resolve(path, 0));
            found
                .filter(|found| *found != own && !self.files[*found].is_root())
                .collect()
        });
        imports.collect()
    }

    /// The files that define the item at a path: the file of the longest module, and
    /// through its re-exports further.
    fn resolve(&self, path: &[String], depth: usize) -> BTreeSet<usize> {
        let module = (0..=path.len()).rev().find_map(|length| {
            let mut files = self.files.iter();
            let found = files.position(|file| file.module == path[..length]);
            Some((found?, length))
        });
        let Some((at, length)) = module else {
            return BTreeSet::new();
        };
        let file = &self.files[at];
        let itself = BTreeSet::from([at]);
        let Some(item) = path.get(length).filter(|_| depth < MAX_DEPTH) else {
            return itself;
        };
        let follow = |target: &Segments, rest: &[String]| match target[0].as_str() {
            "crate" => self.resolve(&[&target[1..], rest].concat(), depth + 1),
            _ => BTreeSet::new(),
        };
        if item == "*" {
            let targets = file.names.values().flatten();
            let targets = targets.flat_map(|target| follow(target, &[]));
            return targets.chain(itself).collect();
        }
        let rest = &path[length + 1..];
        let named = file.names.get(item).into_iter().flatten();
        let named: BTreeSet<usize> = named.flat_map(|target| follow(target, rest)).collect();
        if !named.is_empty() {
            return named;
        }
        if file.definitions.contains(item) {
            return itself;
        }
        let globs = file.names.get("*").into_iter().flatten();
        let found: BTreeSet<usize> = globs
            .flat_map(|glob| follow(&glob[..glob.len() - 1].to_vec(), &path[length..]))
            .collect();
        let is_owner = |at: &usize| self.files[*at].definitions.contains(item);
        if found.iter().any(is_owner) {
            return found.into_iter().filter(is_owner).collect();
        }
        found.into_iter().chain(itself).collect()
    }
}

/// Reads imports and paths of a file.
fn read_paths(file: &mut SourceFile, modules: &BTreeSet<Segments>) {
    let code = std::mem::take(&mut file.code);
    let (trees, other) = lexer::split_uses(&code);
    let uses = trees
        .into_iter()
        .flat_map(|tree| lexer::expand_use_tree(tree, &[]));
    let uses: Vec<(Segments, String)> = uses.collect();
    for (path, name) in &uses {
        let path = file.absolute(path.clone(), modules);
        file.names.entry(name.clone()).or_default().push(path);
    }
    for (path, name) in uses {
        // `use b::f` after `use crate::a::b`.
        let is_own_name = path[0] == name;
        if !is_own_name && file.names.contains_key(&path[0]) {
            let expanded = file.expand_start(path, modules);
            file.paths.extend(expanded.iter().cloned());
            file.names.insert(name, expanded);
        } else {
            let path = file.absolute(path, modules);
            file.paths.push(path);
        }
    }
    let globs = file.names.get("*").cloned().unwrap_or_default();
    for path in lexer::inline_paths(&other) {
        for glob in &globs {
            // `b::f()` after `use crate::a::*`.
            let mut through_glob = glob[..glob.len() - 1].to_vec();
            through_glob.push(path[0].clone());
            if through_glob[0] == "crate" && modules.contains(&through_glob[1..]) {
                through_glob.extend_from_slice(&path[1..]);
                file.paths.push(through_glob);
            }
        }
        let expanded = file.expand_start(path, modules);
        file.paths.extend(expanded);
    }
    file.code = code;
}
