//! What the documents list is what there is.

use crate::support::app::TestApp;
use smm_panel::jobs::scheduled;
use smm_panel::kernel::error::Code;
use smm_panel::reports::WaitKind;
use std::fs;
use strum::VariantArray;

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// From a heading or the beginning of a point to the next blank line, or the next point.
fn passage<'t>(text: &'t str, beginning: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(beginning).unwrap_or_else(|| panic!("no {beginning}"));
    rest.split_once(end).map_or(rest, |(passage, _)| passage)
}

#[test]
fn every_code_has_a_row() {
    let api = read("docs/API.md");
    let missing: Vec<&str> = Code::VARIANTS
        .iter()
        .map(Code::into_str)
        .filter(|code| !api.contains(&format!("`{code}`")))
        .collect();
    assert!(Code::VARIANTS.len() > 20 && missing.is_empty(), "{missing:?}");
}

#[test]
fn everything_that_waits_is_named() {
    let api = read("docs/API.md");
    let named = passage(&api, "- **What waits.**", "\n- **");
    let missing: Vec<&str> = WaitKind::VARIANTS
        .iter()
        .map(WaitKind::into_str)
        .filter(|kind| !named.contains(&format!("`{kind}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn resellers_read_every_refusal() {
    let (code, page) = (read("src/web/reseller/refused.rs"), read("docs/RESELLERS.md"));
    let listed = passage(&page, "## Refusals", "\n## ").replace('\n', " ");
    let sentences: Vec<String> = code
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#[error(\"")?.strip_suffix("\")]"))
        .filter(|sentence| *sentence != "{0}")
        .map(|sentence| sentence.replace("{0}", "N"))
        .collect();
    let missing: Vec<_> = sentences.iter().filter(|one| !listed.contains(&format!("`{one}`"))).collect();
    assert!(sentences.len() > 20 && missing.is_empty(), "{missing:?}");
}

#[test]
fn every_job_has_a_name_on_the_board() {
    let app = TestApp::start();
    scheduled::runner(&app.app, "audit").unwrap();
    let jobs = app.admin("boss").get("/api/admin/jobs").expect(200);
    let names: Vec<String> = jobs["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| job["name"].as_str().unwrap().replace('-', "_"))
        .collect();
    for language in ["en", "vi"] {
        let words: serde_json::Value =
            serde_json::from_str(&read(&format!("static/locales/admin.{language}.json"))).unwrap();
        let missing: Vec<_> =
            names.iter().filter(|name| words["job"][name.as_str()].as_str().is_none()).collect();
        assert!(names.len() > 10 && missing.is_empty(), "{language}: {missing:?}");
    }
}
