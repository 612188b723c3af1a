//! Users: an account each, with the password it had, its opening entry and its key.

use super::dump::Row;
use super::error::{MoveInError, refused};
use super::family::Passwords;
use super::premises::{Money, Premises, is_dong};
use super::report::{Finding, Report};
use super::rules::{self, Amount, ExchangeRate};
use super::store::{self, Kind, Newest};
use super::{Family, MoveIn};
use crate::accounts::password::{Cost, PasswordHash};
use crate::accounts::{self, MovedKey, MovedUser, Scheme};
use crate::db::Tx;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::ledger::{self, Posting};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;

/// So many are made ready at once: hashing is shared among the cores.
const BATCH: usize = 256;
/// Of an old id, and of a name.
const LONGEST: usize = 255;
/// More keys of two users each are a fault of the dump.
const MOST_DOUBLES: usize = 100_000;

/// Whose money is not the panel's.
pub(super) type Moneys = HashMap<UserId, Money>;

/// A row that is new here, as it is there.
struct OldUser {
    line: u64,
    id: String,
    username: Option<String>,
    email: Option<String>,
    password: Password,
    money: Money,
    balance: Vnd,
    spent: Vnd,
    key: Option<String>,
    banned: bool,
    created: Option<String>,
}

enum Password {
    Hash(PasswordHash),
    /// Digits, or a plain one, that lie on no disk of ours as they are.
    ToWrap(String, Scheme),
    /// Each check of it would take long, and so would everybody else's.
    Slow,
    Unknown,
}

pub(super) fn take(
    tx: &Tx,
    wanted: &MoveIn,
    premises: &Premises,
    before: Newest,
    report: &mut Report,
) -> Result<Moneys, MoveInError> {
    let mut moving = Moving {
        tx,
        wanted,
        premises,
        before,
        report,
        doubles: HashSet::new(),
        foreign: None,
        has_dong: false,
        moneys: Moneys::new(),
        batch: HashSet::new(),
    };
    let (mut waiting, mut found) = (Vec::new(), 0_u64);
    wanted.source.each(wanted.family.users.tables, |row| {
        found = found.saturating_add(1);
        waiting.extend(moving.read(&row)?);
        if waiting.len() >= BATCH { moving.open_all(std::mem::take(&mut waiting)) } else { Ok(()) }
    })?;
    moving.open_all(waiting)?;
    if found == 0 {
        let (path, tables) = (wanted.source.path().to_owned(), wanted.family.users.tables.join(", "));
        return Err(MoveInError::NoUsers { path, tables });
    }
    if moving.is_rate_for_dong() { Err(MoveInError::RateForDong) } else { Ok(moving.moneys) }
}

struct Moving<'a> {
    tx: &'a Tx<'a>,
    wanted: &'a MoveIn,
    premises: &'a Premises,
    before: Newest,
    report: &'a mut Report,
    /// Keys that two users came with.
    doubles: HashSet<String>,
    /// The one foreign currency that the given rate is for.
    foreign: Option<String>,
    /// Whether a row says that its money is VND.
    has_dong: bool,
    moneys: Moneys,
    /// The ids that were read since the last were opened.
    batch: HashSet<String>,
}

