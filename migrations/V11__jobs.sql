-- What background jobs have to remember over a restart.

-- The last proof of the ledger.
CREATE TABLE last_audit (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    at          INTEGER NOT NULL,
    took_ms     INTEGER NOT NULL CHECK (took_ms >= 0),
    users       INTEGER NOT NULL,
    transfers   INTEGER NOT NULL,
    orders      INTEGER NOT NULL,
    deposits    INTEGER NOT NULL,
    liabilities INTEGER NOT NULL,
    suspense    INTEGER NOT NULL,
    -- How many things did not hold; 0: proven.
    differences INTEGER NOT NULL CHECK (differences >= 0),
    -- The first of them, as a JSON list of sentences.
    first       TEXT    NOT NULL
) STRICT;

-- How far SePay's list of transfers was read.
CREATE TABLE sepay_list (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    -- When it was last read to its end.
    read_at INTEGER NOT NULL
) STRICT;
