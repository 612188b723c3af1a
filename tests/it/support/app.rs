//! The whole panel for a test: a real database file, a hand-wound clock, a fake provider on a socket. When it is
//! dropped the ledger must be provable and no order may still be claimed: every test is a test of the ledger too.

use super::fake_provider::FakeProvider;
use super::member::Member;
use super::wire::Answer;
use rocket::figment::Figment;
use rocket::http::{Header, Method};
use rocket::local::blocking::Client;
use serde_json::Value;
use smm_panel::accounts::{self, Adjustment, NewAccount, Role, password};
use smm_panel::app::{Boot, LOOK_OVER, boot, rocket};
use smm_panel::audit_log::Actor;
use smm_panel::config::{Config, rocket_figment};
use smm_panel::kernel::clock::{Clock, Timestamp};
use smm_panel::kernel::ids::UserId;
use smm_panel::kernel::money::Vnd;
use smm_panel::reports::audit;
use smm_panel::state::{App, ErrorLog};
use std::cell::Cell;
use std::time::Duration;
use tempfile::TempDir;

/// 2026-11-22T07:39:00Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_333_140_000);
pub const PASSWORD: &str = "correct horse";
/// The SePay secret of the test panel.
pub const SEPAY_SECRET: &str = "sepay-test-secret";
pub const ACCOUNT_NUMBER: &str = "0123456789";

pub struct TestApp {
    pub app: App,
    pub clock: Clock,
    pub provider: FakeProvider,
    pub setup_token: Option<String>,
    pub client: Client,
    pub folder: TempDir,
    /// Off for tests that break the ledger on purpose.
    audited: Cell<bool>,
}

impl TestApp {
    pub fn start() -> TestApp {
        TestApp::with(&[])
    }