impl Moving<'_> {
    /// `None`: the user came before.
    fn read(&mut self, row: &Row) -> Result<Option<OldUser>, MoveInError> {
        let family = self.wanted.family;
        let columns = &family.users;
        let text =
            |names| row.text(names).map(|text| rules::line(text, LONGEST)).filter(|text| !text.is_empty());
        let (username, email) = (text(columns.username), text(columns.email));
        let id = text(columns.id).or_else(|| username.clone()).or_else(|| email.clone());
        let Some(id) = id else {
            let why = "a user without an id".to_owned();
            return Err(MoveInError::Refused { at: format!("line {}", row.line), why: why.into() });
        };
        let money = self.money(row);
        let said = rules::line(row.text(columns.balance).unwrap_or_default(), 40);
        let known = store::known(self.tx, family.word, Kind::User, &id)?;
        let is_again = match known {
            Some(known) => known > self.before.user,
            None => !self.batch.insert(id.clone()),
        };
        if is_again {
            let about = format_args!(
                "user {id}: line {}: another row has this id: its balance of {said:?} does not come",
                row.line
            );
            self.report.find(Finding::Repeated, about);
            return Ok(None);
        }
        if let Some(known) = known {
            self.report.known = self.report.known.saturating_add(1);
            self.note_money(UserId::new(known), money);
            return Ok(None);
        }
        let premises = self.premises;
        let rate = premises.rate_of(money);
        if rate.is_none() {
            let currency = rules::line(row.text(columns.currency).unwrap_or_default(), 10).to_uppercase();
            self.report.find(
                Finding::OtherCurrency,
                format_args!("user {id}: a balance of {said} {currency}, which nobody gave a rate for"),
            );
        }
        let balance = self.balance(row, &id, rate);
        let spent = rate.map_or(Vnd::ZERO, |rate| self.spent(row, &id, rate));
        let is_shut_out = row.text(columns.banned).is_some_and(rules::is_yes)
            || row.text(columns.status).is_some_and(rules::is_shut_out);
        Ok(Some(OldUser {
            line: row.line,
            id,
            username,
            email,
            password: password(row, family, self.premises.type_password.as_deref(), self.wanted.cost),
            money,
            balance,
            spent,
            key: row.text(columns.key).map(str::to_owned),
            banned: is_shut_out,
            created: text(columns.created),
        }))
    }

    fn money(&mut self, row: &Row) -> Money {
        let (family, names) = (self.wanted.family, self.wanted.family.users.currency);
        let panels = self.premises.currency.as_deref().map(str::to_uppercase);
        let currency = match row.text(names).map(str::to_uppercase) {
            Some(currency) => currency,
            // Somebody left it empty in a list of currencies: VND unless it says otherwise.
            None if family.is_typed && row.has(names) => {
                self.has_dong = true;
                return Money::Dong;
            }
            None => return Money::Panels,
        };
        if panels.as_ref() == Some(&currency) {
            return Money::Panels;
        }
        if is_dong(&currency) {
            self.has_dong = true;
            return Money::Dong;
        }
        let is_given = self.wanted.exchange.is_some() && panels.is_none();
        let foreign = self.foreign.get_or_insert_with(|| currency.clone());
        if is_given && *foreign == currency { Money::Given } else { Money::Unknown }
    }

    /// Orders are of their users' money.
    fn note_money(&mut self, user: UserId, money: Money) {
        if self.premises.rate_of(money) != Some(&self.premises.rate) {
            self.moneys.insert(user, money);
        }
    }

    /// Nothing that came is of a currency that needs the rate.
    fn is_rate_for_dong(&self) -> bool {
        let family = self.wanted.family;
        let is_dong = self.has_dong || (family.is_vnd && !family.is_typed);
        self.wanted.exchange.is_some()
            && self.premises.currency.is_none()
            && self.foreign.is_none()
            && is_dong
    }

    fn balance(&mut self, row: &Row, id: &str, rate: Option<&ExchangeRate>) -> Vnd {
        let family = self.wanted.family;
        let (Some(rate), Some(said)) = (rate, row.text(family.users.balance)) else { return Vnd::ZERO };
        match rules::amount(said, rate, family.is_typed) {
            Amount::Whole { amount, lost } => {
                self.report.opened(amount, lost);
                amount
            }
            Amount::Negative => {
                let said = rules::line(said, 40);
                self.report.find(Finding::Negative, format_args!("user {id}: a balance of {said}"));
                Vnd::ZERO
            }
            Amount::Unreadable => {
                let said = rules::line(said, 40);
                self.report.find(
                    Finding::Unreadable,
                    format_args!(
                        "user {id}: the balance {said:?} is no amount, could be two, or is beyond all measure"
                    ),
                );
                Vnd::ZERO
            }
        }
    }

    fn spent(&mut self, row: &Row, id: &str, rate: &ExchangeRate) -> Vnd {
        let family = self.wanted.family;
        let read = |names| match rules::amount(row.text(names)?, rate, family.is_typed) {
            Amount::Whole { amount, .. } => Some(amount),
            Amount::Negative | Amount::Unreadable => None,
        };
        let columns = &family.users;
        let (spent, deposited) = (read(columns.spent), read(columns.deposited));
        let paid_in = || {
            let rest = deposited?.minus(read(columns.balance)?).ok()?;
            rest.is_positive().then_some(rest)
        };
        let said = row.text(columns.spent).or_else(|| row.text(columns.deposited));
        if let (None, None, Some(said)) = (spent, deposited, said) {
            let said = rules::line(said, 40);
            self.report.find(
                Finding::Spent,
                format_args!("user {id}: the sum spent {said:?} cannot be read, or is below zero"),
            );
        }
        spent.or_else(paid_in).unwrap_or(Vnd::ZERO)
    }

    fn open_all(&mut self, users: Vec<OldUser>) -> Result<(), MoveInError> {
        self.batch.clear();
        let hashes = self.hashes(&users)?;
        users.into_iter().zip(hashes).try_for_each(|(user, hash)| self.open(user, hash))
    }

    /// What each one's password is kept as; of one that is only tried nothing that takes long.
    fn hashes(&self, users: &[OldUser]) -> Result<Vec<PasswordHash>, MoveInError> {
        let cost = self.wanted.cost;
        let hash = |user: &OldUser| match &user.password {
            Password::Hash(hash) => Ok(hash.clone()),
            Password::ToWrap(digest, scheme) if !self.wanted.dry_run => {
                PasswordHash::wrapped(digest, *scheme, cost)
            }
            Password::ToWrap(..) | Password::Slow | Password::Unknown => Ok(PasswordHash::none()),
        };
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let share = users.len().div_ceil(cores).max(1);
        let parts = std::thread::scope(|scope| {
            let parts: Vec<_> = users
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(hash).collect::<Result<Vec<_>, Fault>>()))
                .collect();
            let ended = |died| Fault::Internal(format!("hashing passwords panicked: {died:?}"));
            parts
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|died| Err(ended(died))))
                .collect::<Vec<_>>()
        });
        Ok(parts.into_iter().collect::<Result<Vec<_>, Fault>>()?.concat())
    }

    fn open(&mut self, old: OldUser, hash: PasswordHash) -> Result<(), MoveInError> {
        let (tx, word) = (self.tx, self.wanted.family.word);
        let OldUser { line, id, username, email, password, money, balance, .. } = old;
        let OldUser { spent, key, banned, created, .. } = old;
        let created_at = created.and_then(|text| rules::moment(&text, tx.now())).unwrap_or(tx.now());
        let user = MovedUser {
            username: username.clone(),
            email: email.clone(),
            label: label(word, &id),
            password: hash,
            banned,
            created_at,
            spent,
        };
        let moved = accounts::move_in(tx, &user)?;
        store::keep(tx, word, Kind::User, &id, moved.user.get())?;
        self.note_money(moved.user, money);
        for login in [username, email].into_iter().flatten().map(|login| login.to_lowercase()) {
            if self.wanted.family.is_csv() && store::known(tx, word, Kind::Login, &login)?.is_none() {
                store::keep(tx, word, Kind::Login, &login, moved.user.get())?;
            }
        }
        if balance.is_positive() {
            let nonce = format!("{word}:user:{id}");
            let posting = Posting::adjustment_up(moved.user, balance, "Balance before the move", &nonce);
            ledger::post(tx, &posting).map_err(refused(format!("line {line}")))?;
        }
        let name = &moved.username;
        let report = &mut *self.report;
        report.users = report.users.saturating_add(1);
        match password {
            Password::Unknown => {
                report.find(Finding::NeedsReset, format_args!("user {id}: {name} needs a new password"));
            }
            Password::Slow => report.find(
                Finding::SlowHash,
                format_args!("user {id}: {name} needs a new password, the old one takes too long to check"),
            ),
            Password::Hash(_) | Password::ToWrap(..) => {}
        }
        if moved.is_renamed {
            report.find(Finding::Renamed, format_args!("user {id}: the name is {name} here"));
        }
        if moved.lacks_email {
            report.find(Finding::WithoutEmail, format_args!("user {id}: {name} has no e-mail address here"));
        }
        if banned {
            report.find(Finding::Banned, format_args!("user {id}: {name} is banned"));
        }
        match key.filter(|_| !banned) {
            Some(key) => self.keep_key(moved.user, &id, key),
            None => Ok(()),
        }
    }

    /// Whose a key is that two users came with, nobody can say.
    fn keep_key(&mut self, user: UserId, id: &str, key: String) -> Result<(), MoveInError> {
        if self.doubles.contains(&key) {
            self.report.find(Finding::KeyTwice, format_args!("user {id}: the API key is another user's too"));
            return Ok(());
        }
        if !rules::is_key(&key) {
            self.report.find(Finding::KeyWeak, format_args!("user {id}: the API key could be guessed"));
            return Ok(());
        }
        match accounts::keep_moved_key(self.tx, user, &key)? {
            MovedKey::Kept => self.report.keys = self.report.keys.saturating_add(1),
            MovedKey::Weak => {
                self.report.find(Finding::KeyWeak, format_args!("user {id}: the API key cannot be one here"));
            }
            // Who was here before goes on with it.
            MovedKey::TakenBy(other) if other.get() <= self.before.user => {
                self.report.find(
                    Finding::KeyTaken,
                    format_args!("user {id}: the API key is that of user {other} here, and stays theirs"),
                );
            }
            MovedKey::TakenBy(other) => {
                accounts::drop_moved_key(self.tx, &key)?;
                self.report.keys = self.report.keys.saturating_sub(1);
                self.report.find(
                    Finding::KeyTwice,
                    format_args!("user {id}: the API key is that of user {other} here too"),
                );
                self.doubles.insert(key);
                if self.doubles.len() > MOST_DOUBLES {
                    let what = "the number of keys that are two users'";
                    return Err(MoveInError::TooMany { what, most: MOST_DOUBLES });
                }
            }
        }
        Ok(())
    }
}

