//! Deposits: a customer asks to pay in and gets a code; the bank reports transfers; who names a code is
//! credited.
//!
//! A transfer is stored, credited and its deposit completed in one transaction, under the bank's own number,
//! so it counts at most once however often it is reported. What cannot be given to exactly one deposit stands
//! in suspense until an admin assigns it. Deposits that an admin approved take no transfers: that may be the
//! same money.
//!
//! Pure parts: `rules` (codes, states), `vietqr` (the text behind the QR), `sepay` (the bank's notices).

mod error;
mod rules;
pub mod sepay;
mod store;
mod vietqr;

pub use error::{DepositError, NoticeError};
pub use rules::{BankStatus, Reason, SettledBy, State, Status};
pub use sepay::{BankFact, Direction};

use crate::config::Bank;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{BankTxId, DepositId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::page::{Page, PageRequest};
use crate::ledger::{self, Posting};

/// Longest note of an admin, in characters.
const MAX_NOTE: usize = 1000;

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
    /// As of the transaction that read it.
    pub state: State,
    pub bank: Bank,
    pub note: Option<String>,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Deposit {
    /// The VietQR text: account, amount and code.
    pub fn qr_payload(&self) -> Result<String, Fault> {
        vietqr::payload(&self.bank.bin, &self.bank.account_number, self.amount, &self.code)
            .ok_or_else(|| Fault::Corrupt(format!("deposit {} does not fit a VietQR", self.id)))
    }
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
    /// Of a credited one: the deposit it belongs to. Of an unmatched one: the deposit its code names.
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

/// What an admin says an unmatched bank transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// This user's money: it is credited.
    User(UserId),
    /// The money this deposit was approved by hand for: nothing is credited.
    Deposit(DepositId),
}

/// Asks to pay in. Errors: `NotConfigured` when the bank account fits no VietQR, `Amount` outside the terms.
pub fn request(tx: &Tx, user: UserId, amount: Vnd, terms: &Terms) -> Result<Deposit, DepositError> {
    let max = terms.max.min(vietqr::MAX_AMOUNT);
    if !(terms.min..=max).contains(&amount) || !amount.is_positive() {
        return Err(DepositError::Amount { min: terms.min, max });
    }
    let code = free_code(tx)?;
    vietqr::payload(&terms.bank.bin, &terms.bank.account_number, amount, &code)
        .ok_or(DepositError::NotConfigured)?;
    let expires_at = tx.now().plus_seconds(terms.expiry_minutes.saturating_mul(60));
    let id = store::insert_deposit(tx, user, &code, amount, &terms.bank, expires_at)?;
    existing(tx, id)
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

/// Deposits, newest first: one user's, or everybody's.
pub fn list(
    tx: &ReadTx,
    user: Option<UserId>,
    status: Option<Status>,
    page: PageRequest,
) -> Result<Page<Deposit>, Fault> {
    store::deposits(tx, user, status, page)
}

pub fn by_id(tx: &ReadTx, id: DepositId) -> Result<Option<Deposit>, Fault> {
    store::deposit_by_id(tx, id)
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
/// `our_account` is the account set up now; the one a deposit was made with is ours too.
pub fn receive(tx: &Tx, fact: &BankFact, our_account: Option<&str>) -> Result<Receipt, DepositError> {
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
            if !arrived_at(fact, [our_account, Some(&deposit.bank.account_number)]) {
                return keep(tx, fact, Reason::OtherAccount, Some(deposit.id));
            }
            match deposit.state.on_transfer() {
                Ok(()) => credit(tx, fact, deposit),
                Err(reason) => keep(tx, fact, reason, Some(deposit.id)),
            }
        }
    }
}

fn arrived_at(fact: &BankFact, ours: [Option<&str>; 2]) -> bool {
    let receivers = [Some(fact.account_number.as_str()), fact.sub_account.as_deref()];
    receivers
        .into_iter()
        .flatten()
        .any(|receiver| ours.into_iter().flatten().any(|our| rules::same_account(receiver, our)))
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
    let credited = deposit.credited.plus(fact.amount)?;
    let changed = store::complete(tx, deposit.id, credited, SettledBy::Transfer)?;
    assert_eq!(changed, 1, "exactly one deposit takes the transfer");
    Ok(Receipt::Credited { id, user: deposit.user, deposit: deposit.id })
}

fn keep(tx: &Tx, fact: &BankFact, reason: Reason, named: Option<DepositId>) -> Result<Receipt, DepositError> {
    let outcome =
        store::Outcome { status: BankStatus::Unmatched, reason: Some(reason), deposit: named, user: None };
    let id = store::insert_bank_transaction(tx, fact, &outcome)?;
    ledger::post(tx, &Posting::unmatched(id, fact.amount))?;
    Ok(Receipt::Unmatched(id, reason))
}

/// An admin vouches for the money: the user is credited `amount`, by default what was asked for. For pending
/// and expired deposits. Errors: `NotFound`, `Settled`, `Amount`, `Note` (longer than 1000 characters).
pub fn approve(
    tx: &Tx,
    id: DepositId,
    amount: Option<Vnd>,
    note: Option<&str>,
    actor: UserId,
) -> Result<Deposit, DepositError> {
    let deposit = open(tx, id)?;
    let amount = amount.unwrap_or(deposit.amount);
    let (min, max) = (Vnd::new(1), vietqr::MAX_AMOUNT);
    if !(min..=max).contains(&amount) {
        return Err(DepositError::Amount { min, max });
    }
    if let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) {
        write_note(tx, id, note)?;
    }
    ledger::post(tx, &Posting::approved_by_hand(deposit.user, id, amount).by(Some(actor)))?;
    let changed = store::complete(tx, id, amount, SettledBy::Hand)?;
    assert_eq!(changed, 1, "exactly one deposit is approved");
    existing(tx, id)
}

