//! The SQL of deposits and bank transactions.

mod lists;

pub(super) use lists::count;
pub use lists::{bank_transactions, list};

use super::rules::{BankStatus, Reason, SettledBy, State, Status};
use super::sepay::{BankFact, Direction};
use super::{AskedWith, BankTransaction, Deposit, vietqr};
use crate::bonuses::CouponOutcome;
use crate::config::Bank;
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{BankTxId, CouponId, DepositId, UserId};
use crate::kernel::money::Vnd;
use rusqlite::types::FromSqlError;
use rusqlite::{Row, named_params};
use std::collections::BTreeSet;

word_column!(SettledBy, Status, Reason, Direction, BankStatus);

/// With the balances around what was credited, and what that brought beside it: nearly always one transfer or two,
/// found by the index of their deposit.
const DEPOSIT: &str = "SELECT id, user_id, code, amount, credited, status, settled_by, bank_bin, bank_name,
    account_number, account_name, note, expires_at, created_at, updated_at,
    iif(credited > 0, (SELECT credit_balance_after - amount FROM transfers
        WHERE deposit_id = deposits.id AND kind = 'deposit' ORDER BY id LIMIT 1), NULL),
    iif(credited > 0, (SELECT credit_balance_after FROM transfers
        WHERE deposit_id = deposits.id AND kind IN ('deposit', 'bonus') ORDER BY id DESC LIMIT 1), NULL),
    coupon_id, (SELECT code FROM coupons WHERE id = coupon_id), coupon_outcome,
    iif(credited > 0, (SELECT coalesce(sum(amount), 0) FROM bonuses WHERE deposit_id = deposits.id), 0)
    FROM deposits";

fn deposit(row: &Row, now: Timestamp) -> rusqlite::Result<Deposit> {
    let expires_at: Timestamp = row.get(12)?;
    let state = match (row.get(5)?, row.get(6)?) {
        (Status::Completed, Some(by)) => State::Completed(by),
        (Status::Rejected, None) => State::Rejected,
        (Status::Pending, None) if expires_at <= now => State::Expired,
        (Status::Pending, None) => State::Pending,
        (status, by) => {
            let what = format!("a deposit is {} by {:?}", status.into_str(), by.map(<&str>::from));
            return Err(FromSqlError::Other(what.into()).into());
        }
    };
    let bank =
        Bank { bin: row.get(7)?, name: row.get(8)?, account_number: row.get(9)?, account_name: row.get(10)? };
    let (code, amount): (String, Vnd) = (row.get(2)?, row.get(3)?);
    let qr_payload = vietqr::payload(&bank.bin, &bank.account_number, amount, &code)
        .ok_or_else(|| FromSqlError::Other(format!("deposit {code} fits no VietQR").into()))?;
    Ok(Deposit {
        id: row.get(0)?,
        user: row.get(1)?,
        code,
        amount,
        credited: row.get(4)?,
        balances: Option::zip(row.get(15)?, row.get(16)?),
        state,
        bank,
        qr_payload,
        coupon: row
            .get::<_, Option<CouponId>>(17)?
            .map(|id| Ok::<_, rusqlite::Error>(AskedWith { id, code: row.get(18)?, outcome: row.get(19)? }))
            .transpose()?,
        bonus: row.get(20)?,
        note: row.get(11)?,
        expires_at,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
    })
}

pub(super) fn insert_deposit(
    tx: &Tx,
    user: UserId,
    code: &str,
    (amount, coupon): (Vnd, Option<CouponId>),
    bank: &Bank,
    expires_at: Timestamp,
) -> Result<DepositId, Fault> {
    let id = tx.insert(
        "INSERT INTO deposits (id, user_id, code, amount, bank_bin, bank_name, account_number, account_name,
             coupon_id, expires_at, created_at, updated_at)
         VALUES ((SELECT id FROM first_ids WHERE name = 'deposits'
                 AND id > (SELECT coalesce(max(id), 0) FROM deposits)),
             ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        (
            user,
            code,
            amount,
            &bank.bin,
            &bank.name,
            &bank.account_number,
            &bank.account_name,
            coupon,
            expires_at,
            tx.now(),
        ),
    )?;
    Ok(DepositId::new(id))
}

