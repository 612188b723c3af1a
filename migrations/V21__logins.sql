-- Where users are logged in, in which browsers, and who tried.
-- Adds empty tables; instant.

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
    user_agent   TEXT
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Tries to log in as somebody who exists, the newest of each kind.
CREATE TABLE logins (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    ok         INTEGER NOT NULL CHECK (ok IN (0, 1)),
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
