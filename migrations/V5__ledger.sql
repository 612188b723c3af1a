-- The ledger: every movement of money is one row that never changes.
-- Empty database only; instant.
--
-- A user's account has the user's id; the house's accounts have negative ids. A transfer takes from the debit
-- account and gives to the credit account, so the sum over all accounts is zero by construction.

CREATE TABLE accounts (
    id               INTEGER PRIMARY KEY,
    name             TEXT    NOT NULL,
    balance          INTEGER NOT NULL DEFAULT 0 CHECK (id < 0 OR balance >= 0),
    -- Of a user: what was charged less what was refunded.
    spent            INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    -- Of a user: commission credited less commission taken back.
    earned           INTEGER NOT NULL DEFAULT 0 CHECK (earned >= 0),
    last_transfer_id INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO accounts (id, name)
VALUES (-1, 'bank'), (-2, 'revenue'), (-3, 'commission'), (-4, 'adjustments'), (-5, 'suspense');

CREATE TRIGGER users_have_accounts AFTER INSERT ON users
BEGIN
    INSERT INTO accounts (id, name) VALUES (NEW.id, 'user');
END;

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
    -- Users never pay each other, so at most one side is a user.
    user_id              INTEGER GENERATED ALWAYS AS (nullif(max(debit_account_id, credit_account_id, 0), 0)) VIRTUAL,
    CHECK (CASE kind
        WHEN 'deposit'             THEN debit_account_id IN (-1, -5) AND credit_account_id > 0
        WHEN 'order'               THEN debit_account_id > 0 AND credit_account_id = -2 AND order_id IS NOT NULL
        WHEN 'refund'              THEN debit_account_id = -2 AND credit_account_id > 0 AND order_id IS NOT NULL
        WHEN 'commission'          THEN debit_account_id = -3 AND credit_account_id > 0 AND order_id IS NOT NULL
        WHEN 'commission_reversal' THEN debit_account_id > 0 AND credit_account_id = -3 AND order_id IS NOT NULL
        WHEN 'adjustment'          THEN (debit_account_id = -4 AND credit_account_id > 0)
                                     OR (debit_account_id > 0 AND credit_account_id = -4)
        WHEN 'suspense'            THEN debit_account_id = -1 AND credit_account_id = -5
        WHEN 'suspense_release'    THEN debit_account_id = -5 AND credit_account_id = -1
        ELSE 0 END)
) STRICT;

CREATE INDEX transfers_by_user ON transfers (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX transfers_by_order ON transfers (order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX transfers_by_deposit ON transfers (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE INDEX transfers_by_bank_transaction ON transfers (bank_transaction_id) WHERE bank_transaction_id IS NOT NULL;
CREATE INDEX transfers_by_actor ON transfers (actor_id) WHERE actor_id IS NOT NULL;

CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers
BEGIN
    UPDATE accounts
    SET balance = NEW.debit_balance_after,
        spent = spent + iif(NEW.kind = 'order', NEW.amount, 0),
        earned = earned - iif(NEW.kind = 'commission_reversal', NEW.amount, 0),
        last_transfer_id = NEW.id
    WHERE id = NEW.debit_account_id;
    UPDATE accounts
    SET balance = NEW.credit_balance_after,
        spent = spent - iif(NEW.kind = 'refund', NEW.amount, 0),
        earned = earned + iif(NEW.kind = 'commission', NEW.amount, 0),
        last_transfer_id = NEW.id
    WHERE id = NEW.credit_account_id;
END;

-- A balance moves by exactly the one new transfer that touches the account, and by nothing else: every earlier
-- transfer has raised last_transfer_id already.
CREATE TRIGGER accounts_follow_transfers BEFORE UPDATE ON accounts
WHEN NOT EXISTS (
    SELECT 1 FROM transfers AS t
    WHERE t.id = NEW.last_transfer_id
      AND t.id > OLD.last_transfer_id
      AND NEW.id = OLD.id
      AND NEW.name = OLD.name
      AND CASE OLD.id
          WHEN t.debit_account_id THEN
              NEW.balance = OLD.balance - t.amount
              AND NEW.spent = OLD.spent + iif(t.kind = 'order', t.amount, 0)
              AND NEW.earned = OLD.earned - iif(t.kind = 'commission_reversal', t.amount, 0)
          WHEN t.credit_account_id THEN
              NEW.balance = OLD.balance + t.amount
              AND NEW.spent = OLD.spent - iif(t.kind = 'refund', t.amount, 0)
              AND NEW.earned = OLD.earned + iif(t.kind = 'commission', t.amount, 0)
          ELSE 0 END)
BEGIN
    SELECT RAISE(ABORT, 'a balance changes only with a transfer');
END;

CREATE TRIGGER accounts_begin_empty BEFORE INSERT ON accounts
WHEN NEW.balance <> 0 OR NEW.spent <> 0 OR NEW.earned <> 0 OR NEW.last_transfer_id <> 0
BEGIN
    SELECT RAISE(ABORT, 'an account begins empty');
END;

CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts
BEGIN
    SELECT RAISE(ABORT, 'accounts are kept');
END;

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
