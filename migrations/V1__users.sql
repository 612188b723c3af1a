-- Who may come in, and from where they did.

CREATE TABLE users (
    id            INTEGER PRIMARY KEY CHECK (id > 0),
    -- As it is logged in with. Names that came along from another panel may be longer and shorter than ours.
    username      TEXT    NOT NULL UNIQUE CHECK (username = lower(username) AND length(username) BETWEEN 1 AND 191
                              AND instr(username, '@') = 0),
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    -- Of a hash that came along from another panel: what bcrypt was given there instead of the password. The first
    -- log-in replaces both.
    password_scheme TEXT,
    role          TEXT    NOT NULL DEFAULT 'user',
    banned        INTEGER NOT NULL DEFAULT 0 CHECK (banned IN (0, 1)),
    -- Part of every token; raising it ends all of the user's sessions at once.
    token_epoch   INTEGER NOT NULL DEFAULT 0,
    referral_code TEXT    NOT NULL UNIQUE,
    -- Always somebody who was there before, so referrals cannot form a circle.
    referrer_id   INTEGER REFERENCES users (id) CHECK (referrer_id < id),
    created_at    INTEGER NOT NULL,
    -- To the minutes: kept in memory first, so that a request costs no write.
    last_seen_at  INTEGER,
    -- An order through the reseller API that equals one of so many seconds ago is taken for its repetition.
    repeat_seconds INTEGER NOT NULL DEFAULT 0 CHECK (repeat_seconds BETWEEN 0 AND 600),
    -- That of the last log-in's page: letters are written in it.
    language      TEXT    NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en'))
) STRICT;

CREATE INDEX users_by_referrer ON users (referrer_id, id) WHERE referrer_id IS NOT NULL;
-- The costs of the hashes in use: checking any password takes as long as the highest of them.
CREATE INDEX users_by_cost ON users (substr(password_hash, 5, 2));
CREATE INDEX users_by_foreign_cost ON users (substr(password_hash, 5, 2)) WHERE password_scheme IS NOT NULL;
CREATE INDEX users_admins ON users (id) WHERE role = 'admin';
CREATE INDEX users_support ON users (id) WHERE role = 'support';
CREATE INDEX users_banned ON users (id) WHERE banned = 1;

CREATE TRIGGER users_keep_their_referrer BEFORE UPDATE OF id, referrer_id ON users
WHEN NEW.referrer_id IS NOT OLD.referrer_id OR NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'the referrer is set at registration only');
END;

CREATE TRIGGER users_stay BEFORE DELETE ON users
BEGIN
    SELECT RAISE(ABORT, 'users are banned, not deleted');
END;

-- Keys of the reseller API. A ban deletes them.
CREATE TABLE api_keys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    name         TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 50),
    -- SHA-256 of the key; the key itself is shown once and not kept.
    hash         BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    created_at   INTEGER NOT NULL,
    -- To the minutes, like the users'.
    last_used_at INTEGER,
    -- Where it was used last.
    last_address TEXT,
    UNIQUE (user_id, name)
) STRICT;

-- How often each key was used, by days since 1970-01-01 in Asia/Ho_Chi_Minh. Counted in memory first, so a crash
-- loses a minute of it.
CREATE TABLE api_key_days (
    key_id  INTEGER NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    day     INTEGER NOT NULL,
    -- With it, whatever came of them.
    calls   INTEGER NOT NULL CHECK (calls >= 0),
    -- Of these, those that were answered with an error, and those turned away because there were too many.
    refused INTEGER NOT NULL CHECK (refused >= 0),
    limited INTEGER NOT NULL CHECK (limited >= 0),
    PRIMARY KEY (key_id, day),
    CHECK (refused + limited <= calls)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_key_days_by_day ON api_key_days (day);

-- Parts of names and e-mail addresses, for the search in the admin panel. The rowid is the user's id.
CREATE VIRTUAL TABLE users_search USING fts5 (text, content = '', tokenize = 'trigram');

-- The living sessions, to be looked at. What ends one is the user's epoch, its expiry, or revoked_tokens.
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY,
    token_id     TEXT    NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    epoch        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    -- To the minutes, like the users'.
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    address      TEXT,
    user_agent   TEXT,
    -- Whether a code of the second factor was given in it.
    has_factor   INTEGER NOT NULL CHECK (has_factor IN (0, 1)),
    -- The password was given once more: until then the session may do what asks for that.
    confirmed_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Authenticator apps. One that was not confirmed by a code of its opens and asks nothing.
CREATE TABLE second_factors (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id),
    secret     BLOB    NOT NULL CHECK (length(secret) = 20),
    confirmed  INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),
    -- The last time step of which a code was used: neither it nor one before it serves again.
    last_step  INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

-- What serves once in the place of a code of the app, by SHA-256.
CREATE TABLE recovery_codes (
    user_id INTEGER NOT NULL REFERENCES users (id),
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

-- Links that serve once, by SHA-256 of their token.
CREATE TABLE account_links (
    hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    -- What following it does: set another password, or take over an e-mail address.
    purpose    TEXT    NOT NULL CHECK (purpose IN ('password', 'email')),
    -- The user's when it was made: another password, a ban, a log-out everywhere or a restore ends it.
    epoch      INTEGER NOT NULL,
    -- The admin who made it; NULL: the user asked for it, and it was sent by e-mail.
    made_by    INTEGER REFERENCES users (id),
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_links_by_user ON account_links (user_id, made_at);
CREATE INDEX account_links_by_expiry ON account_links (expires_at);

-- Single sessions that were logged out before their time.
CREATE TABLE revoked_tokens (
    token_id   TEXT    PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX revoked_tokens_by_user ON revoked_tokens (user_id);
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

-- Tries to log in as somebody who exists, the newest of each kind.
CREATE TABLE logins (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    ok         INTEGER NOT NULL CHECK (ok IN (0, 1)),
    -- What was wrong.
    wrong      TEXT    CHECK (wrong IN ('password', 'code', 'session_password', 'session_code', 'link_code'))
                       CHECK ((wrong IS NULL) = ok),
    at         INTEGER NOT NULL,
    address    TEXT,
    user_agent TEXT
) STRICT;

CREATE INDEX logins_by_user ON logins (user_id, id);
CREATE INDEX logins_by_outcome ON logins (user_id, ok, id);
CREATE INDEX logins_by_time ON logins (at);
CREATE INDEX logins_by_address ON logins (address) WHERE ok = 1;

-- Browsers in which a user has logged in, by SHA-256 of their cookie.
CREATE TABLE devices (
    hash    BLOB    NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (hash, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX devices_by_user ON devices (user_id, seen_at);
CREATE INDEX devices_by_time ON devices (seen_at);
