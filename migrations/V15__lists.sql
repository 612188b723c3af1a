-- What admins sort, filter and search their lists by, and when a user was last there.
-- Reads every user, account, deposit, bank transaction and audit entry once; a few seconds for a million of each.

-- To the minutes: kept in memory first, so that a request costs no write.
ALTER TABLE users ADD COLUMN last_seen_at INTEGER;
CREATE INDEX users_banned ON users (id) WHERE banned = 1;

CREATE INDEX accounts_by_spent ON accounts (spent) WHERE id > 0;

CREATE INDEX deposits_by_amount ON deposits (amount, id);

-- Parts of memos and references. The rowid is the bank transaction's id.
CREATE VIRTUAL TABLE bank_transactions_search USING fts5 (content, reference, content = '', tokenize = 'trigram');

INSERT INTO bank_transactions_search (rowid, content, reference)
SELECT id, content, reference FROM bank_transactions ORDER BY id;

CREATE TRIGGER bank_transactions_are_found AFTER INSERT ON bank_transactions
BEGIN
    INSERT INTO bank_transactions_search (rowid, content, reference) VALUES (NEW.id, NEW.content, NEW.reference);
END;

CREATE INDEX audit_log_by_action ON audit_log (action, id);
CREATE INDEX audit_log_by_subject ON audit_log (subject, id);
