//! A folder of text, split into passages for the search.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::{BoxError, splitter};

/// A piece of one file.
#[derive(Debug)]
pub(crate) struct Passage {
    /// The file, relative to the folder.
    pub(crate) source: String,
    /// The headings above it; empty without any.
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Passage {
    /// The text to embed. Headings often have the word that a question uses.
    pub(crate) fn with_title(&self) -> String {
        format!("{}\n{}", self.title, self.text)
    }
}

/// The passages of all `.md` and `.txt` files in a folder and its subfolders,
/// except hidden ones.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<Passage>, BoxError> {
    let unreadable =
        |path: &Path, problem: io::Error| format!("cannot read {}: {problem}", path.display());
    let mut passages = Vec::new();
    for path in list_files(folder).map_err(|problem| unreadable(folder, problem))? {
        let text = fs::read(&path).map_err(|problem| unreadable(&path, problem))?;
        let source = path.strip_prefix(folder).unwrap_or(&path);
        let text = String::from_utf8_lossy(&text);
        passages.extend(splitter::split_text(&source.display().to_string(), &text));
    }
    if passages.is_empty() {
        let folder = folder.display();
        return Err(format!("{folder} holds no .md or .txt file with text in it").into());
    }
    Ok(passages)
}

/// The text files in a folder, sorted by name.
fn list_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|end| end == "md" || end == "txt")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
