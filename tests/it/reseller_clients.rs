//! Clients of the field from PyPI, unmodified. They are installed into a virtual environment first, and that is said;
//! what cannot be installed fails the test.

use crate::support::app::TestApp;
use crate::support::shop::{partial, report};
use serde_json::{Value, json};
use smm_panel::provider::ReportedStatus;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const NOBODYS: &str = "99999999";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients")
}

/// Past the harness, which would keep it until the end.
fn say(text: &str) {
    writeln!(std::io::stderr(), "clients: {text}").expect("stderr takes a line");
}

fn run(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .unwrap_or_else(|cause| panic!("{} does not start: {cause}", program.display()));
    let [said, complained] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{} {arguments:?} failed:\n{said}\n{complained}", program.display());
    said
}

/// The Python of an environment that has the clients.
fn python() -> PathBuf {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reseller-clients");
    let python = environment.join("bin/python");
    let has_venv = Command::new("python3").args(["-c", "import venv, ensurepip"]).output();
    if !has_venv.is_ok_and(|output| output.status.success()) {
        say("installing python3, python3-venv");
        run(Path::new("apt-get"), &["update", "-qq"]);
        run(
            Path::new("apt-get"),
            &["install", "-y", "-qq", "--no-install-recommends", "python3", "python3-venv"],
        );
    }
    let wanted = folder().join("requirements.txt");
    say(&format!("a virtual environment in {} with {}", environment.display(), wanted.display()));
    if !python.is_file() {
        run(Path::new("python3"), &["-m", "venv", environment.to_str().unwrap()]);
    }
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(&python, &[quiet.as_slice(), &[wanted.to_str().unwrap()]].concat());
    python
}

#[test]
fn unmodified_clients_drive_every_action_that_they_have() {
    let python = python();
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|offer| offer.cancel = true);
    let part = lan.bought(service, 1000);
    app.reported(part, partial(250));
    let done = lan.bought(service, 1000);
    app.reported(done, report(ReportedStatus::Completed));
    let reseller = lan.reseller();
    let served = app.serve();
    let address = format!("http://{}/api/v2", served.address);
    let orders = format!("{part},{done}");
    let script = folder().join("drive.py");
    let arguments =
        [script.to_str().unwrap(), &address, &reseller.key, &service.to_string(), &orders, NOBODYS];
    let told: Value = serde_json::from_str(&run(&python, &arguments)).unwrap();

    let status = json!({
        "charge": "9000", "start_count": "0", "status": "Partial", "remains": "250", "currency": "VND"
    });
    let services = reseller.ask("services", &[]);
    let refused = |sentence: &str| json!({ "raised": sentence });
    for client in ["safesmm", "smmpy", "babismm", "optsmm"] {
        let said = &told[client];
        assert_eq!(said["services"], services, "{client}: {said}");
        assert!(said["add"]["order"].is_i64(), "{client}: {said}");
        assert_eq!(said["status"], status, "{client}");
        let unknown = said["status_unknown"]["raised"].as_str().unwrap();
        assert!(unknown.ends_with("Incorrect order ID"), "{client}: {unknown}");
    }
    // Each has bought 100 for 1,200 before the next one looks.
    let balances = ["safesmm", "smmpy", "babismm"].map(|client| told[client]["balance"]["balance"].clone());
    assert_eq!(balances, ["979000", "977800", "976600"]);
    assert_eq!(told["optsmm"]["balance"], json!([975_400.0, "VND"]));
    for client in ["safesmm", "smmpy", "babismm"] {
        let said = &told[client];
        assert_eq!(said["add_refused"], refused("Quantity less than minimal 10"), "{client}");
        assert_eq!(said["statuses"][part.to_string()], status, "{client}");
        assert_eq!(said["statuses"][done.to_string()]["status"], "Completed", "{client}");
        assert_eq!(said["statuses"][NOBODYS], json!({ "error": "Incorrect order ID" }), "{client}");
        let canceled = json!([
            { "order": part, "cancel": { "error": "The order can not be canceled" } },
            { "order": done, "cancel": { "error": "The order can not be canceled" } },
            { "order": 99_999_999, "cancel": { "error": "Incorrect order ID" } },
        ]);
        assert_eq!(said["cancel"], canceled, "{client}");
        assert_eq!(said["refill"], refused("Refill is disabled for this service"), "{client}");
    }
    for client in ["smmpy", "babismm"] {
        let said = &told[client];
        assert_eq!(said["refill_status"], refused("Refill not found"), "{client}");
        let none = json!({ "error": "Refill not found" });
        let statuses = json!([{ "refill": 998, "status": none }, { "refill": 999, "status": none }]);
        assert_eq!(said["refill_statuses"], statuses, "{client}");
        let disabled = json!({ "error": "Refill is disabled for this service" });
        let refills = json!([
            { "order": part, "refill": disabled },
            { "order": done, "refill": disabled },
            { "order": 99_999_999, "refill": { "error": "Incorrect order ID" } },
        ]);
        assert_eq!(said["refills"], refills, "{client}");
    }
}
