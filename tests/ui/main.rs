//! The pages in a real browser against the real program, and the checks of the browser's own code. What is missing
//! (npm packages, Chromium) is installed first, and said; what cannot be installed fails the test.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const CHROMIUM: &str = "/usr/bin/chromium";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

/// Past the harness, which would keep it until the end.
fn say(text: &str) {
    writeln!(std::io::stderr(), "ui: {text}").expect("stderr takes a line");
}

fn run(program: &str, arguments: &[&str]) {
    say(&format!("{program} {}", arguments.join(" ")));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder())
        .env("PANEL", env!("CARGO_BIN_EXE_smm-panel"))
        .env("CHROMIUM", CHROMIUM)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .unwrap_or_else(|cause| panic!("{program} does not start: {cause}; install it and try again"));
    assert!(status.success(), "{program} {} failed: {status}", arguments.join(" "));
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn install_what_is_missing() {
    let mut packages = Vec::new();
    if !is_there("npm") {
        packages.extend(["nodejs", "npm"]);
    }
    if !Path::new(CHROMIUM).exists() {
        packages.extend(["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"]);
    }
    if !packages.is_empty() {
        say(&format!("installing {}", packages.join(", ")));
        run("apt-get", &["update", "-qq"]);
        run("apt-get", &[["install", "-y", "-qq", "--no-install-recommends"].as_slice(), &packages].concat());
    }
    run("npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}

#[test]
fn the_pages_hold_in_a_real_browser() {
    install_what_is_missing();
    for script in ["unit", "types", "format", "vendor:check", "browser"] {
        run("npm", &["run", "--silent", script]);
    }
}