pub fn by_id(tx: &ReadTx, id: DepositId) -> Result<Option<Deposit>, Fault> {
    tx.one(&format!("{DEPOSIT} WHERE id = ?1"), [id], |row| deposit(row, tx.now()))
}

/// The deposits that have one of these codes, at most two: the caller only tells none, one and more apart.
pub(super) fn deposits_by_codes(tx: &ReadTx, codes: &BTreeSet<String>) -> Result<Vec<Deposit>, Fault> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let list = serde_json::Value::from_iter(codes.iter().map(String::as_str)).to_string();
    let sql = format!("{DEPOSIT} WHERE code IN (SELECT value FROM json_each(?1)) LIMIT 2");
    tx.all(&sql, [list], |row| deposit(row, tx.now()))
}

/// How many deposits of the user wait and have not expired.
pub(super) fn open_count(tx: &ReadTx, user: UserId) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM deposits WHERE user_id = ?1 AND status = 'pending' AND expires_at > ?2",
        (user, tx.now()),
        |row| row.get(0),
    )
}

/// Completes a deposit, or adds to a completed one.
pub(super) fn complete(tx: &Tx, id: DepositId, credited: Vnd, by: SettledBy) -> Result<usize, Fault> {
    tx.execute(
        "UPDATE deposits SET status = 'completed', settled_by = ?2, credited = ?3, updated_at = ?4
         WHERE id = ?1",
        (id, by, credited, tx.now()),
    )
}

/// Of one that was not decided yet.
pub(super) fn set_coupon_outcome(tx: &Tx, id: DepositId, outcome: CouponOutcome) -> Result<usize, Fault> {
    tx.execute(
        "UPDATE deposits SET coupon_outcome = ?2 WHERE id = ?1 AND coupon_outcome IS NULL",
        (id, outcome),
    )
}

pub(super) fn reject(tx: &Tx, id: DepositId) -> Result<usize, Fault> {
    tx.execute("UPDATE deposits SET status = 'rejected', updated_at = ?2 WHERE id = ?1", (id, tx.now()))
}

pub(super) fn set_note(tx: &Tx, id: DepositId, note: &str) -> Result<usize, Fault> {
    tx.execute("UPDATE deposits SET note = ?2 WHERE id = ?1", (id, note))
}

const BANK_TRANSACTION: &str =
    "SELECT id, sepay_id, direction, amount, gateway, account_number, sub_account, code,
    content, reference, transaction_date, status, reason, deposit_id, user_id, created_at, updated_at,
    ignored_reason FROM bank_transactions";

fn bank_transaction(row: &Row) -> rusqlite::Result<BankTransaction> {
    Ok(BankTransaction {
        id: row.get(0)?,
        sepay_id: row.get(1)?,
        direction: row.get(2)?,
        amount: row.get(3)?,
        gateway: row.get(4)?,
        account_number: row.get(5)?,
        sub_account: row.get(6)?,
        code: row.get(7)?,
        content: row.get(8)?,
        reference: row.get(9)?,
        transaction_date: row.get(10)?,
        status: row.get(11)?,
        reason: row.get(12)?,
        deposit: row.get(13)?,
        user: row.get(14)?,
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
        ignored_reason: row.get(17)?,
    })
}

pub(super) fn bank_id(tx: &ReadTx, sepay_id: i64) -> Result<Option<BankTxId>, Fault> {
    tx.one("SELECT id FROM bank_transactions WHERE sepay_id = ?1", [sepay_id], |row| row.get(0))
}

/// When the newest bank transaction arrived.
pub(super) fn last_received_at(tx: &ReadTx) -> Result<Option<Timestamp>, Fault> {
    tx.one("SELECT created_at FROM bank_transactions ORDER BY id DESC LIMIT 1", (), |row| row.get(0))
}

/// When SePay's list was last read to its end.
pub fn list_read_at(tx: &ReadTx) -> Result<Option<Timestamp>, Fault> {
    tx.one("SELECT read_at FROM sepay_list", (), |row| row.get(0))
}

