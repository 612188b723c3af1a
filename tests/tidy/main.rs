//! The rules of the code base that a compiler does not hold: who may import whom, where SQL and
//! HTTP may stand, how long a file may be, and that what is vendored is what its table says.
//!
//! Each test reads the source tree as text and lists every offence at once. A rule that has to
//! change is changed here, in the same commit as the code that needs it.

mod tree;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use tree::{
    File, crate_imports, module_of, own_static_files, own_texts, resolve, root, sha256, sources, walk,
};

/// A module imports only from lower rows, never from its own: so there is no circle, and the
/// domains know nothing of HTTP or of the jobs.
const RANKS: &[&[&str]] = &[
    &["kernel"],
    &["db", "front", "outbound", "order_types"],
    &["config", "ledger", "audit_log", "idempotency"],
    &["settings", "provider", "certificates", "storage"],
    &["announcements", "referrals", "bonuses", "notify", "mail"],
    &["accounts", "catalog"],
    &["orders", "deposits"],
    &["state", "refills", "tickets"],
    &["reports", "move_in"],
    &["web", "jobs", "demo"],
    &["app"],
    &["cli"],
];

/// Where SQL may stand besides the `store.rs` of each domain.
const SQL_HOMES: &[&str] = &["src/db/", "src/reports/", DUMPS];
/// Where the SQL of others is read.
const DUMPS: &str = "src/move_in/dump/";
const ROCKET_HOMES: &[&str] = &[
    "src/web/",
    "src/front/",
    "src/demo/",
    "src/app.rs",
    "src/cli",
    "src/config.rs",
    "src/config/server.rs",
    "src/main.rs",
];

/// Layers of the browser's code, lowest first; the entries beside them stand above all.
const STATIC_LAYERS: &[&str] = &["vendor", "lib", "ui", "pages"];

const LONGEST_FILE: usize = 500;
const LONGEST_STATIC_FILE: usize = 300;
const LONGEST_LINE: usize = 120;
const DESCRIPTION: &str = "static/openapi.json";
/// Files that may exceed `LONGEST_FILE`; the first line of each says why.
const LONG_FILES: &[&str] = &[];

#[test]
fn modules_import_only_lower_ranks() {
    let rank_of: BTreeMap<&str, usize> =
        RANKS.iter().enumerate().flat_map(|(rank, row)| row.iter().map(move |name| (*name, rank))).collect();
    let mut offences = Vec::new();
    for file in sources("src", &["rs"]) {
        let own = module_of(&file.path);
        if matches!(own.as_str(), "lib" | "main") {
            continue;
        }
        let Some(rank) = rank_of.get(own.as_str()) else {
            offences.push(format!("{}: module `{own}` has no rank", file.path));
            continue;
        };
        for other in crate_imports(&file.code()) {
            if other != own && rank_of.get(other.as_str()).is_none_or(|found| found >= rank) {
                offences.push(format!("{}: `{own}` may not import `{other}`", file.path));
            }
        }
    }
    none(&offences);
}

#[test]
fn sql_stands_only_in_stores() {
    const WORDS: &[&str] =
        &["SELECT ", "INSERT INTO ", "INSERT OR ", "UPDATE ", "DELETE FROM ", "PRAGMA ", "BEGIN IMMEDIATE"];
    none(&foreign_words(WORDS, |path| {
        path.ends_with("/store.rs") || path.contains("/store/") || starts_with_any(path, SQL_HOMES)
    }));
}

#[test]
fn a_domain_is_entered_by_its_door() {
    let mut offences = Vec::new();
    for file in sources("src", &["rs"]) {
        let (own, code) = (module_of(&file.path), file.code());
        if ["pub mod store", "pub(crate) mod store"].iter().any(|open| code.contains(open)) {
            offences.push(format!("{}: a store is private to its domain", file.path));
        }
        for name in RANKS.iter().copied().flatten().filter(|name| **name != own) {
            let [path, group] = [format!("{name}::store"), format!("{name}::{{self, store")];
            if code.contains(&path) || code.contains(&group) {
                offences.push(format!("{}: goes past the door of `{name}`", file.path));
            }
        }
    }
    none(&offences);
}

#[test]
fn rocket_stays_at_the_edge_and_minreq_behind_the_relay() {
    none(&foreign_words(&["rocket::"], |path| starts_with_any(path, ROCKET_HOMES)));
    none(&foreign_words(&["minreq::"], |path| path.starts_with("src/outbound/")));
}

