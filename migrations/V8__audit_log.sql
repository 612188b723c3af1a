-- Who changed what, and the first answers kept for repeated requests.

CREATE TABLE audit_log (
    id         INTEGER PRIMARY KEY,
    -- NULL: the command line on the server itself.
    actor_id   INTEGER REFERENCES users (id),
    action     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    -- JSON.
    before     TEXT,
    after      TEXT,
    reason     TEXT,
    address    TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audit_log_by_actor ON audit_log (actor_id);
CREATE INDEX audit_log_by_action ON audit_log (action, id);
CREATE INDEX audit_log_by_subject ON audit_log (subject, id);

CREATE TRIGGER audit_log_does_not_change BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_log_stays BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TABLE idempotency_keys (
    user_id     INTEGER NOT NULL REFERENCES users (id),
    key         TEXT    NOT NULL,
    -- SHA-256 of method, path and the body as JSON.
    fingerprint BLOB    NOT NULL,
    status      INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
