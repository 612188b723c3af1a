//! The proof: recomputes every figure from the transfers and names every difference.
//!
//! Reads other domains' tables on purpose: it checks that orders, commissions, deposits and bank transactions say
//! the same as the ledger does.

use crate::db::{Db, ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// So many differences are kept with the last audit.
const KEPT: usize = 10;

/// What the audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub users: i64,
    pub transfers: i64,
    pub orders: i64,
    pub deposits: i64,
    /// Sum of all users' balances: what the house owes.
    pub liabilities: i64,
    /// Bank money that belongs to nobody yet.
    pub suspense: i64,
    /// One sentence for each thing that does not hold; empty means proven.
    pub differences: Vec<String>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}

/// A rule and the query that finds what breaks it: one text a row.
const RULES: [(&str, &str); 28] = [
    ("the file is intact", "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
    (
        "every reference points at something",
        "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' -> ' || parent FROM pragma_foreign_key_check",
    ),
    (
        "all balances add up to zero",
        "SELECT 'the sum is ' || sum(balance) FROM accounts HAVING sum(balance) <> 0",
    ),
    (
        "a balance is its history",
        "WITH sides (id, account, moved, spent, earned) AS (
             SELECT id, debit_account_id, -amount, iif(credit_account_id = -2, amount, 0),
                 iif(credit_account_id = -3, -amount, 0) FROM transfers
             UNION ALL
             SELECT id, credit_account_id, amount, iif(debit_account_id = -2, -amount, 0),
                 iif(debit_account_id = -3, amount, 0) FROM transfers),
         truth AS (SELECT account, sum(moved) AS moved, sum(spent) AS spent, sum(earned) AS earned, max(id) AS last
             FROM sides GROUP BY account)
         SELECT 'account ' || a.id || ' holds ' || a.balance || ' (spent ' || a.spent || ', earned ' || a.earned
             || ', last moved by ' || a.last_transfer_id || '), its transfers say ' || coalesce(t.moved, 0) || ' ('
             || coalesce(t.spent, 0) || ', ' || coalesce(t.earned, 0) || ', ' || coalesce(t.last, 0) || ')'
         FROM accounts AS a LEFT JOIN truth AS t ON t.account = a.id
         WHERE (a.balance, a.spent + a.unreleased, a.earned, a.last_transfer_id)
             IS NOT (coalesce(t.moved, 0), coalesce(t.spent, 0), coalesce(t.earned, 0), coalesce(t.last, 0))",
    ),
    (
        "what is not released counts as spent later, by order and by user",
        "SELECT 'order ' || id || ' holds back ' || unreleased FROM orders
         WHERE runs IS NULL AND (unreleased NOT IN (0, charge)
             OR (unreleased > 0 AND dispatch NOT IN ('scheduled', 'review'))
             OR (unreleased = 0 AND dispatch = 'scheduled' AND parent_id IS NULL))
         UNION ALL
         SELECT 'drip-feed ' || o.id || ' holds back ' || o.unreleased || ' after ' || f.begun || ' runs'
         FROM drip_feeds AS f JOIN orders AS o ON o.id = f.order_id
         WHERE o.unreleased <> iif(f.stopped IS NOT NULL OR o.status IN ('completed', 'partial', 'canceled'), 0,
             o.charge - o.charge * f.begun / o.runs)
         UNION ALL
         SELECT 'account ' || a.id || ' holds back ' || a.unreleased || ', its orders ' || coalesce(o.sum, 0)
         FROM accounts AS a LEFT JOIN (SELECT user_id, sum(unreleased) AS sum FROM orders GROUP BY user_id) AS o
             ON o.user_id = a.id
         WHERE a.unreleased <> coalesce(o.sum, 0)",
    ),
    (
        "each transfer continues the balance before it",
        "WITH sides (id, account, after, moved) AS (
             SELECT id, debit_account_id, debit_balance_after, -amount FROM transfers
             UNION ALL SELECT id, credit_account_id, credit_balance_after, amount FROM transfers),
         steps AS (SELECT id, account, after, moved,
             coalesce(lag(after) OVER (PARTITION BY account ORDER BY id), 0) AS before FROM sides)
         SELECT 'transfer ' || id || ' on account ' || account FROM steps WHERE after <> before + moved",
    ),
    (
        "a transfer moves between the accounts of its kind",
        "SELECT 'transfer ' || id || ', ' || kind FROM transfers AS t WHERE NOT EXISTS (SELECT 1 FROM transfer_kinds
             WHERE kind = t.kind AND debit = min(t.debit_account_id, 0) AND credit = min(t.credit_account_id, 0)
                 AND (NOT needs_order OR t.order_id IS NOT NULL))",
    ),
    (
        "every user has an account",
        "SELECT 'user ' || id FROM users WHERE id NOT IN (SELECT id FROM accounts)
         UNION ALL SELECT 'account ' || id FROM accounts WHERE id > 0 AND id NOT IN (SELECT id FROM users)",
    ),
    (
        "an order is charged if and only if it exists, refunded as it says, and to its owner",
        "WITH paid AS (SELECT order_id, sum(iif(kind = 'order', amount, 0)) AS charged,
             sum(iif(kind = 'refund', amount, 0)) AS refunded, min(user_id) AS one, max(user_id) AS other
             FROM transfers WHERE kind IN ('order', 'refund') GROUP BY order_id)
         SELECT 'order ' || o.id || ': charge ' || o.charge || ' refunded ' || o.refunded || ', ledger '
             || coalesce(p.charged, 0) || ' and ' || coalesce(p.refunded, 0)
         FROM orders AS o LEFT JOIN paid AS p ON p.order_id = o.id
         WHERE o.charge <> coalesce(p.charged, 0) OR o.refunded <> coalesce(p.refunded, 0)
             OR p.one <> o.user_id OR p.other <> o.user_id",
    ),
    (
        "each run of a drip-feed is one order of its buyer without money, and what is lost of them went back",
        "WITH begun AS (SELECT parent_id, count(*) AS n, max(run) AS last, max(user_id) AS one, min(user_id) AS other,
             sum(status IN ('completed', 'partial', 'canceled')) AS ended, sum(charge + refunded) AS money,
             sum(CASE status WHEN 'canceled' THEN quantity WHEN 'partial' THEN remains ELSE 0 END) AS lost
             FROM orders WHERE parent_id IS NOT NULL GROUP BY parent_id),
         fed AS (SELECT o.*, f.begun, f.ended, f.stopped, b.n, b.last, b.one, b.other, b.ended AS over, b.money,
             coalesce(b.lost, 0) + iif(f.stopped IS NULL, 0, (o.runs - f.begun) * o.quantity) AS lost,
             EXISTS (SELECT 1 FROM order_events AS e WHERE e.order_id = o.id AND e.kind = 'status_set') AS decided
             FROM orders AS o LEFT JOIN drip_feeds AS f ON f.order_id = o.id LEFT JOIN begun AS b ON b.parent_id = o.id
             WHERE o.runs IS NOT NULL OR (b.n > 0 AND o.posts IS NULL))
         SELECT 'drip-feed ' || id || ': ' || coalesce(begun, '?') || ' begun, ' || coalesce(ended, '?')
             || ' ended, refunded ' || refunded || '; its runs say ' || coalesce(n, 0) || ', ' || coalesce(over, 0)
             || ', lost ' || lost
         FROM fed WHERE runs IS NULL OR begun IS NULL OR begun <> coalesce(n, 0) OR begun <> coalesce(last, 0)
             OR ended <> coalesce(over, 0) OR money <> 0 OR one <> user_id OR other <> user_id
             OR refunded < charge * lost / (quantity * runs) AND NOT decided
             OR (status IN ('pending', 'in_progress') AND (refunded <> charge * lost / (quantity * runs)
                 OR ended = begun AND (stopped IS NOT NULL OR begun = runs)))",
    ),
    (
        "each post of a subscription is one order of its buyer without money, and what none used went back",
        "WITH posts AS (SELECT o.parent_id, count(*) AS n, max(o.run) AS last, max(o.user_id) AS one,
             min(o.user_id) AS other, sum(o.charge + o.refunded) AS money, sum(p.order_id IS NULL) AS strays,
             sum(p.units) AS used, sum(p.units NOT BETWEEN s.least AND s.most) AS beyond
             FROM subscriptions AS s JOIN orders AS o ON o.parent_id = s.order_id
             LEFT JOIN subscription_posts AS p ON p.order_id = o.id GROUP BY o.parent_id),
         sold AS (SELECT o.*, s.seen, s.most * o.posts AS units, s.order_id AS subscription,
             coalesce(p.n, 0) AS n, p.last, p.one, p.other, p.money, p.strays, p.beyond
             FROM orders AS o LEFT JOIN subscriptions AS s ON s.order_id = o.id
             LEFT JOIN posts AS p ON p.parent_id = o.id
             WHERE o.posts IS NOT NULL OR s.order_id IS NOT NULL)
         SELECT 'subscription ' || id || ': ' || coalesce(seen, '?') || ' posts of ' || coalesce(posts, '?') || ', '
             || n || ' of them orders, ' || status || ', refunded ' || refunded
         FROM sold WHERE subscription IS NULL OR posts IS NULL OR units <> quantity OR n > seen OR seen > posts
             OR n > 0 AND (last <> n OR one <> user_id OR other <> user_id OR money <> 0 OR strays > 0 OR beyond > 0)
             OR status = 'partial' AND refunded <> charge * remains / quantity",
    ),
    (
        "an order stands where its last event left it",
        "WITH last AS (SELECT order_id, status, dispatch, refunded, max(id) FROM order_events GROUP BY order_id)
         SELECT 'order ' || o.id || ' is ' || o.status || ', ' || o.dispatch || ', refunded ' || o.refunded
             || ', its events say ' || coalesce(s.status || ', ' || s.dispatch || ', ' || s.refunded, 'nothing')
         FROM orders AS o LEFT JOIN last AS s ON s.order_id = o.id
         WHERE (o.status, iif(o.dispatch = 'sending', 'queued', o.dispatch), o.refunded)
             IS NOT (coalesce(s.status, 'pending'),
                 coalesce(s.dispatch, CASE WHEN o.runs IS NOT NULL THEN 'drip_feed'
                     WHEN o.start_at IS NOT NULL THEN 'scheduled'
                     WHEN o.provider_id IS NULL THEN 'manual' ELSE 'queued' END), coalesce(s.refunded, 0))",
    ),
    (
        "each refund belongs to an event, with its amount and by the same admin",
        "WITH rises AS (SELECT id, order_id, kind, actor_id, refunded,
             refunded - lag(refunded, 1, 0) OVER (PARTITION BY order_id ORDER BY id) AS rise FROM order_events)
         SELECT 'order ' || r.order_id || ', event ' || r.id
         FROM rises AS r LEFT JOIN transfers AS t ON t.key = 'refund:' || r.order_id || ':' || r.refunded
         WHERE r.rise <> 0 AND (r.rise < 0 OR t.id IS NULL
             OR t.amount <> r.rise OR t.actor_id IS NOT r.actor_id)",
    ),
    (
        "a commission was paid as it says, to the referrer, for a final order",
        "SELECT 'order ' || c.order_id FROM commissions AS c
         JOIN orders AS o ON o.id = c.order_id JOIN users AS u ON u.id = o.user_id
         WHERE c.referrer_id IS NOT u.referrer_id OR c.referred_id <> o.user_id
            OR o.status NOT IN ('completed', 'partial', 'canceled')
            OR c.target <> (o.charge - o.refunded) * c.percent / 100
            OR c.paid <> (SELECT coalesce(sum(iif(t.kind = 'commission', t.amount, -t.amount)), 0)
                FROM transfers AS t
                WHERE t.order_id = c.order_id AND t.kind IN ('commission', 'commission_reversal'))
         UNION ALL
         SELECT 'transfer ' || id FROM transfers WHERE kind IN ('commission', 'commission_reversal')
            AND order_id NOT IN (SELECT order_id FROM commissions)",
    ),
    (
        "a deposit was credited as it says, to its owner, by transfers or once by hand",
        "SELECT 'deposit ' || d.id || ': credited ' || d.credited || ', ledger ' || coalesce(sum(t.amount), 0)
         FROM deposits AS d LEFT JOIN transfers AS t ON t.deposit_id = d.id AND t.kind = 'deposit'
         GROUP BY d.id HAVING coalesce(sum(t.amount), 0) <> d.credited OR max(t.user_id) <> d.user_id
             OR min(t.user_id) <> d.user_id
             OR (count(t.id) - count(t.bank_transaction_id)) <> (d.settled_by IS 'hand')
             OR (d.settled_by = 'hand' AND count(t.id) <> 1)",
    ),
    (
        "a bank transaction is credited once, for its amount, to the user it names, or tied once",
        "SELECT 'bank transaction ' || b.id FROM bank_transactions AS b
         LEFT JOIN transfers AS t ON t.bank_transaction_id = b.id AND t.kind <> 'suspense'
         LEFT JOIN deposits AS d ON d.id = b.deposit_id
         GROUP BY b.id
         HAVING count(t.id) <> (b.status = 'credited')
             OR (b.status = 'credited' AND (max(t.amount) <> b.amount OR max(t.user_id) IS NOT b.user_id
                 OR max(t.deposit_id) IS NOT b.deposit_id
                 OR max(t.kind) <> iif(b.user_id IS NULL, 'suspense_release', 'deposit')
                 OR (b.user_id IS NULL AND d.settled_by IS NOT 'hand')))",
    ),
    (
        "bank money without an owner passed through suspense, for its amount",
        "SELECT 'bank transaction ' || b.id FROM bank_transactions AS b
         LEFT JOIN transfers AS t ON t.bank_transaction_id = b.id AND t.kind = 'suspense'
         GROUP BY b.id
         HAVING count(t.id) <> (b.reason IS NOT NULL) OR coalesce(max(t.amount), b.amount) <> b.amount",
    ),
    (
        "bank money that is nobody's, set aside or not, stands in suspense",
        "SELECT 'suspense holds ' || a.balance || ', nobody''s are ' || coalesce(b.sum, 0) FROM accounts AS a
         LEFT JOIN (SELECT sum(amount) AS sum FROM bank_transactions
             WHERE status = 'unmatched' OR ignored_reason IS NOT NULL) AS b
         WHERE a.id = -5 AND a.balance <> coalesce(b.sum, 0)",
    ),
    (
        "a bonus was given as it says, to its user, with its deposit, and taken back as it says",
        "WITH moved AS (SELECT id, amount, user_id, deposit_id, debit_account_id < 0 AS is_given,
             CAST(substr(key, instr(key, ':') + 1) AS INTEGER) AS bonus_id FROM transfers WHERE kind = 'bonus'),
         sums AS (SELECT bonus_id, sum(iif(is_given, amount, 0)) AS given, sum(iif(is_given, 0, amount)) AS back,
             min(user_id) AS one, max(user_id) AS other, max(deposit_id) AS deposit_id FROM moved GROUP BY bonus_id)
         SELECT 'bonus ' || coalesce(b.id, s.bonus_id) || ': ' || coalesce(b.amount, 0) || ' less '
             || coalesce(b.taken_back, 0) || ', ledger ' || coalesce(s.given, 0) || ' less ' || coalesce(s.back, 0)
         FROM bonuses AS b FULL JOIN sums AS s ON s.bonus_id = b.id
         WHERE b.amount IS NOT s.given OR b.taken_back IS NOT s.back OR b.user_id IS NOT s.one
             OR b.user_id IS NOT s.other OR b.deposit_id IS NOT s.deposit_id",
    ),
    (
        "what is unspent of a user's bonuses is no more than the balance",
        "WITH unspent AS (SELECT b.user_id,
             sum(max(0, min(b.amount - b.taken_back, b.spent_at - a.spent - a.unreleased))) AS sum
             FROM bonuses AS b JOIN accounts AS a ON a.id = b.user_id GROUP BY b.user_id)
         SELECT 'user ' || u.user_id || ': unspent ' || u.sum || ', balance ' || a.balance
         FROM unspent AS u JOIN accounts AS a ON a.id = u.user_id WHERE u.sum > a.balance",
    ),
    (
        "a coupon was used as often as it counted, by nobody more often than allowed, and decided with its deposit",
        "SELECT 'coupon ' || c.id || ': used ' || c.used || ', counted ' || count(b.id)
         FROM coupons AS c LEFT JOIN bonuses AS b ON b.coupon_id = c.id
         GROUP BY c.id HAVING c.used <> count(b.id)
         UNION ALL
         SELECT 'deposit ' || d.id || ', coupon ' || d.coupon_id || ', ' || coalesce(d.coupon_outcome, 'undecided')
         FROM deposits AS d LEFT JOIN bonuses AS b ON b.deposit_id = d.id AND b.coupon_id IS NOT NULL
         WHERE d.coupon_id IS NOT NULL OR b.id IS NOT NULL
         GROUP BY d.id HAVING count(b.id) > 1
             OR max(b.coupon_id) IS NOT iif(d.coupon_outcome = 'counted', d.coupon_id, NULL)
             OR (d.coupon_id IS NOT NULL AND (d.credited > 0) <> (d.coupon_outcome IS NOT NULL))",
    ),
    (
        "the search finds every order and user",
        "SELECT 'orders ' || o.n || ' in search ' || s.n
         FROM (SELECT count(*) AS n FROM orders_search) AS s,
             (SELECT count(*) AS n FROM orders
                 WHERE parent_id IS NULL AND id <= (SELECT max(rowid) FROM orders_search)) AS o
         WHERE o.n <> s.n
         UNION ALL
         SELECT 'users ' || u.n || ' in search ' || s.n FROM (SELECT count(*) AS n FROM users) AS u,
             (SELECT count(*) AS n FROM users_search) AS s WHERE u.n <> s.n",
    ),
    (
        "the sums of money by day are those of the transfers",
        "WITH truth AS (SELECT (created_at + 25200000) / 86400000 AS day, kind, count(*) AS n,
             sum(iif(kind IN ('adjustment', 'bonus') AND debit_account_id > 0, -amount, amount)) AS amount
             FROM transfers WHERE kind <> 'order' GROUP BY 1, 2)
         SELECT 'day ' || day || ', ' || kind || ': ' || coalesce(d.amount, 0) || ' in ' || coalesce(d.n, 0)
             || ', its transfers say ' || coalesce(t.amount, 0) || ' in ' || coalesce(t.n, 0)
         FROM daily_money AS d FULL JOIN truth AS t USING (day, kind)
         WHERE d.amount IS NOT t.amount OR d.n IS NOT t.n",
    ),
    (
        "the sums of orders by day, service and provider are those of the orders",
        "WITH truth AS (SELECT day, service_id, coalesce(provider_id, 0) AS provider_id,
             sum(parent_id IS NULL) AS orders, sum(counted_units) AS units, sum(charge) AS charged,
             sum(refunded) AS refunded, sum(counted_cost) AS cost FROM orders GROUP BY 1, 2, 3)
         SELECT 'day ' || day || ', service ' || service_id || ', provider ' || provider_id
         FROM daily_services AS d FULL JOIN truth AS t USING (day, service_id, provider_id)
         WHERE (coalesce(d.orders, 0), coalesce(d.units, 0), coalesce(d.charged, 0), coalesce(d.refunded, 0),
                 coalesce(d.cost, 0))
             <> (coalesce(t.orders, 0), coalesce(t.units, 0), coalesce(t.charged, 0), coalesce(t.refunded, 0),
                 coalesce(t.cost, 0))",
    ),
    (
        "the sums of orders by day and customer are those of the orders",
        "WITH truth AS (SELECT day, user_id, sum(parent_id IS NULL) AS orders, sum(counted_units) AS units,
             sum(charge) AS charged, sum(refunded) AS refunded, sum(counted_cost) AS cost FROM orders GROUP BY 1, 2)
         SELECT 'day ' || day || ', user ' || user_id
         FROM daily_customers AS d FULL JOIN truth AS t USING (day, user_id)
         WHERE (d.orders, d.units, d.charged, d.refunded, d.cost)
             IS NOT (t.orders, t.units, t.charged, t.refunded, t.cost)",
    ),
    (
        "there are as many orders of each status as counted",
        "SELECT status || ': counted ' || coalesce(c.n, 0) || ', there are ' || coalesce(o.n, 0)
         FROM order_counts AS c FULL JOIN (SELECT status, count(*) AS n FROM orders
             WHERE parent_id IS NULL GROUP BY status) AS o USING (status)
         WHERE c.n IS NOT coalesce(o.n, 0)",
    ),
    (
        "as many orders of each service ended so, after so long, as counted by day",
        "WITH truth AS (SELECT service_id, day, ended_as AS status, took, count(*) AS n FROM orders
             WHERE ended_as IS NOT NULL GROUP BY 1, 2, 3, 4)
         SELECT 'service ' || service_id || ', day ' || day || ', ' || status || ' after ' || took || ' s: counted '
             || coalesce(d.n, 0) || ', there are ' || coalesce(t.n, 0)
         FROM daily_ends AS d FULL JOIN truth AS t USING (service_id, day, status, took)
         WHERE coalesce(d.n, 0) <> coalesce(t.n, 0)",
    ),
    (
        "as many users registered on each day as counted",
        "WITH truth AS (SELECT (created_at + 25200000) / 86400000 AS day, count(*) AS n FROM users GROUP BY 1)
         SELECT 'day ' || day || ': counted ' || coalesce(d.registered, 0) || ', there are ' || coalesce(t.n, 0)
         FROM daily_users AS d FULL JOIN truth AS t USING (day) WHERE d.registered IS NOT t.n",
    ),
];

