-- What came from another panel, by its id there: moving in again changes nothing.

CREATE TABLE moved (
    -- Which kind of panel: `smartpanel`, …
    panel  TEXT    NOT NULL,
    kind   TEXT    NOT NULL,
    old_id TEXT    NOT NULL CHECK (length(old_id) BETWEEN 1 AND 255),
    new_id INTEGER NOT NULL,
    PRIMARY KEY (panel, kind, old_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX moved_by_new_id ON moved (kind, new_id);
