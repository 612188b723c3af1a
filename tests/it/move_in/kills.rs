//! A kill while somebody moves in: all came, or nobody did.

use super::smartpanel::DUMP;
use crate::support::old_panel::{House, text};
use crate::support::operated::eventually;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// The file is a pipe, so that the test says how far the reading has come. It is read for what the panel is, then for
/// users, services and orders; the kill comes in the middle of one of these, when rows before it are written.
#[test]
fn a_kill_while_rows_come_leaves_nothing_of_them() {
    let house = House::new();
    let dump = house.dump(DUMP);
    let dump = fs::read_to_string(dump).unwrap();
    let pipe = house.folder.path().join("pipe");
    let make = |pipe: &Path| assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    make(&pipe);
    let before = house.contents();
    for (whole, seen) in [(2, "service 13: comes switched off"), (3, "order 501: waits")] {
        let mut import = house.command("smartpanel", pipe.to_str().unwrap(), &["--exchange-rate", "25000"]);
        let mut child = import.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let open = || {
            let end = OpenOptions::new().write(true).open(&pipe).unwrap();
            // Whoever opens it the next time gets another one.
            fs::remove_file(&pipe).unwrap();
            make(&pipe);
            end
        };
        (0..whole).for_each(|_| open().write_all(dump.as_bytes()).unwrap());
        // All but the end, so that it waits for more.
        let mut held = open();
        let (most, _) = dump.split_once("-- Dump completed").unwrap();
        held.write_all(most.as_bytes()).unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.starts_with(seen)), "{seen}");
        child.kill().unwrap();
        child.wait().unwrap();
        drop(held);
        assert_eq!(house.contents(), before, "{seen}");
    }
    let path = house.dump(DUMP);
    let said = house.import("smartpanel", path.to_str().unwrap(), &["--exchange-rate", "25000"]);
    assert!(said.contains("users        3") && !said.contains("known        1"), "{said}");
}

/// A kill at any moment of the commit too: whoever runs it again finds all or nothing, and has all then.
#[test]
fn a_kill_at_any_moment_leaves_all_or_nothing() {
    let house = House::new();
    let path = house.dump(DUMP);
    let path = path.to_str().unwrap();
    let before = house.contents();
    let import = || house.command("smartpanel", path, &["--exchange-rate", "25000"]);
    let mut child = import().stdout(Stdio::piped()).spawn().unwrap();
    // The sums are told after the commit.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.starts_with("users        3")));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_ne!(house.contents(), before);
    let mut again = String::new();
    eventually("it is there", || {
        let output = import().output().unwrap();
        again = text(&output);
        output.status.success()
    });
    assert!(again.contains("users        0") && again.contains("known        9 rows"), "{again}");
}
