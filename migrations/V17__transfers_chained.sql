-- Each transfer of a user names the one before it, so that a statement follows the chain. An index by user would cost a
-- page of the log for each transfer, because every user's end of it is another page.
-- Copies every transfer once; about ten seconds for a million.

DROP TRIGGER accounts_follow_transfers;
DROP TRIGGER transfers_move_balances;
DROP TRIGGER transfers_come_last;
DROP TRIGGER transfers_do_not_change;
DROP TRIGGER transfers_stay;
DROP TRIGGER transfers_add_up;

-- References are checked at the commit, see V16.
CREATE TABLE transfers_new (
    id                   INTEGER PRIMARY KEY,
    debit_account_id     INTEGER NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    credit_account_id    INTEGER NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    amount               INTEGER NOT NULL CHECK (amount >= 1),
    kind                 TEXT    NOT NULL,
    -- Names the cause; the same cause can be posted once only.
    key                  TEXT    NOT NULL UNIQUE,
    order_id             INTEGER REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    deposit_id           INTEGER REFERENCES deposits (id) DEFERRABLE INITIALLY DEFERRED,
    bank_transaction_id  INTEGER REFERENCES bank_transactions (id) DEFERRABLE INITIALLY DEFERRED,
    debit_balance_after  INTEGER NOT NULL,
    credit_balance_after INTEGER NOT NULL,
    description          TEXT    NOT NULL,
    -- The admin who did it; NULL: the panel, following its rules.
    actor_id             INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    created_at           INTEGER NOT NULL,
    -- The user's transfer before this one; 0: there is none, or no user.
    previous_id          INTEGER NOT NULL CHECK (previous_id BETWEEN 0 AND id - 1),
    -- Users never pay each other, so at most one side is a user. No function, see V16.
    user_id              INTEGER GENERATED ALWAYS AS (CASE
                             WHEN debit_account_id > 0 THEN debit_account_id
                             WHEN credit_account_id > 0 THEN credit_account_id END) VIRTUAL,
    CHECK (user_id IS NOT NULL OR previous_id = 0),
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
        ELSE 0 END),
    -- So that an order's charge is found without an index by order.
    CHECK (kind <> 'order' OR key = 'order:' || order_id)
) STRICT;

INSERT INTO transfers_new (id, debit_account_id, credit_account_id, amount, kind, key, order_id, deposit_id,
    bank_transaction_id, debit_balance_after, credit_balance_after, description, actor_id, created_at, previous_id)
SELECT id, debit_account_id, credit_account_id, amount, kind, key, order_id, deposit_id, bank_transaction_id,
    debit_balance_after, credit_balance_after, description, actor_id, created_at,
    iif(user_id IS NULL, 0, lag(id, 1, 0) OVER (PARTITION BY user_id ORDER BY id))
FROM transfers ORDER BY id;
DROP TABLE transfers;
ALTER TABLE transfers_new RENAME TO transfers;

