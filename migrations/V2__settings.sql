-- What the operator has set.

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tiers (
    level            INTEGER PRIMARY KEY CHECK (level BETWEEN 1 AND 4),
    name             TEXT    NOT NULL,
    min_spent        INTEGER NOT NULL CHECK (min_spent >= 0 AND (level > 1 OR min_spent = 0)),
    discount_percent INTEGER NOT NULL CHECK (discount_percent BETWEEN 0 AND 100)
) STRICT;

INSERT INTO tiers (level, name, min_spent, discount_percent)
VALUES (1, 'Cấp 1', 0, 0), (2, 'Cấp 2', 5000000, 3), (3, 'Cấp 3', 20000000, 5), (4, 'VIP', 50000000, 10);
