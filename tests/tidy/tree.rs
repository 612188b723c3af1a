//! The source tree as text: which files there are, what they import, where a path leads.

use std::fs;
use std::path::{Component, Path, PathBuf};

pub struct File {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn length(&self) -> usize {
        self.text.lines().count()
    }

    /// The text without comment lines, which may name anything.
    pub fn code(&self) -> String {
        self.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    /// These very files spell out what they forbid.
    pub fn is_of_these(&self) -> bool {
        self.path.starts_with("tests/tidy/")
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below, but for what npm has installed.
pub fn walk(folder: &Path) -> Vec<PathBuf> {
    if folder.ends_with("node_modules") {
        return Vec::new();
    }
    let entries =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("a readable folder").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

pub fn sources(folder: &str, endings: &[&str]) -> Vec<File> {
    let wanted = |path: &PathBuf| {
        path.extension().and_then(|end| end.to_str()).is_some_and(|end| endings.contains(&end))
    };
    walk(&root().join(folder)).into_iter().filter(wanted).map(read).collect()
}

fn read(path: PathBuf) -> File {
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let path = path.strip_prefix(root()).expect("a path below the root").to_string_lossy().into_owned();
    File { path, text }
}

pub fn own_static_files() -> Vec<File> {
    let files = sources("static", &["html", "css", "js", "json"]);
    files.into_iter().filter(|file| !file.path.starts_with("static/vendor/")).collect()
}

/// Everything people wrote, read or will edit here.
pub fn own_texts() -> Vec<File> {
    let folders = ["src", "tests", "benches", "docs", "migrations"];
    let mut files: Vec<File> =
        folders.iter().flat_map(|folder| sources(folder, &["rs", "md", "sql"])).collect();
    files.extend(own_static_files());
    files.extend(sources("static/vendor", &["md"]));
    let top = fs::read_dir(root()).expect("the root").map(|entry| entry.expect("a readable folder").path());
    files.extend(top.filter(|path| path.extension().is_some_and(|end| end == "md" || end == "rs")).map(read));
    files
}

/// `src/orders/store.rs` and `src/orders.rs` belong to `orders`.
pub fn module_of(path: &str) -> String {
    let name = path.trim_start_matches("src/").split('/').next().unwrap_or(path);
    name.trim_end_matches(".rs").to_owned()
}

/// The first segment of every `crate::` path, those in `use crate::{a::b, c}` included.
pub fn crate_imports(code: &str) -> Vec<String> {
    let ident =
        |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            found.push(ident(rest));
            continue;
        };
        let mut depth = 0;
        for part in group.split_inclusive([',', '{', '}']) {
            if depth == 0 && !ident(part).is_empty() {
                found.push(ident(part));
            }
            match part.chars().last() {
                Some('{') => depth += 1,
                Some('}') if depth == 0 => break,
                Some('}') => depth -= 1,
                _ => {}
            }
        }
    }
    found
}

/// `static/pages/a.js` + `../lib/b.js`; nothing if the path leaves the repository.
pub fn resolve(folder: &Path, target: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for part in folder.join(target).components() {
        match part {
            Component::ParentDir => path.pop().then_some(())?,
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Some(root().join(path))
}

pub fn sha256(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn imports_are_found_in_paths_and_in_groups() {
    let code = "use crate::db::{Tx, Db};\nuse crate::{a::{b, c}, d as e,\n f};\nlet x = crate::g::h();";
    assert_eq!(crate_imports(code), ["db", "a", "d", "f", "g"]);
}
