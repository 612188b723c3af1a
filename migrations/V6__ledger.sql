-- The ledger: every movement of money is one row that never changes.
--
-- A user's account has the user's id; the house's accounts have negative ids. A transfer takes from the debit
-- account and gives to the credit account, so the sum over all accounts is zero by construction.

CREATE TABLE accounts (
    id               INTEGER PRIMARY KEY,
    name             TEXT    NOT NULL,
    balance          INTEGER NOT NULL DEFAULT 0 CHECK (id < 0 OR balance >= 0),
    -- Of a user: what went to revenue (-2) less what came back and what is not released.
    spent            INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    -- Of a user: what was charged and counts as spent only when its orders are released.
    unreleased       INTEGER NOT NULL DEFAULT 0 CHECK (unreleased >= 0),
    -- Of a user: what came from commission (-3) less what was taken back.
    earned           INTEGER NOT NULL DEFAULT 0 CHECK (earned >= 0),
    last_transfer_id INTEGER NOT NULL DEFAULT 0,
    -- Of a user who came from another panel: what was spent there. It counts for the tier and is no money.
    imported_spent   INTEGER NOT NULL DEFAULT 0 CHECK (imported_spent BETWEEN 0 AND 1000000000000),
    -- What the tier follows.
    standing         INTEGER AS (spent + imported_spent)
) STRICT;

INSERT INTO accounts (id, name)
VALUES (-1, 'bank'), (-2, 'revenue'), (-3, 'commission'), (-4, 'adjustments'), (-5, 'suspense'), (-6, 'bonus');

CREATE INDEX accounts_by_standing ON accounts (standing) WHERE id > 0;

CREATE TRIGGER users_have_accounts AFTER INSERT ON users
BEGIN
    INSERT INTO accounts (id, name) VALUES (NEW.id, 'user');
END;

CREATE TRIGGER accounts_begin_empty BEFORE INSERT ON accounts
WHEN NEW.balance <> 0 OR NEW.spent <> 0 OR NEW.unreleased <> 0 OR NEW.earned <> 0 OR NEW.last_transfer_id <> 0
BEGIN
    SELECT RAISE(ABORT, 'an account begins empty');
END;

CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts
BEGIN
    SELECT RAISE(ABORT, 'accounts are kept');
END;

-- Between which accounts a transfer of each kind may move; 0 stands for any user. A new kind is a new row.
CREATE TABLE transfer_kinds (
    kind        TEXT    NOT NULL,
    debit       INTEGER NOT NULL CHECK (debit <= 0),
    credit      INTEGER NOT NULL CHECK (credit <= 0),
    needs_order INTEGER NOT NULL CHECK (needs_order IN (0, 1)),
    PRIMARY KEY (kind, debit, credit),
    -- Users never pay each other.
    CHECK (debit < 0 OR credit < 0)
) STRICT, WITHOUT ROWID;

INSERT INTO transfer_kinds (kind, debit, credit, needs_order) VALUES
    ('deposit',             -1,  0, 0),
    ('deposit',             -5,  0, 0),
    ('order',                0, -2, 1),
    ('refund',              -2,  0, 1),
    ('commission',          -3,  0, 1),
    ('commission_reversal',  0, -3, 1),
    ('adjustment',          -4,  0, 0),
    ('adjustment',           0, -4, 0),
    -- Given, and taken back before it was spent.
    ('bonus',               -6,  0, 0),
    ('bonus',                0, -6, 0),
    ('suspense',            -1, -5, 0),
    ('suspense_release',    -5, -1, 0);

CREATE TABLE transfers (
    id                   INTEGER PRIMARY KEY,
    debit_account_id     INTEGER NOT NULL REFERENCES accounts (id),
    credit_account_id    INTEGER NOT NULL REFERENCES accounts (id),
    amount               INTEGER NOT NULL CHECK (amount >= 1),
    kind                 TEXT    NOT NULL,
    -- Names the cause; the same cause can be posted once only.
    key                  TEXT    NOT NULL UNIQUE,
    order_id             INTEGER REFERENCES orders (id),
    deposit_id           INTEGER REFERENCES deposits (id),
    bank_transaction_id  INTEGER REFERENCES bank_transactions (id),
    debit_balance_after  INTEGER NOT NULL,
    credit_balance_after INTEGER NOT NULL,
    description          TEXT    NOT NULL,
    -- The admin who did it; NULL: the panel, following its rules.
    actor_id             INTEGER REFERENCES users (id),
    created_at           INTEGER NOT NULL,
    -- At most one side is a user.
    user_id              INTEGER GENERATED ALWAYS AS (nullif(max(debit_account_id, credit_account_id, 0), 0)) VIRTUAL
) STRICT;