/// A type of order is one value in the table. Whoever asks which type an order has, by its name, takes a part of that
/// value out of it again.
#[test]
fn a_type_of_order_is_named_in_its_table_alone() {
    const TABLE: &str = "src/order_types/table.rs";
    /// Words of others that read like ours.
    const FOREIGN: &[(&str, &str)] = &[
        ("src/web/openapi/handlers.rs", r#"entry("default".to_owned())"#),
        ("src/accounts/keys.rs", r#"DEFAULT_NAME: &str = "default""#),
        ("src/move_in/dump/value.rs", r#""null" | "default""#),
    ];
    let table = fs::read_to_string(root().join(TABLE)).expect("the table of types");
    let quoted = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let named = |start: &str| {
        let lines = table.lines().filter(|line| line.trim_start().starts_with(start));
        lines.flat_map(quoted).filter(|word| !word.is_empty()).collect::<Vec<_>>()
    };
    let words = named("word:");
    let all: HashSet<String> = words.iter().cloned().chain(named("provider_names:")).collect();
    assert!(words.len() >= 5 && words.iter().any(|word| word == "poll"), "{words:?}");
    let mut offences = Vec::new();
    for file in sources("src", &["rs"]).into_iter().chain(sources("static", &["js", "html"])) {
        if file.path == TABLE || file.path.starts_with("static/vendor/") || file.path.contains("tests.rs") {
            continue;
        }
        let code = file.code();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines() {
            let is_foreign = FOREIGN.iter().any(|(path, text)| file.path == *path && line.contains(text));
            let is_quoted = line.split(['"', '\'', '`']).any(|part| all.contains(part));
            let spelled =
                words.iter().filter(|word| word.contains('_')).any(|word| line.contains(word.as_str()));
            if !is_foreign && (is_quoted || spelled) {
                offences.push(format!("{}: {}", file.path, line.trim()));
            }
        }
    }
    none(&offences);
}

#[test]
fn files_are_short() {
    let mut lengths: Vec<usize> = sources("src", &["rs"]).iter().map(File::length).collect();
    lengths.sort_unstable();
    let at = |percent: usize| lengths[(lengths.len() - 1) * percent / 100];
    assert!(at(50) <= 150, "half of the source files are longer than {} lines", at(50));
    assert!(at(90) <= 350, "a tenth of the source files is longer than {} lines", at(90));

    let rust = ["src", "tests", "benches"].iter().flat_map(|root| sources(root, &["rs"]));
    let offences: Vec<_> = rust
        .map(|file| (file, LONGEST_FILE))
        .chain(own_static_files().into_iter().map(|file| (file, LONGEST_STATIC_FILE)))
        // A table of words is as long as there are words, and the API's description is written by the program.
        .filter(|(file, _)| !file.path.starts_with("static/locales/") && file.path != DESCRIPTION)
        .filter(|(file, limit)| file.length() > *limit && !LONG_FILES.contains(&file.path.as_str()))
        .map(|(file, limit)| format!("{}: {} lines, limit {limit}", file.path, file.length()))
        .collect();
    none(&offences);
}

#[test]
fn lines_are_short_and_leave_nothing_to_do() {
    let mut offences = Vec::new();
    for file in own_texts() {
        for (number, line) in file.text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
            let prose = file.path.ends_with(".md") || file.path.starts_with("static/locales/");
            let unbreakable =
                prose || file.path == DESCRIPTION || line.starts_with("//! |") || line.contains("://");
            if line.chars().count() > LONGEST_LINE && !unbreakable {
                offences.push(format!("{}:{number}: over {LONGEST_LINE} columns", file.path));
            }
            if ["TODO", "FIXME", "XXX"].iter().any(|word| line.contains(word)) && !file.is_of_these() {
                offences.push(format!("{}:{number}: unfinished; do it, or say what is not done", file.path));
            }
        }
    }
    none(&offences);
}

#[test]
fn every_module_says_what_lives_there() {
    let silent = sources("src", &["rs"])
        .into_iter()
        .filter(|file| file.path != "src/main.rs" && !file.text.starts_with("//!"));
    none(&silent.map(|file| format!("{}: begins without `//!`", file.path)).collect::<Vec<_>>());
}

/// The list of errors that admins see keeps messages, so they hold no values: those are fields.
#[test]
fn messages_of_errors_hold_no_values() {
    let mut offences = Vec::new();
    for file in sources("src", &["rs"]) {
        for call in file.text.split("tracing::error!(").skip(1) {
            let call = call.split(");").next().unwrap_or_default();
            let message = call.split('"').nth(1);
            if message.is_none_or(|message| message.contains('{')) {
                offences.push(format!("{}: {call}", file.path));
            }
        }
    }
    none(&offences);
}

/// A comment that sends the reader to a page that is not there is worse than none.
/// The description of the API knows a shape by its name alone: of two of one name it would keep one.
#[test]
fn shapes_of_the_api_have_names_of_their_own() {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in sources("src", &["rs"]) {
        let mut is_shape = false;
        for line in file.code().lines().map(str::trim) {
            is_shape |= line.starts_with("#[derive(") && line.contains("ToSchema");
            let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let name = words.windows(2).find(|pair| matches!(pair[0], "struct" | "enum")).map(|pair| pair[1]);
            if let (true, Some(name)) = (is_shape, name) {
                homes.entry(name.to_owned()).or_default().push(file.path.clone());
                is_shape = false;
            }
        }
    }
    assert!(homes.len() > 100, "{homes:?}");
    let twice = homes.iter().filter(|(_, files)| files.len() > 1);
    none(&twice.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect::<Vec<_>>());
}

#[test]
fn pages_and_paths_that_are_mentioned_exist() {
    let mut offences = Vec::new();
    let texts = own_texts();
    let pages: Vec<&str> = texts.iter().map(|file| file.path.as_str()).collect();
    for file in texts.iter().filter(|file| !file.is_of_these()) {
        let folder = Path::new(&file.path).parent().expect("a file has a folder");
        let is_path = |c: char| c.is_alphanumeric() || "._-/".contains(c);
        for word in file.text.split(|c: char| !is_path(c)).map(|word| word.trim_matches('.')) {
            let name = word.rsplit('/').next().unwrap_or(word);
            let missing = name.ends_with(".md") && !pages.iter().any(|page| page.ends_with(name));
            if missing || (word.starts_with("../") && resolve(folder, word).is_none()) {
                offences.push(format!("{}: `{word}` is not here", file.path));
            }
        }
    }
    none(&offences);
}

/// A chapter that stands twice is one that was forgotten when the other was renewed.
#[test]
fn a_page_has_each_chapter_once() {
    let mut offences = Vec::new();
    for page in own_texts().iter().filter(|file| file.path.ends_with(".md")) {
        let mut seen = HashSet::new();
        for chapter in page.text.lines().filter(|line| line.starts_with("## ")) {
            if !seen.insert(chapter) {
                offences.push(format!("{}: `{chapter}` stands there twice", page.path));
            }
        }
    }
    none(&offences);
}

#[test]
fn browser_modules_import_only_their_own_or_lower_layers() {
    let mut offences = Vec::new();
    for file in own_static_files().iter().filter(|file| file.path.ends_with(".js")) {
        let folder = Path::new(&file.path).parent().expect("a file has a folder");
        for target in file.text.split("from \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let Some(path) = resolve(folder, target).filter(|path| path.exists()) else {
                offences.push(format!("{}: `{target}` is not here", file.path));
                continue;
            };
            if layer_of(&path) > layer_of(Path::new(&file.path)) {
                offences.push(format!("{}: imports upward, `{target}`", file.path));
            }
        }
    }
    none(&offences);
}

/// The Content-Security-Policy refuses inline code and foreign hosts; a page that relies on them
/// would break in the browser only, so it breaks here first.
#[test]
fn pages_hold_nothing_inline_and_nothing_foreign() {
    const FORBIDDEN: &[&str] = &["<style", " style=", "<script>", " onclick=", " onload=", " onsubmit="];
    const FOREIGN: &[&str] = &["src=\"http", "rel=\"stylesheet\" href=\"http", "@import", "url(http"];
    let mut offences = Vec::new();
    for file in own_static_files().iter().filter(|file| !file.path.ends_with(".js")) {
        for word in FORBIDDEN.iter().chain(FOREIGN).filter(|word| file.text.contains(**word)) {
            offences.push(format!("{}: `{word}`", file.path));
        }
    }
    none(&offences);
}

#[test]
fn vendored_files_are_what_their_table_says() {
    let readme =
        fs::read_to_string(root().join("static/vendor/README.md")).expect("the table of vendored files");
    let rows: Vec<Vec<&str>> = readme
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    let mut offences = Vec::new();
    for path in walk(&root().join("static/vendor")).iter().filter(|path| !path.ends_with("README.md")) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a readable file name");
        let digest = sha256(&fs::read(path).expect("a vendored file"));
        match rows.iter().find(|row| row[0] == name) {
            None => offences.push(format!("{name}: not in the table")),
            Some(row) if !row.contains(&digest.as_str()) => {
                offences.push(format!("{name}: sha256 is {digest}"));
            }
            Some(row) if !name.contains(row[1]) => {
                offences.push(format!("{name}: its name lacks its version"));
            }
            Some(_) => {}
        }
    }
    for row in rows.iter().filter(|row| !root().join("static/vendor").join(row[0]).exists()) {
        offences.push(format!("{}: in the table, not in the folder", row[0]));
    }
    none(&offences);
}

fn foreign_words(words: &[&str], at_home: impl Fn(&str) -> bool) -> Vec<String> {
    let mut offences = Vec::new();
    for file in sources("src", &["rs"]).iter().filter(|file| !at_home(&file.path)) {
        let code = file.code();
        offences.extend(
            words.iter().filter(|word| code.contains(**word)).map(|word| format!("{}: `{word}`", file.path)),
        );
    }
    offences
}

fn starts_with_any(path: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| path.starts_with(beginning))
}

fn layer_of(path: &Path) -> usize {
    let inside = path.strip_prefix(root()).unwrap_or(path);
    let folder = inside.components().nth(1).map(|part| part.as_os_str().to_string_lossy().into_owned());
    STATIC_LAYERS.iter().position(|layer| Some(*layer) == folder.as_deref()).unwrap_or(STATIC_LAYERS.len())
}

#[track_caller]
fn none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}
