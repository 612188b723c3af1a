-- What was bought, how far it is on its way to the provider, and what it went through.

CREATE TABLE orders (
    id                  INTEGER PRIMARY KEY,
    user_id             INTEGER NOT NULL REFERENCES users (id),
    service_id          INTEGER NOT NULL REFERENCES services (id),
    -- From here to `charge`, as sold: later changes of the service never touch an order.
    service_name        TEXT    NOT NULL,
    service_type        TEXT    NOT NULL,
    link                TEXT    NOT NULL,
    -- The link as it is compared with others.
    link_key            TEXT    NOT NULL,
    -- Whether its service wants one order for a link at a time: `exclusive_links`, which it follows while it is open.
    one_per_link        INTEGER NOT NULL DEFAULT 0 CHECK (one_per_link IN (0, 1)),
    quantity            INTEGER NOT NULL CHECK (quantity >= 1),
    -- What the type of the service needs besides, as it was given: a JSON object.
    params              TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(params)),
    rate                INTEGER NOT NULL CHECK (rate >= 0),
    discount_percent    INTEGER NOT NULL CHECK (discount_percent BETWEEN 0 AND 100),
    -- Of a drip-feed for all its runs at once.
    charge              INTEGER NOT NULL CHECK (charge >= 0),
    -- It is not sent before this time; NULL: at once.
    start_at            INTEGER,
    -- A drip-feed: so many runs of `quantity` each, the next one so long after the last was sent.
    runs                INTEGER CHECK (runs BETWEEN 2 AND 1000),
    interval_minutes    INTEGER CHECK (interval_minutes BETWEEN 0 AND 10080),
    -- A subscription: paid for so many posts, of `quantity` units together.
    posts               INTEGER CHECK (posts >= 1),
    -- A run of a drip-feed, or a post of a subscription: of which one, and its number there.
    parent_id           INTEGER REFERENCES orders (id),
    run                 INTEGER CHECK (run >= 1),
    refunded            INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND charge),
    -- What of the charge counts as spent only later, when it is released.
    unreleased          INTEGER NOT NULL DEFAULT 0 CHECK (unreleased BETWEEN 0 AND charge - refunded),
    status              TEXT    NOT NULL CHECK (status IN
                            ('pending', 'processing', 'in_progress', 'completed', 'partial', 'canceled')),
    -- Why it was canceled.
    reason              TEXT,
    start_count         INTEGER,
    remains             INTEGER CHECK (remains >= 0),
    dispatch            TEXT    NOT NULL,
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
    provider_mismatch   TEXT,
    -- The provider's sync round in which its status is asked for again; NULL: not any more.
    recheck_round       INTEGER,
    -- The round in which it became final; the pauses between later looks grow with the distance to it.
    final_round         INTEGER,
    -- When it was completed, which the wait for a refill counts from.
    completed_at        INTEGER,
    -- That its customer wants it canceled: when that was asked for, how it stands, and what the operator says to it.
    cancel_requested_at INTEGER,
    cancel_state        TEXT,
    cancel_detail       TEXT,
    cancel_by_support   INTEGER NOT NULL DEFAULT 0 CHECK (cancel_by_support IN (0, 1)),
    -- Open for much longer than its service takes; a job follows it.
    is_slow             INTEGER NOT NULL DEFAULT 0 CHECK (is_slow IN (0, 1)),
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    -- How it counts in the sums by day (V10). One order counts for at most 10^12 units and as much cost: a provider
    -- that reports nonsense must not make a sum overflow, which would refuse the next order.
    day                 INTEGER AS ((created_at + 25200000) / 86400000),
    counted_units       INTEGER AS (iif(parent_id IS NULL, min(quantity * coalesce(runs, 1), 1000000000000), 0)),
    counted_cost        INTEGER AS (iif(coalesce(runs, posts) IS NULL, min(coalesce(cost, 0), 1000000000000), 0)),
    -- How it counts among the ends by day (V10). What its customer took back before it was sent says nothing of its
    -- service.
    ended_as            TEXT AS (iif(status IN ('completed', 'partial', 'canceled') AND coalesce(runs, posts) IS NULL
                            AND (coalesce(reason, '') NOT IN ('canceled_by_customer', 'canceled_by_support')
                            OR provider_order_id IS NOT NULL), status, NULL)),
    -- Seconds from the order, or its `start_at`, to its completion, rounded to two digits; of other ends 0.
    took                INTEGER AS (iif(status = 'completed', CAST(CAST(printf('%.1e',
                            max(completed_at - coalesce(start_at, created_at), 0) / 1000) AS REAL) AS INTEGER), 0)),
    CHECK ((status = 'canceled') = (reason IS NOT NULL)),
    CHECK (status <> 'canceled' OR refunded = charge),
    CHECK (status IN ('partial', 'canceled') OR refunded = 0 OR runs IS NOT NULL),
    CHECK ((runs IS NULL) = (interval_minutes IS NULL)),
    CHECK (runs IS NULL OR parent_id IS NULL),
    CHECK ((dispatch = 'drip_feed') = (runs IS NOT NULL)),
    CHECK (posts IS NULL OR (runs IS NULL AND parent_id IS NULL AND provider_id IS NOT NULL)),
    CHECK ((parent_id IS NULL) = (run IS NULL)),
    -- The money stands on the parent alone.
    CHECK ((parent_id IS NULL) = (charge >= 1)),
    CHECK (dispatch = 'scheduled' OR (dispatch = 'manual') = (provider_id IS NULL)),
    CHECK (dispatch <> 'scheduled' OR (start_at IS NOT NULL AND status = 'pending')),
    CHECK ((provider_id IS NULL) = (provider_service_id IS NULL)),
    CHECK (dispatch <> 'sent' OR provider_order_id IS NOT NULL),
    CHECK (provider_account IS NOT NULL OR (provider_order_id IS NULL AND dispatch <> 'sending')),
    CHECK (dispatch NOT IN ('queued', 'sending', 'review') OR status NOT IN ('completed', 'partial', 'canceled')),
    CHECK ((cancel_state IS NULL) = (cancel_requested_at IS NULL)),
    CHECK (cancel_state NOT IN ('wanted', 'asked') OR status NOT IN ('completed', 'partial', 'canceled'))
) STRICT;

