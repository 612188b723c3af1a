-- What customers ask to be topped up after an order was completed, and how far that is.

CREATE TABLE refills (
    id                INTEGER PRIMARY KEY,
    order_id          INTEGER NOT NULL REFERENCES orders (id),
    user_id           INTEGER NOT NULL REFERENCES users (id),
    service_id        INTEGER NOT NULL REFERENCES services (id),
    status            TEXT    NOT NULL CHECK (status IN ('pending', 'in_progress', 'completed', 'rejected')),
    -- What the operator says to it.
    reason            TEXT,
    dispatch          TEXT    NOT NULL,
    -- The account that took the order, and its id of it; none where it is done by hand.
    provider_id       INTEGER REFERENCES providers (id),
    provider_account  INTEGER CHECK (provider_account >= 1),
    provider_order_id TEXT,
    -- That account's id of the refill.
    provider_refill_id TEXT,
    -- How often it was claimed for sending, and when last.
    attempts          INTEGER NOT NULL DEFAULT 0,
    attempted_at      INTEGER,
    -- What the last attempt came to, for the operator's eyes.
    note              TEXT,
    -- Whether the operator was told that there is no news of it.
    is_told           INTEGER NOT NULL DEFAULT 0 CHECK (is_told IN (0, 1)),
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    CHECK ((provider_id IS NULL) = (provider_order_id IS NULL)),
    CHECK ((provider_id IS NULL) = (provider_account IS NULL)),
    CHECK (dispatch = 'manual' OR provider_id IS NOT NULL),
    CHECK (dispatch <> 'sent' OR provider_refill_id IS NOT NULL),
    CHECK (dispatch NOT IN ('queued', 'sending', 'review') OR status IN ('pending', 'in_progress'))
) STRICT;

-- One at a time.
CREATE UNIQUE INDEX refills_open_by_order ON refills (order_id) WHERE status IN ('pending', 'in_progress');
CREATE INDEX refills_open ON refills (id) WHERE status IN ('pending', 'in_progress');
CREATE INDEX refills_by_order ON refills (order_id, id);
CREATE INDEX refills_by_user ON refills (user_id, id);
CREATE INDEX refills_by_status ON refills (status, id);
CREATE INDEX refills_by_service ON refills (service_id, id);
CREATE INDEX refills_queued ON refills (provider_id, id) WHERE dispatch = 'queued';
CREATE INDEX refills_sending ON refills (id) WHERE dispatch = 'sending';
CREATE INDEX refills_to_review ON refills (id) WHERE dispatch = 'review';
-- Asked for until they end.
CREATE INDEX refills_to_poll ON refills (provider_id, id)
    WHERE dispatch = 'sent' AND status IN ('pending', 'in_progress');
-- One id of an account of theirs, one refill of ours.
CREATE UNIQUE INDEX refills_by_provider_refill ON refills (provider_id, provider_refill_id, provider_account)
    WHERE provider_refill_id IS NOT NULL;

CREATE TRIGGER refills_stay BEFORE DELETE ON refills
BEGIN
    SELECT RAISE(ABORT, 'refills are rejected, not deleted');
END;

CREATE TRIGGER refills_end_once BEFORE UPDATE OF status ON refills
WHEN OLD.status IN ('completed', 'rejected') AND NEW.status <> OLD.status
BEGIN
    SELECT RAISE(ABORT, 'a refill that has ended does not move');
END;

CREATE TRIGGER refills_keep_their_order BEFORE UPDATE OF id, order_id, user_id, service_id, created_at ON refills
BEGIN
    SELECT RAISE(ABORT, 'a refill stays with its order');
END;
