//! Deposits: a customer asks to pay in and gets a code; the bank reports transfers; who names a code is
//! credited.
//!
//! A transfer is stored, credited and its deposit completed in one transaction, under the bank's own number,
//! so it counts at most once however often it is reported. What cannot be given to exactly one deposit stands
//! in suspense until an admin assigns it. Deposits that an admin approved take no transfers: that may be the
//! same money.
//!
//! `by_hand` is what admins do. Pure parts: `rules` (codes, states), `vietqr` (the text behind the QR),
//! `sepay` (the bank's notices), `sepay_list` (its list of transfers).

mod by_hand;
mod error;
mod filter;
#[cfg(fuzzing)]
pub mod fuzz;
mod rules;
pub mod sepay;
pub mod sepay_list;
mod store;
pub mod vietqr;

pub use by_hand::{Owner, approve, assign, bring_back, reject, set_aside};
pub use error::{DepositError, NoticeError};
pub use filter::{BankFilter, BankSearch, Filter, Search};
pub use rules::{BankStatus, Reason, SettledBy, State, Status};
pub use sepay::{BankFact, Direction};
pub use store::{
    bank_transactions, by_id, list, list_read_at, pending_count, set_list_read, unmatched_count,
};

use crate::accounts;
use crate::bonuses::{self, CouponOutcome, PaidIn};
use crate::config::Bank;
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{BankTxId, CouponId, DepositId, UserId, UserSet};
use crate::kernel::money::Vnd;
use crate::kernel::notice::NoticeKind;
use crate::kernel::reason;
use crate::ledger::{self, Posting};
use crate::notify::{self, News, Notice, Topic};
use strum::VariantArray;

/// What holds for new deposits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub min: Vnd,
    pub max: Vnd,
    pub expiry_minutes: i64,
    pub bank: Bank,
}

/// A customer's request to pay in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    pub id: DepositId,
    pub user: UserId,
    /// What the transfer's memo has to hold.
    pub code: String,
    /// What was asked for; what arrives may differ.
    pub amount: Vnd,
    /// The sum of all that was credited under the code.
    pub credited: Vnd,
    /// The user's balance before the first credit under the code and after the last, bonus and all. `None` while there
    /// is none.
    pub balances: Option<(Vnd, Vnd)>,
    /// As of the transaction that read it.
    pub state: State,
    /// The account to pay to: ours at the time.
    pub bank: Bank,
    /// The VietQR text: account, amount and code.
    pub qr_payload: String,
    /// What was given beside what was credited.
    pub bonus: Vnd,
    pub coupon: Option<AskedWith>,
    /// What the admin who settled it had to say.
    pub note: Option<String>,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The coupon that a deposit was asked for with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedWith {
    pub id: CouponId,
    pub code: String,
    /// What came of it with the first money. `None`: none has come.
    pub outcome: Option<CouponOutcome>,
}

/// A transfer the bank reported, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankTransaction {
    pub id: BankTxId,
    pub sepay_id: i64,
    pub direction: Direction,
    pub amount: Vnd,
    pub gateway: String,
    pub account_number: String,
    pub sub_account: Option<String>,
    pub code: Option<String>,
    pub content: String,
    pub reference: String,
    pub transaction_date: String,
    pub status: BankStatus,
    /// Why it was not credited when it arrived.
    pub reason: Option<Reason>,
    /// Why an admin set it aside.
    pub ignored_reason: Option<String>,
    /// Of a credited one: the deposit it belongs to. Of any other: the deposit its code names.
    pub deposit: Option<DepositId>,
    /// Who was credited. `None` on a credited one: tied.
    pub user: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What `receive` made of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// The same transfer was received before; nothing was done.
    Known(BankTxId),
    Credited {
        id: BankTxId,
        user: UserId,
        deposit: DepositId,
    },
    Unmatched(BankTxId, Reason),
    /// Outgoing.
    Ignored(BankTxId),
}

impl Receipt {
    /// A line for the log.
    pub fn log(self, sepay_id: i64) {
        match self {
            Receipt::Known(id) => {
                tracing::info!(sepay.id = sepay_id, bank.id = id.get(), "bank transaction {id} was known");
            }
            Receipt::Credited { id, user, deposit } => tracing::info!(
                sepay.id = sepay_id,
                bank.id = id.get(),
                "bank transaction {id} credited to user {user} for deposit {deposit}"
            ),
            Receipt::Unmatched(id, reason) => tracing::warn!(
                sepay.id = sepay_id,
                bank.id = id.get(),
                "bank transaction {id} waits for an admin: {}",
                reason.into_str()
            ),
            Receipt::Ignored(id) => {
                tracing::info!(sepay.id = sepay_id, bank.id = id.get(), "bank transaction {id} is outgoing");
            }
        }
    }
}

