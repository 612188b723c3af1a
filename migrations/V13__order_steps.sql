-- What each order went through, so that a customer can see where it stands and an admin who did what, and what was
-- said to the provider and by it. Rows never change, and no order moves without one.
-- Reads every order once and writes a row for each that has moved; a few seconds for a million.
--
-- That an order was placed and charged is told by the order and its transfer: buying writes no row here. Nor does a
-- claim; while an order is `sending` the order itself says so, and the row comes with the outcome.

CREATE TABLE order_steps (
    id             INTEGER PRIMARY KEY,
    order_id       INTEGER NOT NULL REFERENCES orders (id),
    kind           TEXT    NOT NULL,
    -- How the order stood after it.
    status         TEXT    NOT NULL CHECK (status IN
                       ('pending', 'processing', 'in_progress', 'completed', 'partial', 'canceled')),
    dispatch       TEXT    NOT NULL CHECK (dispatch IN ('manual', 'queued', 'sent', 'refused', 'review')),
    refunded       INTEGER NOT NULL CHECK (refunded >= 0),
    -- What was said, for the operator's eyes; of 'taken' and 'linked' the provider's id of the order.
    note           TEXT,
    -- The admin who did it. NULL with an admin's kind: the command line.
    actor_id       INTEGER REFERENCES users (id),
    -- The attempt to send that came to this, and when it was claimed.
    attempt        INTEGER CHECK (attempt >= 1),
    began_at       INTEGER,
    duration_ms    INTEGER CHECK (duration_ms >= 0),
    -- The fields as a JSON object, without the key.
    request        TEXT    CHECK (request IS NULL OR json_valid(request)),
    -- HTTP status and body, shortened; NULL: there was no answer.
    answer         TEXT,
    -- Of a parked order: the operator's money at the provider, as the provider writes it.
    balance_before TEXT,
    balance_after  TEXT,
    created_at     INTEGER NOT NULL,
    CHECK (CASE kind
        WHEN 'earlier'      THEN attempt IS NULL
        WHEN 'taken'        THEN dispatch = 'sent' AND attempt IS NOT NULL
        WHEN 'refused'      THEN dispatch = 'refused' AND status = 'canceled' AND attempt IS NOT NULL
        WHEN 'not_sent'     THEN dispatch = 'queued' AND attempt IS NOT NULL
        WHEN 'held'         THEN dispatch = 'queued' AND attempt IS NOT NULL
        WHEN 'parked'       THEN dispatch = 'review'
        WHEN 'reported'     THEN dispatch = 'sent' AND attempt IS NULL
        WHEN 'contradicted' THEN dispatch = 'sent' AND attempt IS NULL AND note IS NOT NULL
        WHEN 'agreed'       THEN dispatch = 'sent' AND attempt IS NULL
        WHEN 'status_set'   THEN dispatch IN ('manual', 'sent', 'refused') AND attempt IS NULL
        WHEN 'resent'       THEN dispatch = 'queued' AND attempt IS NULL
        WHEN 'linked'       THEN dispatch = 'sent' AND attempt IS NULL
        WHEN 'withdrawn'    THEN dispatch = 'refused' AND status = 'canceled' AND attempt IS NULL
        WHEN 'acknowledged' THEN attempt IS NULL
        ELSE 0 END),
    CHECK (actor_id IS NULL OR kind IN ('status_set', 'resent', 'linked', 'withdrawn', 'acknowledged')),
    CHECK ((attempt IS NULL) = (began_at IS NULL)),
    CHECK (attempt IS NOT NULL OR coalesce(duration_ms, request, answer, balance_before, balance_after) IS NULL),
    CHECK (kind = 'parked' OR coalesce(balance_before, balance_after) IS NULL)
) STRICT;

CREATE INDEX order_steps_by_order ON order_steps (order_id);
CREATE INDEX order_steps_by_actor ON order_steps (actor_id) WHERE actor_id IS NOT NULL;

-- Of what moved before, only the outcome is known.
INSERT INTO order_steps (order_id, kind, status, dispatch, refunded, note, created_at)
SELECT id, 'earlier', status, dispatch, refunded, iif(dispatch IN ('review', 'refused'), dispatch_note, NULL),
    updated_at
FROM orders WHERE status <> 'pending' OR dispatch NOT IN ('manual', 'queued', 'sending') ORDER BY id;

CREATE TRIGGER order_steps_come_last BEFORE INSERT ON order_steps
WHEN NEW.id IS NOT NULL AND NEW.id <= (SELECT coalesce(max(id), 0) FROM order_steps) AND NEW.id <> -1
BEGIN
    SELECT RAISE(ABORT, 'the steps of orders are append-only');
END;

CREATE TRIGGER order_steps_do_not_change BEFORE UPDATE ON order_steps
BEGIN
    SELECT RAISE(ABORT, 'the steps of orders are append-only');
END;

CREATE TRIGGER order_steps_stay BEFORE DELETE ON order_steps
BEGIN
    SELECT RAISE(ABORT, 'the steps of orders are append-only');
END;

CREATE TRIGGER orders_begin_fresh BEFORE INSERT ON orders
WHEN NEW.status <> 'pending' OR NEW.dispatch NOT IN ('manual', 'queued') OR NEW.refunded <> 0
BEGIN
    SELECT RAISE(ABORT, 'an order begins with its charge and nothing else');
END;

-- The step is written first and says where the order goes; a claim, which has none, takes an order off the queue only.
CREATE TRIGGER orders_move_with_a_step BEFORE UPDATE OF status, dispatch, refunded ON orders
WHEN (NEW.status, NEW.dispatch, NEW.refunded) <> (OLD.status, OLD.dispatch, OLD.refunded)
    AND CASE NEW.dispatch
        WHEN 'sending' THEN OLD.dispatch <> 'queued' OR NEW.refunded <> OLD.refunded
        ELSE (NEW.status, NEW.dispatch, NEW.refunded) IS NOT (SELECT status, dispatch, refunded FROM order_steps
            WHERE order_id = NEW.id ORDER BY id DESC LIMIT 1) END
BEGIN
    SELECT RAISE(ABORT, 'an order moves only with a step');
END;
