-- Orders, and how far each has come on its way to the provider.
-- Empty database only; instant.

CREATE TABLE orders (
    id                  INTEGER PRIMARY KEY,
    user_id             INTEGER NOT NULL REFERENCES users (id),
    service_id          INTEGER NOT NULL REFERENCES services (id),
    -- From here to `charge`, as sold: later changes of the service never touch an order.
    service_name        TEXT    NOT NULL,
    service_type        TEXT    NOT NULL CHECK (service_type IN ('default', 'custom_comments', 'package')),
    link                TEXT    NOT NULL,
    quantity            INTEGER NOT NULL CHECK (quantity >= 1),
    comments            TEXT,
    rate                INTEGER NOT NULL CHECK (rate >= 0),
    discount_percent    INTEGER NOT NULL CHECK (discount_percent BETWEEN 0 AND 100),
    charge              INTEGER NOT NULL CHECK (charge >= 1),
    refunded            INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND charge),
    status              TEXT    NOT NULL CHECK (status IN
                            ('pending', 'processing', 'in_progress', 'completed', 'partial', 'canceled')),
    reason              TEXT    CHECK (reason IN ('provider_refused', 'provider_canceled', 'canceled_by_admin')),
    start_count         INTEGER,
    remains             INTEGER CHECK (remains >= 0),
    dispatch            TEXT    NOT NULL CHECK (dispatch IN
                            ('manual', 'queued', 'sending', 'sent', 'refused', 'review')),
    provider_id         INTEGER REFERENCES providers (id),
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
    CHECK ((status = 'canceled') = (reason IS NOT NULL)),
    CHECK (status <> 'canceled' OR refunded = charge),
    CHECK (status IN ('partial', 'canceled') OR refunded = 0),
    CHECK ((dispatch = 'manual') = (provider_id IS NULL)),
    CHECK ((provider_id IS NULL) = (provider_service_id IS NULL)),
    CHECK (dispatch <> 'sent' OR provider_order_id IS NOT NULL),
    CHECK (provider_account IS NOT NULL OR (provider_order_id IS NULL AND dispatch <> 'sending')),
    CHECK (dispatch NOT IN ('queued', 'sending', 'review') OR status NOT IN ('completed', 'partial', 'canceled'))
) STRICT;

CREATE INDEX orders_by_user ON orders (user_id, id);
CREATE INDEX orders_by_user_status ON orders (user_id, status, id);
CREATE INDEX orders_by_status ON orders (status, id);
CREATE INDEX orders_by_service ON orders (service_id, id);
CREATE INDEX orders_by_provider ON orders (provider_id, id) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX orders_by_provider_order ON orders (provider_id, provider_order_id, provider_account)
    WHERE provider_order_id IS NOT NULL;
CREATE INDEX orders_queued ON orders (provider_id, id) WHERE dispatch = 'queued';
CREATE INDEX orders_sending ON orders (id) WHERE dispatch = 'sending';
CREATE INDEX orders_to_review ON orders (id) WHERE dispatch = 'review' OR contradiction IS NOT NULL;
CREATE INDEX orders_to_recheck ON orders (provider_id, recheck_round, id) WHERE recheck_round IS NOT NULL;

CREATE TRIGGER orders_keep_what_was_sold
BEFORE UPDATE OF id, user_id, service_id, service_name, service_type, link, quantity, comments, rate,
    discount_percent, charge, created_at ON orders
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

-- Parts of links. The rowid is the order's id; `owner` is one trigram that stands for the user, so that a
-- customer's search meets the customer's own orders only.
CREATE VIRTUAL TABLE orders_search USING fts5 (link, owner, content = '', tokenize = 'trigram');

-- What a referrer got for an order of somebody referred.
CREATE TABLE commissions (
    order_id    INTEGER PRIMARY KEY REFERENCES orders (id),
    referrer_id INTEGER NOT NULL REFERENCES users (id),
    referred_id INTEGER NOT NULL REFERENCES users (id),
    percent     INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
    -- What is due on what was finally paid.
    target      INTEGER NOT NULL CHECK (target >= 0),
    -- What was credited less what was taken back; above the target by what the house lost.
    paid        INTEGER NOT NULL CHECK (paid >= target)
) STRICT;

CREATE INDEX commissions_by_referrer ON commissions (referrer_id, referred_id, paid);
CREATE INDEX commissions_by_referred ON commissions (referred_id);
