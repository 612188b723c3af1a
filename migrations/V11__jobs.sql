-- What background jobs have to remember over a restart.

-- The last proof of the ledger.
CREATE TABLE last_audit (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    at     INTEGER NOT NULL,
    -- Its figures and the first differences, as JSON.
    report TEXT    NOT NULL
) STRICT;

-- How far SePay's list of transfers was read.
CREATE TABLE sepay_list (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    -- When it was last read to its end.
    read_at INTEGER NOT NULL
) STRICT;