CREATE INDEX transfers_by_user ON transfers (user_id, id);
CREATE INDEX transfers_by_user_kind ON transfers (user_id, kind, id);
CREATE INDEX transfers_by_order ON transfers (order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX transfers_by_deposit ON transfers (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE INDEX transfers_by_bank_transaction ON transfers (bank_transaction_id) WHERE bank_transaction_id IS NOT NULL;
CREATE INDEX transfers_by_actor ON transfers (actor_id) WHERE actor_id IS NOT NULL;

CREATE TRIGGER transfers_follow_their_kind BEFORE INSERT ON transfers
WHEN NOT EXISTS (
    SELECT 1 FROM transfer_kinds
    WHERE kind = NEW.kind AND debit = min(NEW.debit_account_id, 0) AND credit = min(NEW.credit_account_id, 0)
        AND (NOT needs_order OR NEW.order_id IS NOT NULL))
BEGIN
    SELECT RAISE(ABORT, 'no kind of transfer moves between these accounts');
END;

CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers
BEGIN
    UPDATE accounts
    SET balance = NEW.debit_balance_after,
        spent = spent + iif(NEW.credit_account_id = -2, NEW.amount, 0),
        earned = earned - iif(NEW.credit_account_id = -3, NEW.amount, 0),
        last_transfer_id = NEW.id
    WHERE id = NEW.debit_account_id;
    UPDATE accounts
    SET balance = NEW.credit_balance_after,
        spent = spent - iif(NEW.debit_account_id = -2, NEW.amount, 0),
        earned = earned + iif(NEW.debit_account_id = -3, NEW.amount, 0),
        last_transfer_id = NEW.id
    WHERE id = NEW.credit_account_id;
END;

-- A balance moves by exactly the one new transfer that touches the account, and by nothing else: every earlier
-- transfer has raised last_transfer_id already.
CREATE TRIGGER accounts_follow_transfers BEFORE UPDATE OF id, name, balance, earned, last_transfer_id ON accounts
WHEN NOT EXISTS (
    SELECT 1 FROM transfers AS t
    WHERE t.id = NEW.last_transfer_id
      AND t.id > OLD.last_transfer_id
      AND NEW.id = OLD.id
      AND NEW.name = OLD.name
      AND NEW.unreleased = OLD.unreleased
      AND CASE OLD.id
          WHEN t.debit_account_id THEN
              NEW.balance = OLD.balance - t.amount
              AND NEW.spent = OLD.spent + iif(t.credit_account_id = -2, t.amount, 0)
              AND NEW.earned = OLD.earned - iif(t.credit_account_id = -3, t.amount, 0)
          WHEN t.credit_account_id THEN
              NEW.balance = OLD.balance + t.amount
              AND NEW.spent = OLD.spent - iif(t.debit_account_id = -2, t.amount, 0)
              AND NEW.earned = OLD.earned + iif(t.debit_account_id = -3, t.amount, 0)
          ELSE 0 END)
BEGIN
    SELECT RAISE(ABORT, 'a balance changes only with a transfer');
END;

-- What an order holds back is no spending yet.
CREATE TRIGGER orders_release_spending AFTER UPDATE OF unreleased ON orders WHEN NEW.unreleased <> OLD.unreleased
BEGIN
    UPDATE accounts
    SET spent = spent + OLD.unreleased - NEW.unreleased, unreleased = unreleased + NEW.unreleased - OLD.unreleased
    WHERE id = NEW.user_id;
END;

CREATE TRIGGER accounts_hold_back_spending BEFORE UPDATE OF spent, unreleased ON accounts
WHEN NEW.last_transfer_id = OLD.last_transfer_id AND NEW.spent + NEW.unreleased <> OLD.spent + OLD.unreleased
BEGIN
    SELECT RAISE(ABORT, 'a balance changes only with a transfer');
END;

-- SQLite would let an INSERT OR REPLACE, or one with an id of its own, write over or before what is there.
CREATE TRIGGER transfers_come_last BEFORE INSERT ON transfers
WHEN NEW.id IS NOT NULL AND NEW.id <= (SELECT coalesce(max(id), 0) FROM transfers) AND NEW.id <> -1
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER transfers_do_not_change BEFORE UPDATE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER transfers_stay BEFORE DELETE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