-- Lists show no runs, so their indexes hold none.
CREATE INDEX orders_by_id ON orders (id) WHERE parent_id IS NULL;
CREATE INDEX orders_by_user ON orders (user_id, id) WHERE parent_id IS NULL;
CREATE INDEX orders_by_user_status ON orders (user_id, status, id) WHERE parent_id IS NULL;
CREATE INDEX orders_by_status ON orders (status, id) WHERE parent_id IS NULL;
CREATE INDEX orders_by_service ON orders (service_id, id) WHERE parent_id IS NULL;
CREATE INDEX orders_by_provider ON orders (provider_id, id) WHERE provider_id IS NOT NULL AND parent_id IS NULL;
CREATE UNIQUE INDEX orders_by_run ON orders (parent_id, run) WHERE parent_id IS NOT NULL;
CREATE INDEX orders_runs_by_status ON orders (status, id) WHERE parent_id IS NOT NULL;
CREATE INDEX orders_by_parent ON orders (parent_id, id) WHERE parent_id IS NOT NULL;
-- One id of an account of theirs, one order of ours.
CREATE UNIQUE INDEX orders_by_provider_order ON orders (provider_id, provider_order_id, provider_account)
    WHERE provider_order_id IS NOT NULL;
CREATE INDEX orders_queued ON orders (provider_id, id) WHERE dispatch = 'queued';
CREATE INDEX orders_queued_runs ON orders (provider_id) WHERE dispatch = 'queued' AND parent_id IS NOT NULL;
-- What is under way at a provider, or will be, by what it is for, where that is asked.
CREATE INDEX orders_under_way ON orders (provider_id, link_key, id)
    WHERE one_per_link = 1 AND dispatch IN ('queued', 'sending', 'sent')
        AND status IN ('pending', 'processing', 'in_progress');