/// An admin refuses a pending or expired deposit. Errors: `NotFound`, `Settled`, `Note` (blank, or longer
/// than 1000 characters).
pub fn reject(tx: &Tx, id: DepositId, note: &str) -> Result<Deposit, DepositError> {
    open(tx, id)?;
    write_note(tx, id, note.trim())?;
    let changed = store::reject(tx, id)?;
    assert_eq!(changed, 1, "exactly one deposit is rejected");
    existing(tx, id)
}

fn open(tx: &ReadTx, id: DepositId) -> Result<Deposit, DepositError> {
    let deposit = existing(tx, id)?;
    if deposit.state.is_open() { Ok(deposit) } else { Err(DepositError::Settled) }
}

fn write_note(tx: &Tx, id: DepositId, note: &str) -> Result<(), DepositError> {
    if note.is_empty() || note.chars().count() > MAX_NOTE {
        return Err(DepositError::Note { max: MAX_NOTE });
    }
    store::set_note(tx, id, note)?;
    Ok(())
}

/// Bank transactions, newest first.
pub fn bank_transactions(
    tx: &ReadTx,
    status: Option<BankStatus>,
    page: PageRequest,
) -> Result<Page<BankTransaction>, Fault> {
    store::bank_transactions(tx, status, page)
}

/// Errors: `NotFound`.
pub fn bank_transaction(tx: &ReadTx, id: BankTxId) -> Result<BankTransaction, DepositError> {
    store::bank_transaction_by_id(tx, id)?.ok_or(DepositError::NotFound)
}

/// An admin says whose an unmatched bank transaction is, once. Only a deposit that was approved by hand can
/// be the same money; one takes ties until they cover what was approved, so that a second payment is not
/// mistaken for it.
///
/// Errors: `NotFound`, `Decided`, `UnknownUser`, `UnknownDeposit`, `NotByHand`, `Covered`.
pub fn assign(tx: &Tx, id: BankTxId, owner: Owner, actor: UserId) -> Result<BankTransaction, DepositError> {
    let transaction = bank_transaction(tx, id)?;
    if transaction.status != BankStatus::Unmatched {
        return Err(DepositError::Decided);
    }
    let (posting, user, deposit) = match owner {
        Owner::User(user) => {
            ledger::balances(tx, user)?.ok_or(DepositError::UnknownUser)?;
            (Posting::assigned(user, id, transaction.amount), Some(user), None)
        }
        Owner::Deposit(deposit) => {
            let found = by_id(tx, deposit)?.ok_or(DepositError::UnknownDeposit)?;
            if !found.state.is_approved_by_hand() {
                return Err(DepositError::NotByHand);
            }
            if store::tied(tx, deposit)? >= found.credited {
                return Err(DepositError::Covered);
            }
            (Posting::tied(id, deposit, transaction.amount), None, Some(deposit))
        }
    };
    ledger::post(tx, &posting.by(Some(actor)))?;
    let changed = store::decide(tx, id, user, deposit)?;
    assert_eq!(changed, 1, "exactly one bank transaction is decided");
    bank_transaction(tx, id)
}