-- Where the chain of a user can be entered.
CREATE INDEX transfers_milestones ON transfers (user_id, id) WHERE id % 32 = 0;
-- Charges, by far the most, are missing in both: they are found by their key and along the chain.
CREATE INDEX transfers_by_user_kind ON transfers (user_id, kind, id) WHERE kind <> 'order';
CREATE INDEX transfers_by_order ON transfers (order_id, id) WHERE order_id IS NOT NULL AND kind <> 'order';
CREATE INDEX transfers_by_deposit ON transfers (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE INDEX transfers_by_bank_transaction ON transfers (bank_transaction_id) WHERE bank_transaction_id IS NOT NULL;
CREATE INDEX transfers_by_actor ON transfers (actor_id) WHERE actor_id IS NOT NULL;

-- Where the chain of a customer's orders ends, see V16.
ALTER TABLE accounts ADD COLUMN last_order_id INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET last_order_id = o.last FROM (SELECT user_id, max(id) AS last FROM orders GROUP BY user_id) AS o
WHERE accounts.id = o.user_id;

CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers
BEGIN
    UPDATE accounts
    SET balance = NEW.debit_balance_after,
        spent = spent + iif(NEW.kind = 'order', NEW.amount, 0),
        earned = earned - iif(NEW.kind = 'commission_reversal', NEW.amount, 0),
        last_transfer_id = NEW.id,
        last_order_id = iif(NEW.kind = 'order', NEW.order_id, last_order_id)
    WHERE id = NEW.debit_account_id;
    UPDATE accounts
    SET balance = NEW.credit_balance_after,
        spent = spent - iif(NEW.kind = 'refund', NEW.amount, 0),
        earned = earned + iif(NEW.kind = 'commission', NEW.amount, 0),
        last_transfer_id = NEW.id
    WHERE id = NEW.credit_account_id;
END;

-- A balance moves by exactly the one new transfer that touches the account, and by nothing else: every earlier
-- transfer has raised last_transfer_id already. With an order's charge the order becomes the last one of the chain.
-- ROLLBACK, see V16.
CREATE TRIGGER accounts_follow_transfers BEFORE UPDATE ON accounts
WHEN NOT EXISTS (
    SELECT 1 FROM transfers AS t
    WHERE t.id = NEW.last_transfer_id
      AND t.id > OLD.last_transfer_id
      AND NEW.id = OLD.id
      AND NEW.name = OLD.name
      AND (OLD.id < 0 OR t.previous_id = OLD.last_transfer_id)
      AND CASE OLD.id
          WHEN t.debit_account_id THEN
              NEW.balance = OLD.balance - t.amount
              AND NEW.spent = OLD.spent + iif(t.kind = 'order', t.amount, 0)
              AND NEW.earned = OLD.earned - iif(t.kind = 'commission_reversal', t.amount, 0)
              AND NEW.last_order_id = iif(t.kind = 'order', t.order_id, OLD.last_order_id)
              AND (t.kind <> 'order'
                  OR OLD.last_order_id = (SELECT previous_id FROM orders WHERE id = t.order_id))
          WHEN t.credit_account_id THEN
              NEW.balance = OLD.balance + t.amount
              AND NEW.spent = OLD.spent - iif(t.kind = 'refund', t.amount, 0)
              AND NEW.earned = OLD.earned + iif(t.kind = 'commission', t.amount, 0)
              AND NEW.last_order_id = OLD.last_order_id
          ELSE 0 END)
BEGIN
    SELECT RAISE(ROLLBACK, 'a balance changes only with a transfer');
END;

-- SQLite would let an INSERT OR REPLACE, or one with an id of its own, write over or before what is there.
CREATE TRIGGER transfers_come_last BEFORE INSERT ON transfers
WHEN NEW.id IS NOT NULL AND NEW.id <= (SELECT coalesce(max(id), 0) FROM transfers) AND NEW.id <> -1
BEGIN
    SELECT RAISE(ROLLBACK, 'the ledger is append-only');
END;

CREATE TRIGGER transfers_do_not_change BEFORE UPDATE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER transfers_stay BEFORE DELETE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER transfers_add_up AFTER INSERT ON transfers WHEN NEW.kind <> 'order'
BEGIN
    UPDATE daily_money
    SET amount = amount + iif(NEW.kind = 'adjustment' AND NEW.debit_account_id > 0, -NEW.amount, NEW.amount),
        n = n + 1
    WHERE day = (NEW.created_at + 25200000) / 86400000 AND kind = NEW.kind;
    INSERT INTO daily_money (day, kind, amount, n)
    VALUES ((NEW.created_at + 25200000) / 86400000, NEW.kind,
        iif(NEW.kind = 'adjustment' AND NEW.debit_account_id > 0, -NEW.amount, NEW.amount), 1)
    ON CONFLICT (day, kind) DO NOTHING;
END;
