//! What `/metrics` tells is what was done, and it tells it to nobody else.

use crate::support::app::TestApp;
use crate::support::binary::{Binary, own_folder};
use crate::support::reply::Reply;
use crate::support::shop::BUMX;
use crate::support::tcp::{Served, read_answer};
use crate::support::wire::Answer;
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::TcpStream;
use std::time::Instant;

/// Samples by name and labels, as `orders{status="pending"}`.
struct Figures(BTreeMap<String, f64>);

impl Figures {
    fn read(panel: &Served) -> Figures {
        Figures::of(&panel.send("GET", "/metrics", &[], b""))
    }

    /// Reads the format strictly: every family is announced once, before its samples.
    fn of(answer: &Answer) -> Figures {
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("Content-Type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        let (mut samples, mut types) = (BTreeMap::new(), BTreeMap::new());
        let text = answer.text();
        for line in text.lines() {
            if let Some(announced) = line.strip_prefix("# TYPE ") {
                let (name, kind) = announced.split_once(' ').unwrap();
                assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{line}");
            } else if !line.starts_with('#') {
                let (name, value) = line.rsplit_once(' ').unwrap();
                let bare = name.split('{').next().unwrap();
                let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| bare.strip_suffix(end));
                let of_histogram =
                    family.and_then(|family| types.get(family)).is_some_and(|kind| kind == "histogram");
                assert!(of_histogram || types.contains_key(bare), "{line} is not announced");
                assert!(
                    samples.insert(name.to_owned(), value.parse().unwrap()).is_none(),
                    "{line} stands twice"
                );
            }
        }
        assert!(text.ends_with('\n'));
        Figures(samples)
    }

    #[track_caller]
    fn is(&self, name: &str, expected: f64) {
        let told = self.0.get(name).copied();
        assert_eq!(told, Some(expected), "{name} of {:#?}", self.0.keys());
    }

    fn named<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        self.0
            .iter()
            .filter(move |(name, _)| name.starts_with(start))
            .map(|(name, value)| (name.as_str(), *value))
    }
}

