-- Orders, so that a new one costs fewer writes: no index in which every customer's end is another page, no word list
-- that SQLite builds anew for each row, and no check that makes SQLite copy every page of a statement first.
-- Copies every order once; about ten seconds for a million.

DROP TRIGGER orders_keep_what_was_sold;
DROP TRIGGER orders_refunds_grow;
DROP TRIGGER orders_never_return;
DROP TRIGGER orders_stay;
DROP TRIGGER orders_begin_fresh;
DROP TRIGGER orders_move_with_a_step;
DROP TRIGGER orders_add_up;
DROP TRIGGER orders_sums_follow;
DROP TRIGGER orders_counts_follow;
DROP TRIGGER orders_keep_their_provider;

-- SQLite makes a table of three words and more after IN, at every row; a chain of OR is compared in place.
-- References are checked at the commit: one that is checked at once has SQLite prepare to undo the statement.
CREATE TABLE orders_new (
    id                  INTEGER PRIMARY KEY,
    user_id             INTEGER NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    service_id          INTEGER NOT NULL REFERENCES services (id) DEFERRABLE INITIALLY DEFERRED,
    -- From here to `charge`, as sold: later changes of the service never touch an order.
    service_name        TEXT    NOT NULL,
    service_type        TEXT    NOT NULL CHECK
                            (service_type = 'default' OR service_type = 'custom_comments' OR service_type = 'package'),
    link                TEXT    NOT NULL,
    quantity            INTEGER NOT NULL CHECK (quantity >= 1),
    comments            TEXT,
    rate                INTEGER NOT NULL CHECK (rate >= 0),
    discount_percent    INTEGER NOT NULL CHECK (discount_percent BETWEEN 0 AND 100),
    charge              INTEGER NOT NULL CHECK (charge >= 1),
    refunded            INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND charge),
    status              TEXT    NOT NULL CHECK
                            (status = 'pending' OR status = 'processing' OR status = 'in_progress'
                             OR status = 'completed' OR status = 'partial' OR status = 'canceled'),
    reason              TEXT    CHECK
                            (reason = 'provider_refused' OR reason = 'provider_canceled'
                             OR reason = 'canceled_by_admin'),
    start_count         INTEGER,
    remains             INTEGER CHECK (remains >= 0),
    dispatch            TEXT    NOT NULL CHECK
                            (dispatch = 'manual' OR dispatch = 'queued' OR dispatch = 'sending'
                             OR dispatch = 'sent' OR dispatch = 'refused' OR dispatch = 'review'),
    provider_id         INTEGER REFERENCES providers (id) DEFERRABLE INITIALLY DEFERRED,
    provider_service_id TEXT,
    -- The provider's account that it was claimed for, or parked at.
    provider_account    INTEGER CHECK (provider_account >= 1),
    provider_order_id   TEXT,
    -- What the provider takes, in VND rounded up; an estimate until the provider names its charge.
    cost                INTEGER CHECK (cost >= 0),
    -- How often it was claimed for sending, and when last.
    attempts            INTEGER NOT NULL DEFAULT 0,
    attempted_at        INTEGER,
    -- What the last attempt came to, for the operator's eyes.
    dispatch_note       TEXT,
    -- What the provider said last that could not be followed; NULL while both agree.
    contradiction       TEXT,
    -- The provider's sync round in which its status is asked for again; NULL: not any more.
    recheck_round       INTEGER,
    -- The round in which it became final; the pauses between later looks grow with the distance to it.
    final_round         INTEGER,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    -- The customer's order before this one, 0 before the first: a list of a customer's orders follows this chain.
    previous_id         INTEGER NOT NULL CHECK (previous_id BETWEEN 0 AND id - 1),
    CHECK ((status = 'canceled') = (reason IS NOT NULL)),
    CHECK (status <> 'canceled' OR refunded = charge),
    CHECK (status = 'partial' OR status = 'canceled' OR refunded = 0),
    CHECK ((dispatch = 'manual') = (provider_id IS NULL)),
    CHECK ((provider_id IS NULL) = (provider_service_id IS NULL)),
    CHECK (dispatch <> 'sent' OR provider_order_id IS NOT NULL),
    CHECK (provider_account IS NOT NULL OR (provider_order_id IS NULL AND dispatch <> 'sending')),
    CHECK ((dispatch <> 'queued' AND dispatch <> 'sending' AND dispatch <> 'review')
        OR (status <> 'completed' AND status <> 'partial' AND status <> 'canceled'))
) STRICT;

INSERT INTO orders_new SELECT *, lag(id, 1, 0) OVER (PARTITION BY user_id ORDER BY id) FROM orders ORDER BY id;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;