/// Checks every rule on one snapshot.
pub fn run(tx: &ReadTx) -> Result<Report, Fault> {
    let mut report = figures(tx)?;
    for (rule, sql) in RULES {
        report.differences.extend(broken(tx, rule, sql)?);
    }
    Ok(report)
}

/// The same on a panel at work: each rule on a snapshot of its own, since each holds at every commit by itself, so that
/// no snapshot pins the write-ahead log for long. Errors: `Overloaded` when one was cut off all the same.
pub fn run_in_parts(db: &Db) -> Result<Report, Fault> {
    let mut report = db.snapshot(figures)?;
    for (rule, sql) in RULES {
        report.differences.extend(db.snapshot(|tx| broken(tx, rule, sql))?);
    }
    Ok(report)
}

fn figures(tx: &ReadTx) -> Result<Report, Fault> {
    let count = |sql: &str| tx.value(sql, (), |row| row.get::<_, i64>(0));
    Ok(Report {
        users: count("SELECT count(*) FROM users")?,
        transfers: count("SELECT count(*) FROM transfers")?,
        orders: count("SELECT count(*) FROM orders")?,
        deposits: count("SELECT count(*) FROM deposits")?,
        liabilities: count("SELECT coalesce(sum(balance), 0) FROM accounts WHERE id > 0")?,
        suspense: count("SELECT balance FROM accounts WHERE id = -5")?,
        differences: Vec::new(),
    })
}

