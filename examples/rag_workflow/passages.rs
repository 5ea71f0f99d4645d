//! A folder of text, cut into passages of a size that is good to search.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::{BoxError, splitter};

/// A piece of one file.
#[derive(Debug)]
pub(crate) struct Passage {
    /// The file, as seen from the folder.
    pub(crate) source: String,
    /// The headings above it, or nothing.
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Passage {
    /// What is embedded: headings often hold the word that people ask with.
    pub(crate) fn with_title(&self) -> String {
        format!("{}\n{}", self.title, self.text)
    }
}

/// All passages of the `.md` and `.txt` files in a folder and those below it,
/// hidden ones left out.
pub(crate) fn read(folder: &Path) -> Result<Vec<Passage>, BoxError> {
    let unreadable =
        |path: &Path, problem: io::Error| format!("cannot read {}: {problem}", path.display());
    let mut passages = Vec::new();
    for path in files(folder).map_err(|problem| unreadable(folder, problem))? {
        let text = fs::read(&path).map_err(|problem| unreadable(&path, problem))?;
        let source = path.strip_prefix(folder).unwrap_or(&path);
        let text = String::from_utf8_lossy(&text);
        passages.extend(splitter::split(&source.display().to_string(), &text));
    }
    if passages.is_empty() {
        let folder = folder.display();
        return Err(format!("{folder} holds no .md or .txt file with text in it").into());
    }
    Ok(passages)
}

/// The text files in a folder, in the order of their names.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
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