-- Where the chain of a customer can be entered.
CREATE INDEX orders_milestones ON orders (user_id, id) WHERE id % 32 = 0;
-- A customer's orders of one status. New ones are pending, and would each be written to another page, that of their
-- customer: so the pending ones stand together by the thousand first and by customer then, newest first.
CREATE INDEX orders_by_user_status ON orders (user_id, status, id) WHERE status <> 'pending';
CREATE INDEX orders_pending_by_user ON orders (id >> 10, user_id, id DESC) WHERE status = 'pending';
CREATE INDEX orders_by_status ON orders (status, id);
CREATE INDEX orders_by_service ON orders (service_id, id);
CREATE INDEX orders_by_provider ON orders (provider_id, id) WHERE provider_id IS NOT NULL;
-- One id of an account of theirs, one order of ours.
CREATE UNIQUE INDEX orders_by_provider_order ON orders (provider_id, provider_order_id, provider_account)
    WHERE provider_order_id IS NOT NULL;
CREATE INDEX orders_queued ON orders (provider_id, id) WHERE dispatch = 'queued';
CREATE INDEX orders_sending ON orders (id) WHERE dispatch = 'sending';
CREATE INDEX orders_to_review ON orders (id) WHERE dispatch = 'review' OR contradiction IS NOT NULL;
CREATE INDEX orders_to_recheck ON orders (provider_id, recheck_round, id) WHERE recheck_round IS NOT NULL;

CREATE TRIGGER orders_keep_what_was_sold
BEFORE UPDATE OF id, user_id, service_id, service_name, service_type, link, quantity, comments, rate,
    discount_percent, charge, created_at, previous_id ON orders
BEGIN
    SELECT RAISE(ABORT, 'what was sold does not change');
END;

CREATE TRIGGER orders_refunds_grow BEFORE UPDATE OF refunded ON orders
WHEN NEW.refunded < OLD.refunded
BEGIN
    SELECT RAISE(ABORT, 'a refund is never taken back');
END;

CREATE TRIGGER orders_never_return BEFORE UPDATE OF status ON orders
WHEN (NEW.status = 'pending' AND OLD.status <> 'pending') OR (OLD.status = 'canceled' AND NEW.status <> 'canceled')
BEGIN
    SELECT RAISE(ABORT, 'an order does not move back');
END;

CREATE TRIGGER orders_stay BEFORE DELETE ON orders
BEGIN
    SELECT RAISE(ABORT, 'orders are canceled, not deleted');
END;

-- ROLLBACK, not ABORT, for what runs at every new order: to undo the statement alone, SQLite would have to keep every
-- page that it changes.
CREATE TRIGGER orders_begin_fresh BEFORE INSERT ON orders
WHEN NEW.status <> 'pending' OR NEW.dispatch NOT IN ('manual', 'queued') OR NEW.refunded <> 0
BEGIN
    SELECT RAISE(ROLLBACK, 'an order begins with its charge and nothing else');
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

-- DO UPDATE would have SQLite prepare to undo the statement, and so would min() or any other function: iif and coalesce
-- are none.
CREATE TRIGGER orders_add_up AFTER INSERT ON orders
BEGIN
    UPDATE daily_services
    SET orders = orders + 1,
        units = units + iif(NEW.quantity > 1000000000000, 1000000000000, NEW.quantity),
        charged = charged + NEW.charge,
        refunded = refunded + NEW.refunded,
        cost = cost + iif(NEW.cost > 1000000000000, 1000000000000, coalesce(NEW.cost, 0))
    WHERE day = (NEW.created_at + 25200000) / 86400000
        AND service_id = NEW.service_id AND provider_id = coalesce(NEW.provider_id, 0);
    INSERT INTO daily_services (day, service_id, provider_id, orders, units, charged, refunded, cost)
    VALUES ((NEW.created_at + 25200000) / 86400000, NEW.service_id, coalesce(NEW.provider_id, 0), 1,
        iif(NEW.quantity > 1000000000000, 1000000000000, NEW.quantity), NEW.charge, NEW.refunded,
        iif(NEW.cost > 1000000000000, 1000000000000, coalesce(NEW.cost, 0)))
    ON CONFLICT (day, service_id, provider_id) DO NOTHING;
    UPDATE order_counts SET n = n + 1 WHERE status = NEW.status;
END;

CREATE TRIGGER orders_sums_follow AFTER UPDATE OF refunded, cost ON orders
WHEN NEW.refunded <> OLD.refunded OR NEW.cost IS NOT OLD.cost
BEGIN
    UPDATE daily_services
    SET refunded = refunded + NEW.refunded - OLD.refunded,
        cost = cost + min(coalesce(NEW.cost, 0), 1000000000000) - min(coalesce(OLD.cost, 0), 1000000000000)
    WHERE day = (NEW.created_at + 25200000) / 86400000
        AND service_id = NEW.service_id AND provider_id = coalesce(NEW.provider_id, 0);
END;

CREATE TRIGGER orders_counts_follow AFTER UPDATE OF status ON orders WHEN NEW.status <> OLD.status
BEGIN
    UPDATE order_counts SET n = n + iif(status = NEW.status, 1, -1) WHERE status IN (OLD.status, NEW.status);
END;

-- Its sums would stay with the other provider.
CREATE TRIGGER orders_keep_their_provider BEFORE UPDATE OF provider_id ON orders
WHEN NEW.provider_id IS NOT OLD.provider_id
BEGIN
    SELECT RAISE(ABORT, 'an order stays with its provider');
END;