-- Those that wait for their time.
CREATE INDEX orders_scheduled ON orders (start_at, id) WHERE dispatch = 'scheduled';
CREATE INDEX orders_sending ON orders (id) WHERE dispatch = 'sending';
CREATE INDEX orders_to_review ON orders (id) WHERE dispatch = 'review' OR provider_mismatch IS NOT NULL;
CREATE INDEX orders_to_cancel ON orders (provider_id, id) WHERE cancel_state = 'wanted';
CREATE INDEX orders_cancel_open ON orders (id) WHERE cancel_state IN ('wanted', 'asked');
CREATE INDEX orders_slow ON orders (id) WHERE is_slow = 1 AND status IN ('pending', 'processing', 'in_progress');
CREATE INDEX orders_by_hand ON orders (id)
    WHERE dispatch = 'manual' AND status IN ('pending', 'processing', 'in_progress');
CREATE INDEX orders_to_recheck ON orders (provider_id, recheck_round, id) WHERE recheck_round IS NOT NULL;

-- The indexes of what is queued, being sent or asked for find those.
CREATE TRIGGER orders_follow_exclusive_links AFTER UPDATE OF exclusive_links ON services
WHEN NEW.exclusive_links <> OLD.exclusive_links
BEGIN
    UPDATE orders SET one_per_link = NEW.exclusive_links WHERE dispatch = 'queued' AND service_id = NEW.id;
    UPDATE orders SET one_per_link = NEW.exclusive_links WHERE dispatch = 'sending' AND service_id = NEW.id;
    UPDATE orders SET one_per_link = NEW.exclusive_links WHERE recheck_round IS NOT NULL AND service_id = NEW.id;
END;

CREATE TRIGGER orders_begin_fresh BEFORE INSERT ON orders
WHEN NEW.status <> 'pending' OR NEW.refunded <> 0 OR NEW.unreleased <> 0
    OR NEW.dispatch NOT IN ('manual', 'queued', 'scheduled', 'drip_feed')
    OR (NEW.dispatch = 'scheduled') <> (NEW.start_at IS NOT NULL AND NEW.runs IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'an order begins with its charge and nothing else');
END;

CREATE TRIGGER orders_keep_what_was_sold
BEFORE UPDATE OF id, user_id, service_id, service_name, service_type, link, link_key, quantity, params, rate,
    discount_percent, charge, start_at, runs, interval_minutes, posts, parent_id, run, created_at ON orders
BEGIN
    SELECT RAISE(ABORT, 'what was sold does not change');
END;

-- Before it is sent an order may go to another source of its service; whoever may have it, keeps it.
CREATE TRIGGER orders_keep_their_provider BEFORE UPDATE OF provider_id ON orders
WHEN NEW.provider_id IS NOT OLD.provider_id
    AND (OLD.dispatch <> 'queued' OR OLD.provider_order_id IS NOT NULL OR NEW.provider_id IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'an order stays with its provider');
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

-- How far the runs of a drip-feed are.
CREATE TABLE drip_feeds (
    order_id      INTEGER PRIMARY KEY REFERENCES orders (id),
    -- How many runs became orders, and how many of those have ended.
    begun         INTEGER NOT NULL DEFAULT 0 CHECK (begun >= 0),
    ended         INTEGER NOT NULL DEFAULT 0 CHECK (ended BETWEEN 0 AND begun),
    -- When the next run is due. NULL: the last one is not sent yet, or there is none left.
    next_at       INTEGER,
    -- Why the runs that are left do not begin; NULL: they do.
    stopped       TEXT    CHECK (stopped IS NULL OR next_at IS NULL),
    -- Up to this cost of a run the sale is somebody's wish: what it cost when it was sold, or was sent for since.
    accepted_cost INTEGER CHECK (accepted_cost >= 0),
    -- So many of the next runs wait for a person, and why.
    doubtful      INTEGER NOT NULL DEFAULT 0 CHECK (doubtful >= 0),
    doubt         TEXT    CHECK (doubtful = 0 OR doubt IS NOT NULL)
) STRICT;

