-- Requests to pay in, and what the bank reported.

CREATE TABLE deposits (
    id                INTEGER PRIMARY KEY,
    user_id           INTEGER NOT NULL REFERENCES users (id),
    code              TEXT    NOT NULL UNIQUE,
    amount            INTEGER NOT NULL CHECK (amount >= 1),
    credited          INTEGER NOT NULL DEFAULT 0 CHECK (credited >= 0),
    -- 'expired' is not stored: it is a pending request whose time has passed.
    status            TEXT    NOT NULL DEFAULT 'pending'
                              CHECK (status IN ('pending', 'completed', 'rejected')),
    -- Who completed it: a bank transfer, or an admin by hand.
    settled_by        TEXT    CHECK (settled_by IN ('transfer', 'hand')),
    -- Our account at the time, so that an open request outlives a change of bank.
    bank_bin          TEXT    NOT NULL,
    bank_name         TEXT    NOT NULL,
    account_number    TEXT    NOT NULL,
    account_name      TEXT    NOT NULL,
    -- What the admin who settled it had to say.
    note              TEXT,
    -- What it was asked for with, and what came of that when the first money was credited.
    coupon_id         INTEGER REFERENCES coupons (id),
    coupon_outcome    TEXT    CHECK (coupon_outcome IS NULL OR coupon_id IS NOT NULL),
    expires_at        INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    CHECK ((status = 'completed') = (settled_by IS NOT NULL)),
    CHECK ((status = 'completed') = (credited > 0))
) STRICT;

CREATE INDEX deposits_by_user ON deposits (user_id, id);
CREATE INDEX deposits_by_status ON deposits (status, id);
CREATE INDEX deposits_by_amount ON deposits (amount, id);
-- Finds the few whose time has not passed among all that were never paid.
CREATE INDEX deposits_pending ON deposits (expires_at) WHERE status = 'pending';
-- Counts those that a user has open.
CREATE INDEX deposits_open_by_user ON deposits (user_id, expires_at) WHERE status = 'pending';

CREATE TRIGGER deposits_keep_what_was_asked
BEFORE UPDATE OF id, user_id, code, amount, bank_bin, bank_name, account_number, account_name, coupon_id,
    expires_at, created_at ON deposits
BEGIN
    SELECT RAISE(ABORT, 'what was asked for does not change');
END;

-- A rejected one stays as it is; a completed one can only take further transfers.
CREATE TRIGGER deposits_are_settled_once BEFORE UPDATE ON deposits
WHEN OLD.status = 'rejected'
    OR (OLD.status = 'completed' AND (NEW.status <> 'completed' OR NEW.settled_by <> OLD.settled_by))
    OR (OLD.settled_by = 'hand' AND NEW.credited <> OLD.credited)
    OR NEW.credited < OLD.credited
    OR (OLD.coupon_outcome IS NOT NULL AND NEW.coupon_outcome IS NOT OLD.coupon_outcome)
BEGIN
    SELECT RAISE(ABORT, 'a deposit is settled once');
END;

CREATE TRIGGER deposits_stay BEFORE DELETE ON deposits
BEGIN
    SELECT RAISE(ABORT, 'deposits are rejected, not deleted');
END;

CREATE TABLE bank_transactions (
    id               INTEGER PRIMARY KEY,
    -- SePay's number: the reason why a transfer is credited at most once.
    sepay_id         INTEGER NOT NULL UNIQUE,
    direction        TEXT    NOT NULL CHECK (direction IN ('in', 'out')),
    amount           INTEGER NOT NULL CHECK (amount >= 1),
    gateway          TEXT    NOT NULL,
    account_number   TEXT    NOT NULL,
    sub_account      TEXT,
    code             TEXT,
    content          TEXT    NOT NULL,
    reference        TEXT    NOT NULL,
    -- As the bank wrote it, in the bank's time.
    transaction_date TEXT    NOT NULL,
    -- Credited with a user: to that user. Credited without one: tied to a deposit that was approved by hand
    -- for the same money, so that nobody is credited twice.
    status           TEXT    NOT NULL CHECK (status IN ('unmatched', 'credited', 'ignored')),
    -- Why it was not credited when it arrived.
    reason           TEXT,
    -- Why an admin set it aside: it stays in suspense and waits for nobody. Outgoing ones are ignored by themselves.
    ignored_reason   TEXT,
    -- Of a credited one: the deposit it belongs to. Of an unmatched one: the deposit its code names, a hint.
    deposit_id       INTEGER REFERENCES deposits (id),
    user_id          INTEGER REFERENCES users (id),
    raw              TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    CHECK (direction <> 'out' OR (status = 'ignored' AND reason IS NULL)),
    CHECK ((status = 'ignored' AND direction = 'in') = (ignored_reason IS NOT NULL)),
    CHECK (status <> 'credited' OR user_id IS NOT NULL OR deposit_id IS NOT NULL),
    CHECK (status = 'credited' OR user_id IS NULL),
    CHECK (status <> 'unmatched' OR reason IS NOT NULL)
) STRICT;

CREATE INDEX bank_transactions_by_status ON bank_transactions (status, id);
CREATE INDEX bank_transactions_by_deposit ON bank_transactions (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE INDEX bank_transactions_by_user ON bank_transactions (user_id) WHERE user_id IS NOT NULL;

CREATE TRIGGER bank_transactions_keep_the_fact
BEFORE UPDATE OF id, sepay_id, direction, amount, gateway, account_number, sub_account, code, content,
    reference, transaction_date, reason, raw, created_at ON bank_transactions
BEGIN
    SELECT RAISE(ABORT, 'what the bank said does not change');
END;

-- But for what an admin set aside, which can be brought back and nothing else.
CREATE TRIGGER bank_transactions_are_decided_once BEFORE UPDATE ON bank_transactions
WHEN OLD.status <> 'unmatched' AND (OLD.ignored_reason IS NULL OR NEW.status <> 'unmatched')
BEGIN
    SELECT RAISE(ABORT, 'a bank transaction is decided once');
END;

CREATE TRIGGER bank_transactions_stay BEFORE DELETE ON bank_transactions
BEGIN
    SELECT RAISE(ABORT, 'bank transactions are kept');
END;

-- Parts of memos and references. The rowid is the bank transaction's id.
CREATE VIRTUAL TABLE bank_transactions_search USING fts5 (content, reference, content = '', tokenize = 'trigram');

CREATE TRIGGER bank_transactions_are_found AFTER INSERT ON bank_transactions
BEGIN
    INSERT INTO bank_transactions_search (rowid, content, reference) VALUES (NEW.id, NEW.content, NEW.reference);
END;
