-- Who may come in, and what the operator has set.
-- Empty database only; instant.

CREATE TABLE users (
    id            INTEGER PRIMARY KEY CHECK (id > 0),
    username      TEXT    NOT NULL UNIQUE CHECK (username = lower(username) AND length(username) BETWEEN 3 AND 32),
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    role          TEXT    NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
    banned        INTEGER NOT NULL DEFAULT 0 CHECK (banned IN (0, 1)),
    -- Part of every token; raising it ends all of the user's sessions at once.
    token_epoch   INTEGER NOT NULL DEFAULT 0,
    -- SHA-256 of the reseller key; the key itself is shown once and not kept.
    api_key_hash  BLOB    UNIQUE,
    referral_code TEXT    NOT NULL UNIQUE,
    -- Always somebody who was there before, so referrals cannot form a circle.
    referrer_id   INTEGER REFERENCES users (id) CHECK (referrer_id < id),
    created_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX users_by_referrer ON users (referrer_id, id) WHERE referrer_id IS NOT NULL;

-- The costs of the hashes in use: checking any password takes as long as the highest of them.
CREATE INDEX users_by_cost ON users (substr(password_hash, 5, 2));

CREATE INDEX users_admins ON users (id) WHERE role = 'admin';

CREATE TRIGGER users_keep_their_referrer BEFORE UPDATE OF id, referrer_id ON users
WHEN NEW.referrer_id IS NOT OLD.referrer_id OR NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'the referrer is set at registration only');
END;

CREATE TRIGGER users_stay BEFORE DELETE ON users
BEGIN
    SELECT RAISE(ABORT, 'users are banned, not deleted');
END;

-- Parts of names and e-mail addresses, for the search in the admin panel. The rowid is the user's id.
CREATE VIRTUAL TABLE users_search USING fts5 (text, content = '', tokenize = 'trigram');

-- Single sessions that were logged out before their time.
CREATE TABLE revoked_tokens (
    token_id   TEXT    PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX revoked_tokens_by_user ON revoked_tokens (user_id);
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tiers (
    level            INTEGER PRIMARY KEY CHECK (level BETWEEN 1 AND 4),
    name             TEXT    NOT NULL,
    min_spent        INTEGER NOT NULL CHECK (min_spent >= 0 AND (level > 1 OR min_spent = 0)),
    discount_percent INTEGER NOT NULL CHECK (discount_percent BETWEEN 0 AND 100)
) STRICT;

INSERT INTO tiers (level, name, min_spent, discount_percent)
VALUES (1, 'Cấp 1', 0, 0), (2, 'Cấp 2', 5000000, 3), (3, 'Cấp 3', 20000000, 5), (4, 'VIP', 50000000, 10);
