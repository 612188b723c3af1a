//! What the panel says by name and values has its words in both languages, and the API's description lists it.

use crate::support::app::TestApp;
use crate::support::shop::wish;
use crate::support::wire::Answer;
use serde_json::{Value, json};
use smm_panel::catalog::Pause;
use smm_panel::order_types::{FieldKind, OrderType};
use smm_panel::reports::WaitKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use strum::VariantArray;

/// What both panels say, and what only the admins' does.
const WORDS: [(&str, &str, &str); 2] = [
    (
        "vi",
        include_str!("../../static/locales/common.vi.json"),
        include_str!("../../static/locales/admin.vi.json"),
    ),
    (
        "en",
        include_str!("../../static/locales/common.en.json"),
        include_str!("../../static/locales/admin.en.json"),
    ),
];
const API: &str = include_str!("../../docs/API.md");

/// Whether a value is a figure, by its name.
type Values = BTreeMap<String, bool>;

/// The names of a closed set, each with its values, as the API's description shows them.
fn described(schema: &str, tag: &str) -> BTreeMap<String, Values> {
    let document: Value = serde_json::from_slice(&smm_panel::web::openapi::json()).unwrap();
    let variants = document["components"]["schemas"][schema]["oneOf"].as_array();
    let variants = variants.unwrap_or_else(|| panic!("{schema} is not described"));
    let variant = |variant: &Value| {
        let properties = &variant["properties"];
        let name = properties[tag]["enum"][0].as_str().unwrap_or_else(|| panic!("{variant}"));
        let values = properties["values"]["properties"].as_object();
        let is_figure = |schema: &Value| schema["type"] == "integer";
        let values = values.into_iter().flatten().map(|(name, schema)| (name.clone(), is_figure(schema)));
        (name.to_owned(), values.collect())
    };
    variants.iter().map(variant).collect()
}

/// `{min:number} to {field}` asks for `min`, as a number, and for `field` as it is; `{min|line|lines}` for the form
/// that goes with `min`.
fn asked_for(text: &str) -> BTreeSet<(&str, Option<&str>)> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inside
        .map(|(asked, _)| asked.split_once([':', '|']).map_or((asked, None), |(name, how)| (name, Some(how))))
        .collect()
}

#[track_caller]
fn every_one_has_words(schema: &str, tag: &str, section: &str) {
    let known = described(schema, tag);
    assert!(known.len() > 3, "{known:?}");
    for (language, common, admin) in WORDS {
        let section_of = |text: &str| serde_json::from_str::<Value>(text).unwrap()[section].clone();
        // Those that come with their pages.
        let [tickets, account] = ["tickets", "account"].map(|name| {
            let root = env!("CARGO_MANIFEST_DIR");
            fs::read_to_string(format!("{root}/static/locales/{name}.{language}.json")).unwrap()
        });
        let files = [section_of(common), section_of(admin), section_of(&tickets), section_of(&account)];
        let words: Vec<_> = files.iter().flat_map(|file| file.as_object().into_iter().flatten()).collect();
        let mut named: Vec<&String> = words.iter().map(|(name, _)| *name).collect();
        named.sort();
        assert_eq!(named, known.keys().collect::<Vec<_>>(), "{section} in {language}");
        let words: BTreeMap<&String, &Value> = words.into_iter().collect();
        for (name, values) in &known {
            for (value, how) in asked_for(words[name].as_str().unwrap()) {
                let is_figure = values.get(value);
                assert!(is_figure.is_some(), "{language} {section}.{name} asks for {value}: {values:?}");
                assert!(
                    is_figure == Some(&false) || how.is_some(),
                    "{language} {section}.{name} prints the figure {value} as it comes"
                );
            }
        }
    }
    let unlisted: Vec<_> = known.keys().filter(|name| !API.contains(&format!("`{name}`"))).collect();
    assert!(unlisted.is_empty(), "docs/API.md does not list {unlisted:?}");
}

#[test]
fn every_rule_has_its_words() {
    every_one_has_words("Rule", "rule", "rule");
}

#[test]
fn every_reason_has_its_words() {
    every_one_has_words("Reason", "reason", "refusal");
}

#[test]
fn every_note_has_its_words() {
    every_one_has_words("Note", "code", "note");
}

#[test]
fn every_finding_has_its_words_and_what_to_do() {
    every_one_has_words("Finding", "code", "finding");
    for (language, _, admin) in WORDS {
        let words: Value = serde_json::from_str(admin).unwrap();
        for remedy in words["remedy"].as_object().unwrap().keys() {
            assert!(words["finding"][remedy].is_string(), "{language}: {remedy} mends nothing");
        }
    }
}