CREATE INDEX drip_feeds_due ON drip_feeds (next_at, order_id) WHERE next_at IS NOT NULL;

CREATE TRIGGER drip_feeds_are_orders BEFORE INSERT ON drip_feeds
WHEN (SELECT runs FROM orders WHERE id = NEW.order_id) IS NULL
BEGIN
    SELECT RAISE(ABORT, 'a drip-feed is an order with runs');
END;

CREATE TRIGGER drip_feeds_go_forward BEFORE UPDATE ON drip_feeds
WHEN NEW.order_id <> OLD.order_id OR NEW.begun < OLD.begun OR NEW.ended < OLD.ended
    OR NEW.begun > (SELECT runs FROM orders WHERE id = NEW.order_id)
    OR (OLD.stopped IS NOT NULL AND NEW.stopped IS NOT OLD.stopped)
BEGIN
    SELECT RAISE(ABORT, 'no run begins or ends twice');
END;

CREATE TRIGGER drip_feeds_stay BEFORE DELETE ON drip_feeds
BEGIN
    SELECT RAISE(ABORT, 'orders are canceled, not deleted');
END;

-- How far a subscription is. What was done for each post is an order of the provider's, which is kept as an order with
-- this one as its parent.
CREATE TABLE subscriptions (
    order_id INTEGER PRIMARY KEY REFERENCES orders (id),
    -- So many units each post gets at least, and at most.
    least    INTEGER NOT NULL CHECK (least >= 1),
    most     INTEGER NOT NULL CHECK (most >= least),
    -- Its last day, as it was given.
    expiry   TEXT    NOT NULL,
    -- How many posts the provider has reported, with or without an order.
    seen     INTEGER NOT NULL DEFAULT 0 CHECK (seen >= 0),
    -- When the provider said first that it is over. It is settled once what its posts used has been asked for.
    ended_at INTEGER
) STRICT;

CREATE TRIGGER subscriptions_go_forward BEFORE UPDATE ON subscriptions
WHEN NEW.order_id <> OLD.order_id OR NEW.seen < OLD.seen OR NEW.least <> OLD.least OR NEW.most <> OLD.most
    OR NEW.expiry <> OLD.expiry OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
BEGIN
    SELECT RAISE(ABORT, 'no post is taken back');
END;

CREATE TRIGGER subscriptions_stay BEFORE DELETE ON subscriptions
BEGIN
    SELECT RAISE(ABORT, 'orders are canceled, not deleted');
END;

-- The posts of subscriptions: each is an order.
CREATE TABLE subscription_posts (
    order_id  INTEGER PRIMARY KEY REFERENCES orders (id),
    -- What 1,000 units cost us when the post was first heard of, in thousandths of a dong. NULL: nobody knew.
    unit_cost INTEGER CHECK (unit_cost >= 0),
    -- What the provider's currency was worth then.
    exchange_rate TEXT NOT NULL,
    -- How many units it used. NULL: nobody knows yet.
    units     INTEGER CHECK (units >= 0),
    -- Whether the provider was heard about it since the subscription ended.
    is_final  INTEGER NOT NULL DEFAULT 0 CHECK (is_final IN (0, 1))
) STRICT;

CREATE TRIGGER subscription_posts_stay BEFORE DELETE ON subscription_posts
BEGIN
    SELECT RAISE(ABORT, 'orders are canceled, not deleted');
END;

-- Parts of links, written some time after the orders. The rowid is the order's id; `owner` is one trigram that stands
-- for the user, so that a customer's search meets the customer's own orders only.
CREATE VIRTUAL TABLE orders_search USING fts5 (link, owner, content = '', tokenize = 'trigram');