#[test]
fn what_was_done_is_told() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|offer| offer.provider = Some(BUMX));
    let panel = app.serve();
    let bearer = format!("Bearer {}", lan.token());
    for (path, status) in [("/api/orders/1", 404), ("/api/orders/2", 404), ("/nothing", 404), ("/login", 200)]
    {
        assert_eq!(panel.send("GET", path, &[("Authorization", &bearer)], b"").status, status);
    }
    let commits = "smm_commit_duration_seconds_count";
    let before = Figures::read(&panel).0[commits];
    app.provider.next_for("add", Reply::html(500));
    for number in 0..3 {
        lan.buys(service, 1000 + number);
        dispatch::tick(&app.app);
    }
    let mut runner = scheduled::runner(&app.app, "housekeeping").unwrap();
    assert!(runner.step(Instant::now()));
    let told = Figures::read(&panel);
    told.is(r#"smm_http_requests_total{method="GET",route="/api/orders/<id>",status="404"}"#, 2.0);
    told.is(r#"smm_http_request_duration_seconds_count{method="GET",route="/api/orders/<id>"}"#, 2.0);
    told.is(
        r#"smm_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/api/orders/<id>"}"#,
        2.0,
    );
    told.is(r#"smm_http_requests_total{method="GET",route="unknown",status="404"}"#, 1.0);
    told.is(r#"smm_http_requests_total{method="GET",route="static",status="200"}"#, 1.0);
    told.is(r#"smm_http_requests_total{method="GET",route="/metrics",status="200"}"#, 1.0);
    let call = |outcome: &str| {
        format!(
            r#"smm_provider_call_duration_seconds_count{{provider="1",command="add",outcome="{outcome}"}}"#
        )
    };
    told.is(&call("http_5xx"), 1.0);
    told.is(r#"smm_waiting{kind="parked",severity="danger"}"#, 1.0);
    let of_status: f64 = told.named("smm_orders{").map(|(_, count)| count).sum();
    assert!((of_status - 3.0).abs() < 0.1, "{of_status}");
    let owed = app.number("SELECT sum(balance) FROM accounts WHERE id > 0");
    told.is("smm_liabilities_vnd", f64::from(i32::try_from(owed).unwrap()));
    told.is("smm_suspense_vnd", 0.0);
    told.is("smm_ready", 1.0);
    told.is("smm_write_queue", 0.0);
    assert!(told.0[commits] >= before + 3.0);
    told.is(r#"smm_job_failures{job="housekeeping"}"#, 0.0);
    let began = app.clock.now().seconds();
    let last = told.0[r#"smm_job_last_run_timestamp_seconds{job="housekeeping"}"#];
    assert!((last - f64::from(u32::try_from(began).unwrap())).abs() < 1.0);
    told.is(r#"smm_connections{kind="busy"}"#, 1.0);
    for name in ["smm_resident_memory_bytes", "smm_database_bytes", "smm_wal_bytes", "smm_disk_free_bytes"] {
        assert!(told.0[name] > 0.0, "{name}");
    }
}

#[test]
fn unknown_addresses_and_methods_make_no_series() {
    let app = TestApp::start();
    let panel = app.serve();
    for number in 0..50 {
        panel.send("GET", &format!("/x/{number}"), &[], b"");
        panel.send(&format!("M{number}"), "/health", &[], b"");
        panel.send("GET", &format!("/api/orders/{number}?x={number}"), &[], b"");
        panel.send("GET", &format!("/api/nothing/{number}"), &[("Accept", "text/html")], b"");
    }
    let told = Figures::read(&panel);
    let routes: BTreeSet<&str> = told.named("smm_http_requests_total{").map(|(name, _)| name).collect();
    let expected = [
        r#"smm_http_requests_total{method="GET",route="/api/orders/<id>",status="401"}"#,
        r#"smm_http_requests_total{method="GET",route="unknown",status="404"}"#,
        r#"smm_http_requests_total{method="unknown",route="unknown",status="405"}"#,
    ];
    assert_eq!(routes, BTreeSet::from(expected));
}

#[test]
fn with_a_token_only_its_bearer_reads() {
    let app = TestApp::with(&[("METRICS_TOKEN", "the-token-of-prometheus")]);
    let panel = app.serve();
    let ask = |value: &str| panel.send("GET", "/metrics", &[("Authorization", value)], b"");
    assert_eq!(ask("Bearer the-token-of-prometheus").status, 200);
    for wrong in
        ["Bearer the-token-of-prometheuS", "Bearer the-token", "Basic the-token-of-prometheus", "Bearer ", ""]
    {
        ask(wrong).refused(401, "unauthenticated");
    }
    panel.send("GET", "/metrics", &[], b"").refused(401, "unauthenticated");
    let admin = format!("Bearer {}", app.admin("boss").token());
    ask(&admin).refused(401, "unauthenticated");
}

#[test]
fn without_a_token_only_this_machine_reads_and_no_proxy_for_others() {
    let app = TestApp::start();
    let panel = app.serve();
    assert_eq!(panel.send("GET", "/metrics", &[], b"").status, 200);
    for header in [
        "Forwarded",
        "X-Forwarded-For",
        "x-forwarded-proto",
        "X-FORWARDED-HOST",
        "X-Real-IP",
        "Via",
        "CF-Connecting-IP",
        "CF-Ray",
        "CDN-Loop",
        "Fastly-Client-IP",
        "True-Client-IP",
        "X-Azure-ClientIP",
        "X-Envoy-External-Address",
        "X-Forwarded",
    ] {
        panel.send("GET", "/metrics", &[(header, "127.0.0.1")], b"").refused(403, "forbidden");
    }
    let named = |host: &str| {
        let mut stream = TcpStream::connect(panel.address).unwrap();
        let head = format!("GET /metrics HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        read_answer(stream).unwrap()
    };
    // What a browser here sends for a page whose name leads to this machine.
    for host in [
        "panel.example.vn",
        "panel.example.vn:8000",
        "127.0.0.1.example.vn",
        "localhost.example.vn",
        "10.0.0.8",
    ] {
        named(&format!("Host: {host}\r\n")).refused(403, "forbidden");
    }
    for host in ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.2:8000", "[::1]", "[::1]:8000"] {
        assert_eq!(named(&format!("Host: {host}\r\n")).status, 200, "{host}");
    }
    // Of nobody's address, as from elsewhere.
    app.guest().get("/metrics").refused(403, "forbidden");
}

#[test]
fn while_the_database_does_not_answer_the_rest_is_told() {
    let app = TestApp::start();
    let panel = app.serve();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    app.app.db.write_later(move |_| {
        let _ = ended.recv();
        Ok(())
    });
    let asked = Instant::now();
    let told = Figures::read(&panel);
    assert!(asked.elapsed().as_secs() < 2);
    told.is("smm_ready", 0.0);
    assert!(told.0["smm_write_queue"] >= 1.0);
    drop(end);
}

#[test]
fn errors_that_are_logged_are_counted() {
    let folder = own_folder();
    // Nothing listens there.
    let vars = [("SEPAY_API_TOKEN", "x"), ("SEPAY_API_URL", "http://127.0.0.1:1")];
    let panel = Binary::start(folder.path(), &[], &vars);
    panel.log_with("a background job failed");
    let told = Figures::of(&panel.send("GET", "/metrics", &[], b""));
    assert!(told.0["smm_logged_errors_total"] >= 1.0);
    told.is("smm_panics_total", 0.0);
}

/// Of a text, what may be the name of a figure.
fn names(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '_');
    words.filter(|word| word.starts_with("smm_")).collect()
}

#[test]
fn the_dashboard_and_the_alerts_ask_for_figures_that_are_there() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    app.provider.next_for("add", Reply::html(500));
    lan.buys(app.service(|offer| offer.provider = Some(BUMX)), 1000);
    dispatch::tick(&app.app);
    assert!(scheduled::runner(&app.app, "housekeeping").unwrap().step(Instant::now()));
    let panel = app.serve();
    panel.send("GET", "/health", &[], b"");
    let told = Figures::read(&panel);
    let there: BTreeSet<&str> = told.0.keys().map(|name| name.split('{').next().unwrap()).collect();
    let read =
        |path: &str| std::fs::read_to_string(format!("{}/docs/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (alerts, dashboard, page) =
        (read("monitoring/alerts.yml"), read("monitoring/grafana.json"), read("OPERATIONS.md"));
    for (name, text, least) in [("alerts", &alerts, 10), ("dashboard", &dashboard, 15), ("page", &page, 1)] {
        let asked = names(text);
        assert!(asked.len() >= least, "{name}: {asked:?}");
        assert_eq!(asked.difference(&there).collect::<Vec<_>>(), Vec::<&&str>::new(), "{name}");
    }
    let dashboard: serde_json::Value = serde_json::from_str(&dashboard).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 10);
    for alert in alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(page.contains(&format!("| `{alert}` |")), "what to do about {alert}?");
    }
}