#[test]
fn every_cause_of_a_failed_call_has_its_words() {
    every_one_has_words("CallCause", "code", "cause");
    let document: Value = serde_json::from_slice(&smm_panel::web::openapi::json()).unwrap();
    let defects = document["components"]["schemas"]["Defect"]["enum"].as_array().unwrap();
    let mut known: Vec<&str> = defects.iter().map(|name| name.as_str().unwrap()).collect();
    known.sort_unstable();
    for (language, _, admin) in WORDS {
        let words: Value = serde_json::from_str(admin).unwrap();
        let mut named: Vec<&String> = words["defect"].as_object().unwrap().keys().collect();
        named.sort();
        assert_eq!(named, known, "{language}");
    }
    let unlisted: Vec<_> = known.iter().filter(|name| !API.contains(&format!("`{name}`"))).collect();
    assert!(unlisted.is_empty(), "docs/API.md does not list {unlisted:?}");
}

#[test]
fn every_cause_of_a_missing_backup_has_its_words() {
    every_one_has_words("BackupCause", "code", "backup_cause");
}

#[test]
fn every_type_of_order_and_every_field_has_its_words() {
    for (language, common, _) in WORDS {
        let words: Value = serde_json::from_str(common).unwrap();
        let names =
            |section: &str| words[section].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        let types: BTreeSet<String> = OrderType::all().iter().map(|kind| kind.word.to_owned()).collect();
        assert_eq!(names("order_type"), types, "{language}");
        let forms = OrderType::all().iter().flat_map(|kind| kind.form(1, 1));
        // The link is a field that services add; a refused line names it.
        let fields =
            forms.map(|field| field.name).chain(["link"]).map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(names("order_field"), fields, "{language}");
        // Minutes to choose from say themselves.
        let fields = OrderType::all().iter().flat_map(|kind| kind.fields);
        for field in fields.filter(|field| field.name != "delay") {
            if let FieldKind::Choice(choices) = field.kind {
                let said = words["order_choice"][field.name].as_object().unwrap();
                assert!(said.keys().eq(choices.iter().copied().collect::<BTreeSet<_>>()), "{language}");
            }
        }
    }
}

#[test]
fn every_background_job_has_a_name_in_words() {
    let app = TestApp::start();
    let jobs = smm_panel::jobs::start(&app.app).unwrap();
    let listed = app.admin("boss").get("/api/admin/jobs").expect(200);
    jobs.stop();
    let named = |job: &Value| job["name"].as_str().unwrap().replace('-', "_");
    let all: BTreeSet<String> = listed["items"].as_array().unwrap().iter().map(named).collect();
    for (language, _, admin) in WORDS {
        let words: Value = serde_json::from_str(admin).unwrap();
        let known: BTreeSet<String> = words["job"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(known, all, "{language}");
    }
}

#[test]
fn a_refusal_says_what_is_wanted_by_name_and_figures() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let rule = |answer: &Answer| {
        let problem = answer.refused(422, "validation_failed");
        let error = &problem["errors"][0];
        (error["field"].clone(), error["rule"].clone(), error["values"].clone())
    };
    let amount = |body: Value| rule(&lan.post("/api/payment/deposit", body));
    let figures = json!({ "min": 10_000, "max": 500_000_000 });
    assert_eq!(amount(json!({ "amount": 5000 })), (json!("amount"), json!("amount_range"), figures));
    for (body, field, name) in [
        (json!({}), "amount", "needed"),
        (json!({ "amount": "5000" }), "amount", "integer"),
        (json!({ "amount": 5000.5 }), "amount", "integer"),
        (json!({ "amount": null }), "amount", "integer"),
        (json!({ "amount": 50_000, "bonus": 1 }), "bonus", "unknown_field"),
        (json!([]), "body", "object"),
    ] {
        assert_eq!(amount(body.clone()), (json!(field), json!(name), Value::Null), "{body}");
    }
    let search = rule(&lan.get("/api/orders?search=ab"));
    assert_eq!(search, (json!("search"), json!("order_search"), json!({ "min": 3, "max": 2048 })));
    let service = app.service(|_| ());
    let poor = lan.post("/api/orders", wish(service, 1000)).refused(402, "insufficient_balance");
    assert_eq!(poor["reason"], "balance_too_low");
    assert_eq!(poor["values"], json!({ "balance": 0, "needed": 12_000, "missing": 12_000 }));
}

#[test]
fn every_kind_of_task_and_every_reason_of_a_pause_has_its_words() {
    // Failing jobs are parted by the page's answer: SePay's list, backups, and the others; how old backups are, errors
    // and the last check-up are the page's, too.
    let kinds = WaitKind::VARIANTS.iter().map(WaitKind::into_str).chain([
        "sepay",
        "backup",
        "backup_late",
        "no_backup",
        "rehearsal",
        "backup_upload",
        "job",
        "errors",
        "check_up",
    ]);
    let kinds: BTreeSet<String> = kinds.map(str::to_owned).collect();
    let pauses: BTreeSet<String> = Pause::VARIANTS.iter().map(|pause| pause.into_str().to_owned()).collect();
    for (language, _, admin) in WORDS {
        let words: Value = serde_json::from_str(admin).unwrap();
        let names = |section: &Value| section.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        for section in [&words["tasks"]["what"], &words["tasks"]["do"]] {
            assert_eq!(names(section), kinds, "{language}");
        }
        assert_eq!(names(&words["paused"]), pauses, "{language}");
    }
}
