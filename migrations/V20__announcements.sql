-- What customers are told: by the operator, and by the list of services itself when it changes.

CREATE TABLE announcements (
    -- Never used twice: a list that is open somewhere may still name one that is gone.
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Of what the list says by itself empty: the pages say it in the reader's language.
    title       TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('news', 'service', 'warning')),
    audience    TEXT    NOT NULL CHECK (audience IN ('all', 'customers')),
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER,
    -- What happened to which service, and what it was sold at before and after; NULL: it was not on sale.
    service_id  INTEGER REFERENCES services (id),
    change      TEXT    CHECK ((change IS NULL) = (service_id IS NULL) AND (change IS NULL OR kind = 'service')),
    rate_before INTEGER CHECK (change IS NOT NULL OR rate_before IS NULL),
    rate_after  INTEGER CHECK (change IS NOT NULL OR rate_after IS NULL),
    -- What happened to many services at once is one entry, the group: its own id here, and in those of its services.
    group_id    INTEGER REFERENCES announcements (id)
                CHECK (group_id IS NULL OR (kind = 'service' AND (group_id = id) = (service_id IS NULL))),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CHECK (ends_at IS NULL OR ends_at > starts_at)
) STRICT;

CREATE INDEX announcements_by_kind ON announcements (kind, id);
CREATE INDEX announcements_by_service ON announcements (service_id, id) WHERE service_id IS NOT NULL;
CREATE INDEX announcements_by_group ON announcements (group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX announcements_by_hand ON announcements (id) WHERE service_id IS NULL AND group_id IS NULL;