-- What each order went through. Rows never change, and no order moves without one.
--
-- That an order was placed and charged is told by the order and its transfer: buying writes no row here. Nor does a
-- claim; while an order is `sending` the order itself says so, and the row comes with the outcome.
CREATE TABLE order_events (
    id             INTEGER PRIMARY KEY,
    order_id       INTEGER NOT NULL REFERENCES orders (id),
    kind           TEXT    NOT NULL,
    -- How the order stood after it.
    status         TEXT    NOT NULL,
    dispatch       TEXT    NOT NULL,
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
    CHECK ((attempt IS NULL) = (began_at IS NULL)),
    CHECK (attempt IS NOT NULL OR coalesce(duration_ms, request, answer, balance_before, balance_after) IS NULL)
) STRICT;

CREATE INDEX order_events_by_order ON order_events (order_id);
CREATE INDEX order_events_by_actor ON order_events (actor_id) WHERE actor_id IS NOT NULL;

CREATE TRIGGER order_events_come_last BEFORE INSERT ON order_events
WHEN NEW.id IS NOT NULL AND NEW.id <= (SELECT coalesce(max(id), 0) FROM order_events) AND NEW.id <> -1
BEGIN
    SELECT RAISE(ABORT, 'the events of orders are append-only');
END;

CREATE TRIGGER order_events_do_not_change BEFORE UPDATE ON order_events
BEGIN
    SELECT RAISE(ABORT, 'the events of orders are append-only');
END;

CREATE TRIGGER order_events_stay BEFORE DELETE ON order_events
BEGIN
    SELECT RAISE(ABORT, 'the events of orders are append-only');
END;

-- The event is written first and says where the order goes; a claim, which has none, takes an order off the queue only.
CREATE TRIGGER orders_move_with_an_event BEFORE UPDATE OF status, dispatch, refunded ON orders
WHEN (NEW.status, NEW.dispatch, NEW.refunded) <> (OLD.status, OLD.dispatch, OLD.refunded)
    AND CASE NEW.dispatch
        WHEN 'sending' THEN OLD.dispatch <> 'queued' OR NEW.refunded <> OLD.refunded
        ELSE (NEW.status, NEW.dispatch, NEW.refunded) IS NOT (SELECT status, dispatch, refunded FROM order_events
            WHERE order_id = NEW.id ORDER BY id DESC LIMIT 1) END
BEGIN
    SELECT RAISE(ABORT, 'an order moves only with an event');
END;

-- What clients call their orders: a reference stands for its first order for ever.
CREATE TABLE order_references (
    user_id   INTEGER NOT NULL REFERENCES users (id),
    reference TEXT    NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
    -- SHA-256 of all that was asked for under it.
    content   BLOB    NOT NULL CHECK (length(content) = 32),
    order_id  INTEGER NOT NULL REFERENCES orders (id),
    PRIMARY KEY (user_id, reference)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER order_references_do_not_change BEFORE UPDATE ON order_references
BEGIN
    SELECT RAISE(ABORT, 'a reference stands for its first order');
END;

CREATE TRIGGER order_references_stay BEFORE DELETE ON order_references
BEGIN
    SELECT RAISE(ABORT, 'a reference stands for its first order');
END;

-- The newest order of each content without a reference, while an equal one may be its repetition.
CREATE TABLE order_contents (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    content    BLOB    NOT NULL CHECK (length(content) = 32),
    order_id   INTEGER NOT NULL REFERENCES orders (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, content)
) STRICT, WITHOUT ROWID;

CREATE INDEX order_contents_by_time ON order_contents (created_at);

-- Who holds the link sees how far the order is, without an account.
CREATE TABLE order_shares (
    order_id INTEGER PRIMARY KEY REFERENCES orders (id),
    token    TEXT    NOT NULL UNIQUE
) STRICT;