/// What an account is called that nothing else can be made of: `smartpanel-17`.
fn label(word: &str, id: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let id: String =
        id.to_ascii_lowercase().chars().map(|c| if plain(c) { c } else { '-' }).take(40).collect();
    let id = id.trim_matches(['.', '-']).replace("..", ".");
    format!("{word}-{id}")
}

/// `today`: what our own hashes take.
fn password(row: &Row, family: &Family, type_password: Option<&str>, today: Cost) -> Password {
    // Passwords are taken as they are: blanks belong to them.
    let Some(kept) = row.get(family.users.password).filter(|kept| !kept.is_empty()) else {
        return Password::Unknown;
    };
    let most = today.max(Cost::MOVED_AT_MOST);
    let bcrypt = |scheme| match PasswordHash::foreign(kept, scheme) {
        Some(hash) if hash.costs_at_most(most) => Password::Hash(hash),
        Some(_) => Password::Slow,
        None => Password::Unknown,
    };
    match family.passwords {
        Passwords::Bcrypt => bcrypt(Scheme::Php),
        Passwords::Digest(scheme) => digits(kept, &[scheme]).unwrap_or_else(|| bcrypt(Scheme::Php)),
        Passwords::Cmsnt if row.has(&["balance"]) => bcrypt(Scheme::Php),
        Passwords::Cmsnt => match type_password {
            _ if kept.starts_with("$2") && PasswordHash::foreign(kept, Scheme::Cmsnt).is_some() => {
                bcrypt(Scheme::Cmsnt)
            }
            None | Some("md5" | "sha1" | "bcrypt") => {
                digits(kept, &[Scheme::CmsntMd5, Scheme::CmsntSha1]).unwrap_or(Password::Unknown)
            }
            Some(_) => Password::ToWrap(kept.to_owned(), Scheme::Cmsnt),
        },
    }
}

/// A digest, by how many hexadecimal digits it has.
fn digits(kept: &str, schemes: &[Scheme]) -> Option<Password> {
    let is_hex = kept.bytes().all(|byte| byte.is_ascii_hexdigit());
    let scheme = schemes.iter().find(|scheme| is_hex && scheme.digits() == Some(kept.len()))?;
    Some(Password::ToWrap(kept.to_ascii_lowercase(), *scheme))
}
