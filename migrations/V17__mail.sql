-- Letters to users by e-mail: written with their cause, sent by a job.

CREATE TABLE letters (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    address    TEXT    NOT NULL,
    language   TEXT    NOT NULL CHECK (language IN ('vi', 'en')),
    kind       TEXT    NOT NULL,
    -- The particulars as JSON, while it waits. The text is made when it is sent, and so is the token of its link, which
    -- stands nowhere in the clear.
    fields     TEXT    CHECK ((fields IS NOT NULL) = (state = 'waiting')),
    -- 'given_up': it could not be delivered. 'dropped': it was no news any more.
    state      TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given_up', 'dropped')),
    -- Counted before each try, so that one that ends the process is counted too.
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    -- Later it is of no use to anybody.
    expires_at INTEGER NOT NULL,
    -- Why the last try failed.
    why        TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX letters_waiting ON letters (id) WHERE state = 'waiting';
CREATE INDEX letters_done ON letters (updated_at) WHERE state <> 'waiting';
CREATE INDEX letters_given_up ON letters (updated_at) WHERE state = 'given_up';
-- How many a mailbox was sent lately.
CREATE INDEX letters_by_address ON letters (address, created_at);
CREATE INDEX letters_by_user ON letters (user_id, created_at);

CREATE TABLE mail_channel (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    -- While no mail server is set up, no letters are written.
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    -- Why the server takes nothing; NULL while all is well.
    trouble TEXT,
    sent_at INTEGER,
    -- How often somebody asked for a link to another password, whether or not an account has the address.
    asked   INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO mail_channel (one, is_open) VALUES (1, 0);

-- Another e-mail address, which counts once the link that was sent there is followed.
CREATE TABLE email_changes (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id),
    email      TEXT    NOT NULL,
    -- The user's when it was asked for: another password, a ban, or a log-out everywhere ends it.
    epoch      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
