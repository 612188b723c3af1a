-- What the operator is to be told by Telegram: written with its cause, sent by a job.

CREATE TABLE notices (
    id         INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL,
    -- Of a notice that is given once only; the second one with the key is not written.
    key        TEXT    UNIQUE,
    -- The particulars as JSON. The text is made when it is sent.
    fields     TEXT    NOT NULL,
    -- 'dropped': given up, or no news any more.
    state      TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'dropped')),
    -- Counted before each call, so that an attempt that ends the process is counted too.
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX notices_pending ON notices (id) WHERE state = 'pending';
CREATE INDEX notices_done ON notices (updated_at) WHERE state <> 'pending';

-- What is wrong right now and was told, so that it is told once, and once when it is over.
CREATE TABLE standing_troubles (
    name      TEXT    PRIMARY KEY,
    -- Which of the troubles that one thing can have.
    what      TEXT    NOT NULL,
    notice_id INTEGER NOT NULL,
    since     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notice_channel (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    -- While nobody is there to be told, no notices are written.
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    -- Why nothing goes out; NULL while all is well.
    trouble TEXT,
    sent_at INTEGER
) STRICT;

INSERT INTO notice_channel (one, is_open) VALUES (1, 0);
