//! A panel that somebody moves into: set up, with a provider, and stopped.

use super::binary::{command, own_folder};
use super::fake_provider::FakeProvider;
use super::operated::{Operated, proven};
use super::reseller::form;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

pub struct House {
    pub folder: TempDir,
    pub provider: FakeProvider,
}

impl House {
    /// With an admin and a provider, whose account is known.
    pub fn new() -> House {
        let house = House { folder: own_folder(), provider: FakeProvider::start() };
        let (ended, _) = house.open().binary.terminate();
        assert!(ended.success());
        house
    }

    /// The panel at work.
    pub fn open(&self) -> Operated {
        Operated::start(self.folder.path(), &self.provider.url(), &[])
    }

    /// The old panel's dump as a file; `URL` in it is the provider's address.
    pub fn dump(&self, text: &str) -> PathBuf {
        self.file("old.sql", text)
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text.replace("URL", &self.provider.url())).unwrap();
        path
    }

    pub fn command(&self, from: &str, path: &str, more: &[&str]) -> Command {
        let arguments = [&["import", "--from", from, path], more].concat();
        command(self.folder.path(), &arguments, &[])
    }

    /// What it said; it has to have worked, and to leave what is proven.
    #[track_caller]
    pub fn import(&self, from: &str, path: &str, more: &[&str]) -> String {
        let output = self.command(from, path, more).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        proven(self.folder.path());
        text(&output)
    }

    /// That it fails with these words and changes nothing.
    #[track_caller]
    pub fn refuses(&self, from: &str, path: &str, more: &[&str], why: &str) {
        let before = self.contents();
        let output = self.command(from, path, more).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains(why), "{}", text(&output));
        assert_eq!(self.contents(), before);
    }

    /// Every row of every table.
    #[expect(clippy::disallowed_methods, reason = "everything is looked at, past every door")]
    pub fn contents(&self) -> Vec<(String, Vec<Vec<Cell>>)> {
        let conn = Connection::open(self.folder.path().join("smm-panel.db")).unwrap();
        let all = |sql: &str| -> Vec<Vec<Cell>> {
            let mut statement = conn.prepare(sql).unwrap();
            let width = statement.column_count();
            let row = |row: &rusqlite::Row| (0..width).map(|at| row.get(at)).collect();
            statement.query_map((), row).unwrap().collect::<Result<_, _>>().unwrap()
        };
        let tables =
            all("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
            AND name NOT LIKE 'sqlite_%' ORDER BY name");
        let name = |row: Vec<Cell>| match row.into_iter().next() {
            Some(Cell::Text(name)) => name,
            other => panic!("{other:?}"),
        };
        let tables = tables.into_iter().map(name);
        tables.map(|table| (table.clone(), all(&format!("SELECT * FROM \"{table}\"")))).collect()
    }
}

pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

impl Operated {
    /// Logs a customer in; who it is.
    #[track_caller]
    pub fn comes_in(&self, login: &str, password: &str) -> Value {
        let body = json!({ "login": login, "password": password }).to_string();
        self.binary.send("POST", "/api/auth/login", &[], body.as_bytes()).expect(200)["user"].clone()
    }

    #[track_caller]
    pub fn stays_out(&self, login: &str, password: &str) {
        let body = json!({ "login": login, "password": password }).to_string();
        self.binary.send("POST", "/api/auth/login", &[], body.as_bytes()).refused(401, "invalid_credentials");
    }

    /// What a reseller's program is answered.
    pub fn resells(&self, key: &str, fields: &[(&str, &str)]) -> Value {
        let fields = [&[("key", key)], fields].concat();
        let typed = [("Content-Type", "application/x-www-form-urlencoded")];
        self.binary.send("POST", "/api/v2", &typed, form(&fields).as_bytes()).expect(200)
    }
}
