//! Where an import puts what a provider lists in a category that the operator has renamed, merged or moved.

use crate::categories::{PATH, all, change, id_of, names};
use crate::import::line;
use crate::support::app::TestApp;
use crate::support::sourced::Sourced;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::sync_catalog;

fn listed_in(id: i64, category: &str) -> Value {
    let mut line = line(id, "9000");
    line["category"] = json!(category);
    line
}

#[test]
fn what_the_operator_renamed_merged_or_moved_does_not_come_back_by_its_providers_name() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let category_of = |source: i64| {
        let sql = format!("SELECT id FROM services WHERE provider_service_id = '{source}'");
        boss.get(&format!("/api/services/{}", app.number(&sql))).expect(200)["category"].clone()
    };
    let mut lines =
        vec![listed_in(1, "A"), listed_in(2, "B"), listed_in(3, "C"), listed_in(4, "D"), listed_in(5, "D")];
    app.provider.set_services(json!(lines));
    let take = json!({ "markup_percent": 20 });
    boss.imports(take.clone()).expect(200);
    assert_eq!(names(&boss), ["A", "B", "C", "D"]);

    // Renamed, merged into another one, and moved as a whole before the empty one was deleted.
    change(&boss, "A", json!({ "name": "TikTok" }));
    let into = id_of(&boss, "TikTok");
    boss.post(&format!("{PATH}/{}/merge", id_of(&boss, "B")), json!({ "into": into })).expect(200);
    boss.post("/api/admin/services/bulk", json!({ "service_ids": [3], "category": "Facebook" })).expect(200);
    boss.delete(&format!("{PATH}/{}", id_of(&boss, "C"))).expect(204);
    // Of D one alone is taken elsewhere: the rest of it is still D.
    boss.put("/api/admin/services/5", json!({ "category": "Best" })).expect(200);
    let kept = ["TikTok", "D", "Facebook", "Best"];
    assert_eq!(names(&boss), kept);

    lines.extend([listed_in(11, "A"), listed_in(12, "B"), listed_in(13, "C"), listed_in(14, "D")]);
    app.provider.set_services(json!(lines));
    let mut look = take.clone();
    look["dry_run"] = json!(true);
    let looked = boss.imports(look).expect(200);
    let shown: Vec<&str> = looked["items"].as_array().unwrap()[5..]
        .iter()
        .map(|item| item["category"].as_str().unwrap())
        .collect();
    assert_eq!(shown, ["TikTok", "TikTok", "Facebook", "D"]);
    boss.imports(take.clone()).expect(200);
    assert_eq!(names(&boss), kept);
    for (source, category) in [(11, "TikTok"), (12, "TikTok"), (13, "Facebook"), (14, "D"), (1, "TikTok")] {
        assert_eq!(category_of(source), category, "{source}");
    }
    // It counts, too, when nothing of what was renamed is listed any more.
    app.provider.set_services(json!([listed_in(21, "A"), listed_in(22, "E")]));
    boss.imports(take).expect(200);
    assert_eq!((category_of(21), category_of(22)), (json!("TikTok"), json!("E")));
}

#[test]
fn another_providers_category_of_the_same_name_is_another_one() {
    let shop = Sourced::start();
    let (app, second, at) = (&shop.app, &shop.second, shop.second_id);
    let boss = app.admin("boss");
    app.provider.set_services(json!([listed_in(1, "A")]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    change(&boss, "A", json!({ "name": "TikTok" }));
    second.set_services(json!([listed_in(1, "A")]));
    boss.imports(json!({ "provider_id": at, "markup_percent": 20 })).expect(200);
    assert_eq!(names(&boss), ["TikTok", "A"]);
    app.provider.set_services(json!([listed_in(1, "A"), listed_in(2, "A")]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    assert_eq!(all(&boss)[0]["services"], 2);
}

#[test]
fn what_was_imported_by_an_older_panel_is_known_after_the_next_look() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([listed_in(1, "A"), listed_in(2, "A")]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    app.write(|tx| tx.execute("DELETE FROM listed_categories", ()).unwrap());
    change(&boss, "A", json!({ "name": "TikTok" }));
    // The new line comes before those that are known.
    app.provider.set_services(json!([listed_in(3, "A"), listed_in(1, "A"), listed_in(2, "A")]));
    boss.imports(json!({ "markup_percent": 20, "service_ids": ["3"] })).expect(200);
    assert_eq!(names(&boss), ["TikTok"]);
    // A provider that gives its category another name makes no second one here.
    app.provider.set_services(json!([listed_in(1, "A2"), listed_in(2, "A2"), listed_in(3, "A2")]));
    sync_catalog::tick(&app.app).unwrap();
    app.provider.set_services(json!([listed_in(1, "A2"), listed_in(4, "A2")]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    assert_eq!((names(&boss), all(&boss)[0]["services"].clone()), (vec!["TikTok".to_owned()], json!(4)));
}
