-- What is known of the backups in the panel's folder. The folder itself says which there are.

-- A backup that was proven. A file of that name with another size or time of change is not the one that was.
CREATE TABLE backups (
    name        TEXT    PRIMARY KEY,
    size        INTEGER NOT NULL CHECK (size > 0),
    -- When the file was last changed, in nanoseconds since 1970.
    modified    INTEGER NOT NULL,
    -- When it was last proven.
    proven_at   INTEGER NOT NULL,
    -- Where it was sent, and when it had arrived.
    uploaded_to TEXT,
    uploaded_at INTEGER,
    CHECK ((uploaded_to IS NULL) = (uploaded_at IS NULL))
) STRICT, WITHOUT ROWID;

-- The last rehearsal of a restore.
CREATE TABLE last_rehearsal (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    at     INTEGER NOT NULL,
    -- Which backup, how long it took and what came of it, as JSON.
    report TEXT    NOT NULL
) STRICT;

-- Why sending backups to the storage failed last; no row: it has not failed since it worked.
CREATE TABLE upload_trouble (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    at   INTEGER NOT NULL,
    -- The code with its figures, as JSON.
    note TEXT    NOT NULL
) STRICT;