fn broken(tx: &ReadTx, rule: &str, sql: &str) -> Result<Vec<String>, Fault> {
    let broken = tx.all(sql, (), |row| row.get::<_, String>(0))?;
    Ok(broken.into_iter().map(|what| format!("not true that {rule}: {what}")).collect())
}

/// An audit that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredReport {
    pub took: Duration,
    /// Of the differences only the first ones.
    pub report: Report,
    /// How many there were.
    pub differences: i64,
}

/// Keeps the report in place of the last one.
pub fn keep(tx: &Tx, report: &Report, took: Duration) -> Result<(), Fault> {
    let differences = i64::try_from(report.differences.len()).unwrap_or(i64::MAX);
    let mut stored = StoredReport { took, report: report.clone(), differences };
    stored.report.differences.truncate(KEPT);
    let json = serde_json::to_string(&stored)
        .map_err(|cause| Fault::Internal(format!("an audit could not be kept: {cause}")))?;
    tx.execute("INSERT OR REPLACE INTO last_audit (one, at, report) VALUES (1, ?1, ?2)", (tx.now(), json))?;
    Ok(())
}

/// The last one that was kept, and when it ended.
pub fn last(tx: &ReadTx) -> Result<Option<(Timestamp, StoredReport)>, Fault> {
    let row = tx.one("SELECT at, report FROM last_audit", (), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let read = |(at, json): (Timestamp, String)| {
        let stored = serde_json::from_str(&json);
        stored.map(|stored| (at, stored)).map_err(|cause| Fault::Corrupt(format!("the last audit: {cause}")))
    };
    row.map(read).transpose()
}
