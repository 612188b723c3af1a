-- What the authority of the panel's certificate (ACME) has given. Keys are kept as they are, like other secrets.

CREATE TABLE acme_account (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    -- Whose account it is, and for whom: another of either needs another account.
    directory TEXT    NOT NULL,
    email     TEXT,
    -- Its address and key, as JSON.
    account   TEXT    NOT NULL
) STRICT;

CREATE TABLE acme_certificate (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    directory TEXT    NOT NULL,
    -- PEM, both.
    chain     TEXT    NOT NULL,
    key       TEXT    NOT NULL
) STRICT;

-- The attempts that have failed since the last one that did not.
CREATE TABLE acme_failures (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    directory  TEXT    NOT NULL,
    domain     TEXT    NOT NULL,
    failures   INTEGER NOT NULL CHECK (failures > 0),
    -- Until then the authority is left alone.
    not_before INTEGER NOT NULL,
    -- A note, as JSON.
    trouble    TEXT    NOT NULL
) STRICT;