    /// With these environment variables over the test's own; an empty value unsets one.
    pub fn with(vars: &[(&str, &str)]) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        TestApp::in_folder(folder, vars)
    }

    /// On the database another `TestApp` left in its folder, or a new one.
    pub fn in_folder(folder: TempDir, vars: &[(&str, &str)]) -> TestApp {
        TestApp::looking_for(LOOK_OVER, folder, vars)
    }

    /// The same, with so much time at the start to look for damage.
    pub fn looking_for(look_over: Duration, folder: TempDir, vars: &[(&str, &str)]) -> TestApp {
        let provider = FakeProvider::start();
        let clock = Clock::manual(NOW);
        let database = folder.path().join("panel.db").display().to_string();
        let ours = [
            ("DATABASE_URL", database.as_str()),
            ("BCRYPT_COST", "4"),
            ("RATE_LIMIT_PER_MINUTE", "0"),
            ("AUTH_RATE_LIMIT_PER_MINUTE", "0"),
            ("BACKUP_EVERY_HOURS", "0"),
            ("BUMX_API_URL", &provider.url()),
            ("BUMX_API_KEY", "bumx-test-key"),
            ("BUMX_TIMEOUT_SECONDS", "1"),
            ("BUMX_ADD_TIMEOUT_SECONDS", "1"),
            ("SEPAY_SECRET", SEPAY_SECRET),
            ("BANK_BIN", "970422"),
            ("BANK_NAME", "MBBank"),
            ("BANK_ACCOUNT_NUMBER", ACCOUNT_NUMBER),
            ("BANK_ACCOUNT_NAME", "NGUYEN VAN A"),
        ];
        let source = |name: &str| {
            vars.iter().chain(&ours).find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let config = Config::read(&source).unwrap();
        let start = Boot {
            config,
            clock: clock.clone(),
            sandbox_url: None,
            is_demo: false,
            errors: ErrorLog::default(),
            look_over,
        };
        let ready = boot(start).unwrap();
        let client = Client::untracked(rocket(ready.app.clone(), figment())).unwrap();
        let audited = Cell::new(true);
        TestApp { app: ready.app, clock, provider, setup_token: ready.setup_token, client, folder, audited }
    }

    /// Stops the panel and keeps its files, for a restart.
    pub fn stop(mut self) -> TempDir {
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        let db = self.app.db.clone();
        drop(self);
        db.close_blocking();
        folder
    }

    /// The drop will not ask for a clean audit.
    pub fn without_audit(&self) {
        self.audited.set(false);
    }

    pub fn guest(&self) -> Asker<'_> {
        Asker { app: self, token: None }
    }

    /// A new customer, logged in.
    pub fn member(&self, name: &str) -> Member<'_> {
        self.referred(name, None)
    }

    /// A new customer who came by somebody's referral code.
    pub fn referred(&self, name: &str, referrer: Option<&Member>) -> Member<'_> {
        let code = referrer.map(Member::referral_code);
        let account =
            NewAccount::check(name, &format!("{name}@example.vn"), PASSWORD.to_owned(), code).unwrap();
        let hash = password::hash(PASSWORD, password::Cost::new(4).unwrap()).unwrap();
        let profile = self.app.db.write_blocking(move |tx| accounts::register(tx, &account, &hash)).unwrap();
        self.signed_in(profile.user.id)
    }

    /// A new admin, logged in.
    pub fn admin(&self, name: &str) -> Member<'_> {
        let account =
            NewAccount::check(name, &format!("{name}@example.vn"), PASSWORD.to_owned(), None).unwrap();
        let hash = password::hash(PASSWORD, password::Cost::new(4).unwrap()).unwrap();
        let made = move |tx: &smm_panel::db::Tx| accounts::create_admin(tx, &Actor::CONSOLE, &account, &hash);
        let profile = self.app.db.write_blocking(made).unwrap();
        self.signed_in(profile.user.id)
    }

    /// Somebody of the support, logged in.
    pub fn support(&self, name: &str) -> Member<'_> {
        let member = self.member(name);
        self.becomes(member.id, Role::Support);
        member
    }

    /// Gives the user another role.
    pub fn becomes(&self, user: UserId, role: Role) {
        let change =
            move |tx: &smm_panel::db::Tx| accounts::set_role(tx, &Actor::CONSOLE, user, role, None).map(drop);
        self.app.db.write_blocking(change).unwrap();
    }

    /// A token of the present epoch, which a ban has ended before.
    pub fn signed(&self, id: UserId) -> Member<'_> {
        let epoch = self.number(&format!("SELECT token_epoch FROM users WHERE id = {id}"));
        let (token, _) = self.app.keys.issue(id, epoch, false, self.clock.now()).unwrap();
        Member { id, asker: Asker { app: self, token: Some(token) } }
    }

    fn signed_in(&self, id: UserId) -> Member<'_> {
        let (token, _) = self.app.keys.issue(id, 0, false, self.clock.now()).unwrap();
        Member { id, asker: Asker { app: self, token: Some(token) } }
    }

    /// Puts money into a user's account, as an admin's correction.
    pub fn fund(&self, user: UserId, amount: i64) {
        let adjustment = Adjustment::check(Vnd::new(amount), "funds for the test").unwrap();
        let adjusted =
            move |tx: &smm_panel::db::Tx| accounts::adjust_balance(tx, &Actor::CONSOLE, user, &adjustment);
        self.app.db.write_blocking(adjusted).unwrap();
    }

    /// One number from the database.
    pub fn number(&self, sql: &str) -> i64 {
        let read = |tx: &smm_panel::db::ReadTx| tx.value(sql, (), |row| row.get(0));
        self.app.db.read_now(read).unwrap()
    }

    pub fn audit(&self) -> audit::Report {
        self.app.db.snapshot(audit::run).unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() || !self.audited.get() {
            return;
        }
        assert_eq!(self.audit().differences, Vec::<String>::new(), "the ledger is not provable");
        let claimed = self.number("SELECT count(*) FROM orders WHERE dispatch = 'sending'");
        assert_eq!(claimed, 0, "orders were left claimed");
    }
}

pub fn figment() -> Figment {
    rocket_figment().merge(("port", 0)).merge(("workers", 2))
}

/// Somebody who sends requests, with or without a token.
pub struct Asker<'a> {
    pub app: &'a TestApp,
    pub token: Option<String>,
}

impl Asker<'_> {
    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::Get, path, &[], None)
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::Delete, path, &[], None)
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::Post, path, &[], Some(body.to_string().into_bytes()))
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::Put, path, &[], Some(body.to_string().into_bytes()))
    }

    /// A POST under an `Idempotency-Key`.
    pub fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(Method::Post, path, &[("Idempotency-Key", key)], Some(body.to_string().into_bytes()))
    }

    /// Any request; a body is sent as JSON unless a header says otherwise.
    pub fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let mut request = self.app.client.req(method, path.to_owned());
        if let Some(token) = &self.token {
            request.add_header(Header::new("Authorization", format!("Bearer {token}")));
        }
        let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if body.is_some() && !typed {
            request.add_header(Header::new("Content-Type", "application/json"));
        }
        for (name, value) in headers {
            request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
        }
        if let Some(body) = body {
            request.set_body(body);
        }
        Answer::from_local(request.dispatch())
    }
}
