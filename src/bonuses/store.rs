//! The SQL of coupons and bonuses.

use super::Coupon;
use super::rules::{CouponKind, CouponOutcome, Grant};
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::error::Fault;
use crate::kernel::ids::{BonusId, CouponId, DepositId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::page::{Page, PageRequest};
use rusqlite::{Row, named_params};

word_column!(CouponKind, CouponOutcome);

macro_rules! select {
    ($($rest:tt)+) => {
        concat!(
            "SELECT id, code, kind, value, max_bonus, min_deposit, most_uses, per_user, ends_at, active, used,
                 created_at, updated_at FROM coupons ",
            $($rest)+
        )
    };
}

fn row(row: &Row) -> rusqlite::Result<Coupon> {
    Ok(Coupon {
        id: row.get(0)?,
        code: row.get(1)?,
        kind: row.get(2)?,
        value: row.get(3)?,
        max_bonus: row.get(4)?,
        min_deposit: row.get(5)?,
        most_uses: row.get(6)?,
        per_user: row.get(7)?,
        ends_at: row.get(8)?,
        active: row.get(9)?,
        used: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
    })
}

/// `None`: no such coupon.
pub fn coupon(tx: &ReadTx, id: CouponId) -> Result<Option<Coupon>, Fault> {
    tx.one(select!("WHERE id = ?1"), [id], row)
}

pub(super) fn by_code(tx: &ReadTx, code: &str) -> Result<Option<Coupon>, Fault> {
    tx.one(select!("WHERE code = ?1"), [code], row)
}

/// All coupons, newest first.
pub fn coupons(tx: &ReadTx, page: PageRequest) -> Result<Page<Coupon>, Fault> {
    let rows = tx.all(
        select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2"),
        (page.cursor.get(), page.limit.probe()),
        row,
    )?;
    Ok(Page::from_probe(rows, page.limit, |coupon| coupon.id.get()))
}

/// How often it has counted for the user.
pub(super) fn used_by(tx: &ReadTx, id: CouponId, user: UserId) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM bonuses WHERE coupon_id = ?1 AND user_id = ?2", (id, user), |row| {
        row.get(0)
    })
}

/// A coupon that is not there yet gets an id; of one that is, its code and kind stay.
pub(super) fn put(tx: &Tx, coupon: &Coupon) -> Result<CouponId, Fault> {
    let is_new = coupon.id.get() == 0;
    let sql = if is_new {
        "INSERT INTO coupons (code, kind, value, max_bonus, min_deposit, most_uses, per_user, ends_at, active,
             created_at, updated_at)
         VALUES (:code, :kind, :value, :max_bonus, :min_deposit, :most_uses, :per_user, :ends_at, :active, :now, :now)"
    } else {
        "UPDATE coupons SET value = :value, max_bonus = :max_bonus, min_deposit = :min_deposit,
             most_uses = :most_uses, per_user = :per_user, ends_at = :ends_at, active = :active, updated_at = :now
         WHERE id = :id AND code = :code AND kind = :kind"
    };
    let now = tx.now();
    let mut params = named_params! {
        ":code": coupon.code,
        ":kind": coupon.kind,
        ":value": coupon.value,
        ":max_bonus": coupon.max_bonus,
        ":min_deposit": coupon.min_deposit,
        ":most_uses": coupon.most_uses,
        ":per_user": coupon.per_user,
        ":ends_at": coupon.ends_at,
        ":active": coupon.active,
        ":now": now,
    }
    .to_vec();
    if is_new {
        return Ok(CouponId::new(tx.insert(sql, params.as_slice())?));
    }
    params.push((":id", &coupon.id));
    let changed = tx.execute(sql, params.as_slice())?;
    assert_eq!(changed, 1, "the coupon that was read is there");
    Ok(coupon.id)
}

/// A bonus to be given.
pub(super) struct Gift {
    pub user: UserId,
    pub amount: Vnd,
    pub spent_at: Vnd,
    pub coupon: Option<CouponId>,
    pub deposit: Option<DepositId>,
}

pub(super) fn insert(tx: &Tx, gift: &Gift) -> Result<BonusId, Fault> {
    let id = tx.insert(
        "INSERT INTO bonuses (user_id, amount, spent_at, coupon_id, deposit_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (gift.user, gift.amount, gift.spent_at, gift.coupon, gift.deposit, tx.now()),
    )?;
    Ok(BonusId::new(id))
}

/// Those of a user that were not taken back whole, newest first.
pub(super) fn grants(tx: &ReadTx, user: UserId) -> Result<Vec<Grant>, Fault> {
    tx.all(
        "SELECT id, amount, taken_back, spent_at FROM bonuses WHERE user_id = ?1 AND taken_back < amount
         ORDER BY id DESC",
        [user],
        |row| {
            Ok(Grant { id: row.get(0)?, amount: row.get(1)?, taken_back: row.get(2)?, spent_at: row.get(3)? })
        },
    )
}

pub(super) fn set_taken_back(tx: &Tx, id: BonusId, total: Vnd) -> Result<(), Fault> {
    let changed = tx.execute("UPDATE bonuses SET taken_back = ?2 WHERE id = ?1", (id, total))?;
    assert_eq!(changed, 1, "the bonus that was read is there");
    Ok(())
}

pub(super) fn set_spent_at(tx: &Tx, id: BonusId, spent_at: Vnd) -> Result<(), Fault> {
    let changed = tx.execute("UPDATE bonuses SET spent_at = ?2 WHERE id = ?1", (id, spent_at))?;
    assert_eq!(changed, 1, "the bonus that was read is there");
    Ok(())
}
