//! The pages in a real browser against the real program, and the checks of the browser's own code. What is missing
//! (npm packages, Chromium) is installed first, and said; what cannot be installed fails the test.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names of the browser on the PATH; the first is also Debian's package. It is the same browser without a window, for
/// three quarters of the CPU.
const CHROMIUM: &[&str] = &["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

/// Past the harness, which would keep it until the end.
fn say(text: &str) {
    writeln!(std::io::stderr(), "ui: {text}").expect("stderr takes a line");
}

fn run(program: &str, arguments: &[&str], environment: &[(&str, &str)]) {
    say(&format!("{program} {}", arguments.join(" ")));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder())
        .envs(environment.iter().copied())
        .status()
        .unwrap_or_else(|cause| panic!("{program} does not start: {cause}; install it and try again"));
    assert!(status.success(), "{program} {} failed: {status}", arguments.join(" "));
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Where `program` is; Playwright takes a path only.
fn path_of(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The browser that `CHROMIUM` names, else one of the PATH.
fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").filter(|name| !name.is_empty()).map(PathBuf::from);
    named.or_else(|| CHROMIUM.iter().find_map(|name| path_of(name)))
}

fn install_what_is_missing() {
    let mut packages = Vec::new();
    if !is_there("npm") {
        packages.extend(["nodejs", "npm"]);
    }
    if chromium().is_none() {
        packages.extend([CHROMIUM[0], "fonts-dejavu-core", "fonts-noto-color-emoji"]);
    }
    if !packages.is_empty() {
        say(&format!("installing {}", packages.join(", ")));
        let quietly = [("DEBIAN_FRONTEND", "noninteractive")];
        run("apt-get", &["update", "-qq"], &quietly);
        let install = ["install", "-y", "-qq", "--no-install-recommends"];
        run("apt-get", &[install.as_slice(), &packages].concat(), &quietly);
    }
    run("npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"], &[]);
}

#[test]
fn the_pages_hold_in_a_real_browser() {
    install_what_is_missing();
    let browser = chromium().expect("a browser, which was installed if there was none");
    let browser = browser.to_str().expect("a readable path");
    say(browser);
    let environment = [("PANEL", env!("CARGO_BIN_EXE_smm-panel")), ("CHROMIUM", browser)];
    for script in ["unit", "types", "format", "vendor:check", "browser"] {
        run("npm", &["run", "--silent", script], &environment);
    }
}