/// How many deposits of one user may wait for their transfer.
const MOST_OPEN: i64 = 20;

/// Asks to pay in. Errors: `NotConfigured` when the bank account fits no VietQR, `Fields` for an amount outside the
/// terms, `Conflict` when too many are open, `Bonus` for a coupon that does not count.
pub fn request(
    tx: &Tx,
    user: UserId,
    amount: Vnd,
    coupon: Option<&str>,
    terms: &Terms,
) -> Result<Deposit, DepositError> {
    amount_fits(amount, terms.min, terms.max)?;
    if store::open_count(tx, user)? >= MOST_OPEN {
        return Err(DepositError::Conflict(reason::Reason::TooManyDeposits { max: MOST_OPEN }));
    }
    let coupon = coupon.map(|code| bonuses::for_deposit(tx, user, code, amount)).transpose()?;
    let code = free_code(tx)?;
    vietqr::payload(&terms.bank.bin, &terms.bank.account_number, amount, &code)
        .ok_or(DepositError::NotConfigured)?;
    let expires_at = tx.now().plus_seconds(terms.expiry_minutes.saturating_mul(60));
    let id = store::insert_deposit(tx, user, &code, (amount, coupon), &terms.bank, expires_at)?;
    tx.changed(Change::Deposit(user, id));
    existing(tx, id)
}

/// Whether so much can be asked for. Errors: `Fields`.
pub fn amount_fits(amount: Vnd, min: Vnd, max: Vnd) -> Result<(), DepositError> {
    let max = max.min(vietqr::MAX_AMOUNT);
    if !(min..=max).contains(&amount) || !amount.is_positive() {
        let rule = Rule::AmountRange { min: min.get(), max: max.get() };
        return Err(DepositError::field("amount", rule));
    }
    Ok(())
}

fn free_code(tx: &ReadTx) -> Result<String, Fault> {
    for _ in 0..16 {
        let mut random = [0; 8];
        aws_lc_rs::rand::fill(&mut random).map_err(|_| Fault::Internal("no random numbers".to_owned()))?;
        let code = rules::make_code(u64::from_le_bytes(random));
        if store::deposits_by_codes(tx, &[code.clone()].into())?.is_empty() {
            return Ok(code);
        }
    }
    Err(Fault::Internal("sixteen random codes in a row were taken".to_owned()))
}

/// Where counting deposits of one status ends, so that it costs the same however many there are.
pub const MOST_COUNTED: i64 = 1000;

/// How many deposits have each status, up to `MOST_COUNTED`: a user's, or everybody's.
pub fn counts(tx: &ReadTx, user: Option<UserId>, without: &UserSet) -> Result<Vec<(Status, i64)>, Fault> {
    let count = |status: Status| Ok((status, store::count(tx, user, without, status, MOST_COUNTED)?));
    Status::VARIANTS.iter().copied().map(count).collect()
}

/// A customer's own deposit. Errors: `NotFound`, for somebody else's too.
pub fn of_user(tx: &ReadTx, user: UserId, id: DepositId) -> Result<Deposit, DepositError> {
    by_id(tx, id)?.filter(|deposit| deposit.user == user).ok_or(DepositError::NotFound)
}

fn existing(tx: &ReadTx, id: DepositId) -> Result<Deposit, DepositError> {
    by_id(tx, id)?.ok_or(DepositError::NotFound)
}

/// Takes in what the bank reported, from whichever source: stored and, where it names exactly one deposit
/// that may take it, credited to that deposit's user. A number seen before changes nothing, whatever comes
/// with it.
///
/// `our_accounts` are those set up now; the one a deposit was made with is ours too.
pub fn receive(tx: &Tx, fact: &BankFact, our_accounts: &[String]) -> Result<Receipt, DepositError> {
    if let Some(id) = store::bank_id(tx, fact.sepay_id)? {
        return Ok(Receipt::Known(id));
    }
    match fact.direction {
        Direction::Out => {
            let outcome =
                store::Outcome { status: BankStatus::Ignored, reason: None, deposit: None, user: None };
            Ok(Receipt::Ignored(store::insert_bank_transaction(tx, fact, &outcome)?))
        }
        Direction::In => {
            let named =
                store::deposits_by_codes(tx, &rules::find_codes(fact.code.as_deref(), &fact.content))?;
            let [deposit] = named.as_slice() else {
                let reason = if named.is_empty() { Reason::NoKnownCode } else { Reason::SeveralCodes };
                return keep(tx, fact, reason, None);
            };
            let ours = || our_accounts.iter().chain([&deposit.bank.account_number]);
            if !arrived_at(fact, ours) {
                return keep(tx, fact, Reason::OtherAccount, Some(deposit.id));
            }
            match deposit.state.on_transfer() {
                Ok(()) => credit(tx, fact, deposit),
                Err(reason) => keep(tx, fact, reason, Some(deposit.id)),
            }
        }
    }
}