/// SePay's list was read to its end.
pub fn set_list_read(tx: &Tx) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO sepay_list (one, read_at) VALUES (1, ?1)
         ON CONFLICT (one) DO UPDATE SET read_at = excluded.read_at",
        [tx.now()],
    )?;
    Ok(())
}

/// What became of a fact when it arrived.
pub(super) struct Outcome {
    pub status: BankStatus,
    pub reason: Option<Reason>,
    pub deposit: Option<DepositId>,
    pub user: Option<UserId>,
}

pub(super) fn insert_bank_transaction(
    tx: &Tx,
    fact: &BankFact,
    outcome: &Outcome,
) -> Result<BankTxId, Fault> {
    let id = tx.insert(
        "INSERT INTO bank_transactions (sepay_id, direction, amount, gateway, account_number, sub_account,
             code, content, reference, transaction_date, status, reason, deposit_id, user_id, raw, created_at,
             updated_at)
         VALUES (:sepay_id, :direction, :amount, :gateway, :account_number, :sub_account, :code, :content,
             :reference, :transaction_date, :status, :reason, :deposit, :user, :raw, :now, :now)",
        named_params! {
            ":sepay_id": fact.sepay_id,
            ":direction": fact.direction,
            ":amount": fact.amount,
            ":gateway": fact.gateway,
            ":account_number": fact.account_number,
            ":sub_account": fact.sub_account,
            ":code": fact.code,
            ":content": fact.content,
            ":reference": fact.reference,
            ":transaction_date": fact.transaction_date,
            ":status": outcome.status,
            ":reason": outcome.reason,
            ":deposit": outcome.deposit,
            ":user": outcome.user,
            ":raw": fact.raw,
            ":now": tx.now(),
        },
    )?;
    Ok(BankTxId::new(id))
}

pub(super) fn bank_transaction_by_id(tx: &ReadTx, id: BankTxId) -> Result<Option<BankTransaction>, Fault> {
    tx.one(&format!("{BANK_TRANSACTION} WHERE id = ?1"), [id], bank_transaction)
}

/// How many deposits still wait for their transfer.
pub fn pending_count(tx: &ReadTx) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM deposits WHERE status = 'pending' AND expires_at > ?1";
    tx.value(sql, [tx.now()], |row| row.get(0))
}

/// How many bank transactions wait for an admin.
pub fn unmatched_count(tx: &ReadTx) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM bank_transactions WHERE status = 'unmatched'", (), |row| row.get(0))
}

/// Decides an unmatched one: credited to a user, or tied to a deposit.
pub(super) fn decide(
    tx: &Tx,
    id: BankTxId,
    user: Option<UserId>,
    deposit: Option<DepositId>,
) -> Result<usize, Fault> {
    tx.execute(
        "UPDATE bank_transactions SET status = 'credited', user_id = ?2, deposit_id = ?3, updated_at = ?4
         WHERE id = ?1 AND status = 'unmatched'",
        (id, user, deposit, tx.now()),
    )
}

/// Sets an unmatched one aside.
pub(super) fn ignore(tx: &Tx, id: BankTxId, reason: &str) -> Result<usize, Fault> {
    tx.execute(
        "UPDATE bank_transactions SET status = 'ignored', ignored_reason = ?2, updated_at = ?3
         WHERE id = ?1 AND status = 'unmatched'",
        (id, reason, tx.now()),
    )
}

/// Brings one back that was set aside.
pub(super) fn unignore(tx: &Tx, id: BankTxId) -> Result<usize, Fault> {
    tx.execute(
        "UPDATE bank_transactions SET status = 'unmatched', ignored_reason = NULL, updated_at = ?2
         WHERE id = ?1 AND ignored_reason IS NOT NULL",
        (id, tx.now()),
    )
}

/// The sum of the bank transactions tied to a deposit.
pub(super) fn tied(tx: &ReadTx, deposit: DepositId) -> Result<Vnd, Fault> {
    tx.value(
        "SELECT coalesce(sum(amount), 0) FROM bank_transactions
         WHERE deposit_id = ?1 AND status = 'credited' AND user_id IS NULL",
        [deposit],
        |row| row.get(0),
    )
}
