-- From which id on new rows are numbered. A restore raises these, so that no id that was given after the backup is
-- given twice. Empty until then.

CREATE TABLE first_ids (
    name TEXT    PRIMARY KEY CHECK (name IN ('orders', 'refills', 'deposits', 'users', 'tickets')),
    id   INTEGER NOT NULL CHECK (id > 0)
) STRICT, WITHOUT ROWID;
