//! What the races between requests come to, told by transactions in the order that would hurt.

use super::*;
use crate::audit_log::Actor;
use crate::db::{Db, DbPath};
use crate::kernel::clock::{Clock, Timestamp};
use crate::kernel::page::Limit;
use password::{Cost, PasswordHash};
use std::sync::LazyLock;
use token::Claims;

static HASH: LazyLock<PasswordHash> =
    LazyLock::new(|| password::hash("12345678", Cost::new(4).unwrap()).unwrap());

struct Panel {
    db: Db,
    _folder: tempfile::TempDir,
}

fn panel() -> Panel {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Timestamp::from_millis(1_795_333_140_500));
    Panel { db: Db::open(&DbPath::new(folder.path().join("panel.db")), clock).unwrap(), _folder: folder }
}

impl Panel {
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        self.db.write_blocking(work)
    }

    fn read<T>(&self, work: impl FnOnce(&ReadTx) -> Result<T, Fault>) -> T {
        self.db.read_now(work).unwrap()
    }

    fn member(&self, name: &str) -> UserId {
        let account =
            NewAccount::check(name, &format!("{name}@example.com"), "12345678".to_owned(), None).unwrap();
        self.write(move |tx| register(tx, &account, &HASH)).unwrap().user.id
    }

    fn credentials(&self, user: UserId) -> Credentials {
        self.read(|tx| store::credentials_by_id(tx, user)).unwrap()
    }

    fn claims(&self, user: UserId, epoch: i64) -> Claims {
        token::Keys::new(&[7; 32]).issue(user, epoch, false, self.db.clock().now()).unwrap().1
    }

    fn lets_in(&self, user: UserId, epoch: i64) -> bool {
        let claims = self.claims(user, epoch);
        self.read(|tx| authenticate(tx, &claims)).is_some()
    }

    fn search(&self, text: &str, limit: i64) -> Vec<String> {
        let page = PageRequest { limit: Limit::new(limit).unwrap(), ..PageRequest::FIRST };
        let filter = Filter::check(Some(text), None, None, Sorting::Newest).unwrap();
        let found = self.read(|tx| list(tx, &filter, page));
        found.items.into_iter().map(|profile| profile.user.username).collect()
    }
}

#[test]
fn a_login_that_a_ban_overtakes_gives_a_dead_token_even_after_the_unban() {
    let panel = panel();
    let lan = panel.member("lan");
    let checked = panel.credentials(lan);
    panel.write(move |tx| ban(tx, &Actor::CONSOLE, lan, None)).unwrap();
    assert!(!panel.lets_in(lan, checked.epoch));
    panel.write(move |tx| unban(tx, &Actor::CONSOLE, lan, None)).unwrap();
    assert!(!panel.lets_in(lan, checked.epoch));
    assert!(panel.lets_in(lan, panel.credentials(lan).epoch));
}

#[test]
fn a_password_change_that_a_ban_overtakes_changes_nothing() {
    let panel = panel();
    let lan = panel.member("lan");
    let (checked, claims) = (panel.credentials(lan), panel.claims(lan, FIRST_EPOCH));
    panel.write(move |tx| ban(tx, &Actor::CONSOLE, lan, None)).unwrap();
    let late = panel.write(move |tx| change_password(tx, &checked, &HASH, &claims));
    assert!(matches!(late, Err(AccountError::SessionOver)));
}

/// Else the new token would carry an epoch from after the ban, and live again after the unban.
#[test]
fn a_password_change_that_begins_after_the_ban_is_over() {
    let panel = panel();
    let lan = panel.member("lan");
    let claims = panel.claims(lan, FIRST_EPOCH);
    panel.write(move |tx| ban(tx, &Actor::CONSOLE, lan, None)).unwrap();
    for epoch in [claims.epoch, panel.credentials(lan).epoch] {
        let claims = panel.claims(lan, epoch);
        let late = panel.db.read_now(|tx| own_credentials(tx, &claims));
        assert!(matches!(late, Err(AccountError::SessionOver)));
    }
}

#[test]
fn of_two_password_changes_at_once_one_counts() {
    let panel = panel();
    let lan = panel.member("lan");
    let (first, second) = (panel.credentials(lan), panel.credentials(lan));
    let [ours, theirs] = [(); 2].map(|()| panel.claims(lan, FIRST_EPOCH));
    assert!(panel.write(move |tx| change_password(tx, &first, &HASH, &ours)).is_ok());
    let late = panel.write(move |tx| change_password(tx, &second, &HASH, &theirs));
    assert!(matches!(late, Err(AccountError::SessionOver)));
}

#[test]
fn a_key_asked_for_before_a_ban_is_not_made_after_it() {
    let panel = panel();
    let lan = panel.member("lan");
    panel.write(move |tx| ban(tx, &Actor::CONSOLE, lan, None)).unwrap();
    assert!(matches!(panel.write(move |tx| new_api_key(tx, lan)), Err(AccountError::SessionOver)));
}

#[test]
fn a_key_dies_with_the_ban_and_with_the_next_key() {
    let panel = panel();
    let lan = panel.member("lan");
    let known = |key: &str| panel.read(|tx| authenticate_key(tx, key)).map(|holder| holder.user);
    let first = panel.write(move |tx| new_api_key(tx, lan)).unwrap();
    assert_eq!(known(&first), Some(lan));
    let second = panel.write(move |tx| new_api_key(tx, lan)).unwrap();
    assert_eq!((known(&first), known(&second)), (None, Some(lan)));
    panel.write(move |tx| ban(tx, &Actor::CONSOLE, lan, None)).unwrap();
    assert_eq!(known(&second), None);
    panel.write(move |tx| unban(tx, &Actor::CONSOLE, lan, None)).unwrap();
    assert_eq!(known(&second), None);
}

#[test]
fn only_one_first_admin_comes_in() {
    let panel = panel();
    let admin = |name: &str| {
        NewAccount::check(name, &format!("{name}@example.com"), "12345678".to_owned(), None).unwrap()
    };
    let (first, second, third) = (admin("first"), admin("second"), admin("third"));
    assert!(!panel.read(has_admin));
    panel.write(move |tx| set_up(tx, &Actor::CONSOLE, &first, &HASH)).unwrap();
    let late = panel.write(move |tx| set_up(tx, &Actor::CONSOLE, &second, &HASH));
    assert!(matches!(late, Err(AccountError::SetUpAlready)));
    assert!(panel.write(move |tx| first_admin(tx, &third, &HASH)).unwrap().is_none());
    assert!(panel.read(has_admin));
}

#[test]
fn a_search_finds_parts_from_three_characters_on_and_beginnings_before() {
    let panel = panel();
    for name in ["lan.anh", "minh", "thanh", "l_1"] {
        panel.member(name);
    }
    assert_eq!(panel.search("ANH", 50), ["thanh", "lan.anh"]);
    assert_eq!(panel.search("minh@", 50), ["minh"]);
    assert_eq!(panel.search("l", 50), ["l_1", "lan.anh"]);
    assert_eq!(panel.search("an", 50), [""; 0], "a part, but no beginning");
    assert_eq!(panel.search("example", 2), ["l_1", "thanh"]);
    assert_eq!(panel.search("_1\"", 50), [""; 0]);
    for odd in ["\"", "*", "a*", "an OR", "NEAR(", "%", "l_", "ă", "\0abc", "abc\0", "lan\" OR \"minh"] {
        let _ = panel.search(odd, 50);
    }
    assert_eq!(panel.search("lan%", 50), [""; 0]);
}
