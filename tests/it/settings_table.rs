//! A setting is one line of a table: the API and its description, the admin's form and README say what the line says.

use crate::settings::PATH;
use crate::support::app::TestApp;
use serde_json::Value;
use smm_panel::kernel::notice::NoticeKind;
use smm_panel::settings::Setting;
use smm_panel::settings::table::{SETTINGS, VARIABLES, notice_of};
use std::collections::BTreeSet;
use strum::VariantArray;

const README: &str = include_str!("../../README.md");
const WORDS: [(&str, &str); 2] = [
    ("vi", include_str!("../../static/locales/admin.vi.json")),
    ("en", include_str!("../../static/locales/admin.en.json")),
];

/// The description of a setting inside an object's.
fn described<'v>(schema: &'v Value, name: &str) -> &'v Value {
    name.split('.').fold(schema, |object, part| &object["properties"][part])
}

fn shown_name(setting: &Setting) -> String {
    if setting.kind.is_secret() { format!("{}_set", setting.name) } else { setting.name.to_owned() }
}

#[test]
fn every_setting_is_in_the_answer_in_the_form_and_described() {
    let app = TestApp::start();
    let answer = app.admin("boss").get(PATH).expect(200);
    let site = app.guest().get("/api/site").expect(200);
    let document: Value = serde_json::from_slice(&smm_panel::web::openapi::json()).unwrap();
    let schema = |name: &str| &document["components"]["schemas"][name];
    let fields: Vec<&str> =
        answer["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(fields, SETTINGS.iter().map(|setting| setting.name).collect::<Vec<_>>());
    for setting in SETTINGS {
        let (name, shown) = (setting.name, shown_name(setting));
        let found =
            |whole: &Value, name: &str| whole.pointer(&format!("/{}", name.replace('.', "/"))).is_some();
        assert!(found(&answer, &shown), "GET shows no {shown}");
        assert!(!setting.kind.is_secret() || !found(&answer, name), "GET shows {name}");
        assert_eq!(found(&site, name), setting.is_public, "{name} in /api/site");
        for (schema, name) in [(schema("SettingsView"), &*shown), (schema("ChangeSettings"), name)] {
            let about = described(schema, name)["description"].as_str();
            assert_eq!(about, Some(setting.about), "{name} in the description");
        }
    }
}

#[test]
fn every_setting_has_a_label_in_both_languages() {
    for (language, text) in WORDS {
        let words: Value = serde_json::from_str(text).unwrap();
        for setting in SETTINGS {
            let label = match setting.name.strip_prefix("notices.") {
                Some(kind) => &words["notice"][kind],
                None => &words["settings"][setting.name.replace('.', "_")],
            };
            assert!(label.is_string(), "{language}: no label for {}", setting.name);
            assert!(words["settings"][setting.section].is_string(), "{language}: {}", setting.section);
        }
    }
}

#[test]
fn every_kind_of_notice_has_its_own_switch() {
    for &kind in NoticeKind::VARIANTS {
        assert_eq!(notice_of(kind).name, format!("notices.{}", kind.into_str()));
    }
}

#[test]
fn readme_lists_the_variables_as_the_panel_reads_them() {
    let code = |name: &&str| format!("`{name}`");
    let of_settings = SETTINGS.iter().filter(|setting| !setting.variables.is_empty()).map(|setting| {
        let names = setting.variables.iter().map(code).collect::<Vec<_>>().join(", ");
        format!("| {names} ⚙ | {} | {} |", setting.default.unwrap_or("none"), setting.about)
    });
    let others =
        VARIABLES.iter().map(|line| format!("| `{}` | {} | {} |", line.name, line.default, line.about));
    let expected: BTreeSet<String> = of_settings.chain(others).collect();
    let (_, table) = README.split_once("| name | default | meaning |\n|---|---|---|\n").unwrap();
    let rows: BTreeSet<String> =
        table.lines().take_while(|line| line.starts_with('|')).map(str::to_owned).collect();
    let (missing, extra) = (expected.difference(&rows), rows.difference(&expected));
    assert_eq!(rows, expected, "missing: {missing:#?}\nnot known: {extra:#?}");
}