fn arrived_at<'a, I: Iterator<Item = &'a String>>(fact: &BankFact, ours: impl Fn() -> I) -> bool {
    let receivers = [Some(fact.account_number.as_str()), fact.sub_account.as_deref()];
    let is_ours = |receiver: &str| ours().any(|our| rules::same_account(receiver, our));
    receivers.into_iter().flatten().any(is_ours)
}

fn credit(tx: &Tx, fact: &BankFact, deposit: &Deposit) -> Result<Receipt, DepositError> {
    let outcome = store::Outcome {
        status: BankStatus::Credited,
        reason: None,
        deposit: Some(deposit.id),
        user: Some(deposit.user),
    };
    let id = store::insert_bank_transaction(tx, fact, &outcome)?;
    ledger::post(tx, &Posting::transfer_in(deposit.user, id, Some(deposit.id), fact.amount))?;
    reward(tx, deposit, fact.amount)?;
    let credited = deposit.credited.plus(fact.amount)?;
    let changed = store::complete(tx, deposit.id, credited, SettledBy::Transfer)?;
    assert_eq!(changed, 1, "exactly one deposit takes the transfer");
    notify::post_with(tx, NoticeKind::Deposit, || {
        let username = accounts::names(tx, &[deposit.user])?.remove(&deposit.user).unwrap_or_default();
        Ok(Notice::Deposit { username, amount: fact.amount.get(), code: deposit.code.clone() })
    })?;
    tell(tx, deposit.user, fact.amount, Some(&deposit.code))?;
    tx.changed(Change::Deposit(deposit.user, deposit.id));
    Ok(Receipt::Credited { id, user: deposit.user, deposit: deposit.id })
}

/// Tells the customer of money that was credited; `code`: of the deposit that it came for.
fn tell(tx: &Tx, user: UserId, amount: Vnd, code: Option<&str>) -> Result<(), Fault> {
    accounts::tell_chat(tx, user, Topic::Deposits, || {
        Ok(News::DepositCredited { amount: amount.get(), code: code.map(str::to_owned) })
    })
}

/// What a deposit's money brings beside it. Its coupon is looked at with the first of it, once.
fn reward(tx: &Tx, deposit: &Deposit, amount: Vnd) -> Result<(), DepositError> {
    let undecided = deposit.coupon.as_ref().filter(|coupon| coupon.outcome.is_none());
    let coupon = undecided.map(|coupon| coupon.id);
    let paid = PaidIn { user: deposit.user, amount, deposit: Some(deposit.id), coupon };
    if let Some(outcome) = bonuses::reward(tx, &paid)? {
        let changed = store::set_coupon_outcome(tx, deposit.id, outcome)?;
        assert_eq!(changed, 1, "a coupon is decided once");
    }
    Ok(())
}

fn keep(tx: &Tx, fact: &BankFact, reason: Reason, named: Option<DepositId>) -> Result<Receipt, DepositError> {
    let outcome =
        store::Outcome { status: BankStatus::Unmatched, reason: Some(reason), deposit: named, user: None };
    let id = store::insert_bank_transaction(tx, fact, &outcome)?;
    ledger::post(tx, &Posting::unmatched(id, fact.amount))?;
    let notice = Notice::Unmatched {
        transaction: id.get(),
        amount: fact.amount.get(),
        gateway: fact.gateway.clone(),
        reason: reason.into_str().to_owned(),
        content: fact.content.clone(),
    };
    notify::post(tx, &notice)?;
    tx.changed(Change::Review);
    Ok(Receipt::Unmatched(id, reason))
}

/// Whether a transfer of this number was received before.
pub fn is_known(tx: &ReadTx, sepay_id: i64) -> Result<bool, Fault> {
    Ok(store::bank_id(tx, sepay_id)?.is_some())
}

/// From which day on SePay's list is to be read: with some days' overlap to what is known, and at most a month back the
/// first time, so that an old account's past does not become work for a person.
pub fn list_from(tx: &ReadTx) -> Result<Day, Fault> {
    let received = store::last_received_at(tx)?;
    Ok(rules::list_from(tx.now(), list_read_at(tx)?, received))
}

/// Errors: `NotFound`.
pub fn bank_transaction(tx: &ReadTx, id: BankTxId) -> Result<BankTransaction, DepositError> {
    store::bank_transaction_by_id(tx, id)?.ok_or(DepositError::NotFound)
}
