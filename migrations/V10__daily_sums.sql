-- Sums by day and counts by status, so that the statistics cost the same at any number of orders. Triggers keep them
-- in the transaction of whatever changes them; the audit compares them with what they sum up.
--
-- A day is the number of days since 1970-01-01 in Asia/Ho_Chi_Minh, seven hours ahead all year.

-- Movements of money by the day on which they happened. Charges are missing: they are in `daily_services`.
CREATE TABLE daily_money (
    day    INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    -- Of adjustments and bonuses: what users got less what was taken from them.
    amount INTEGER NOT NULL,
    n      INTEGER NOT NULL CHECK (n >= 1),
    PRIMARY KEY (day, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER transfers_add_up AFTER INSERT ON transfers WHEN NEW.kind <> 'order'
BEGIN
    INSERT INTO daily_money (day, kind, amount, n)
    VALUES ((NEW.created_at + 25200000) / 86400000, NEW.kind,
        iif(NEW.kind IN ('adjustment', 'bonus') AND NEW.debit_account_id > 0, -NEW.amount, NEW.amount), 1)
    ON CONFLICT (day, kind) DO UPDATE SET amount = amount + excluded.amount, n = n + 1;
END;

-- Orders by the day on which they were placed: a later refund or cost changes the sums of that day. A drip-feed is one
-- order there, and so is a subscription; what it costs stands at the days of its runs or posts, which add nothing but
-- their cost.
CREATE TABLE daily_services (
    day         INTEGER NOT NULL,
    service_id  INTEGER NOT NULL,
    -- 0: by hand.
    provider_id INTEGER NOT NULL,
    orders      INTEGER NOT NULL CHECK (orders >= 0),
    units       INTEGER NOT NULL,
    charged     INTEGER NOT NULL,
    refunded    INTEGER NOT NULL,
    cost        INTEGER NOT NULL,
    PRIMARY KEY (day, service_id, provider_id)
) STRICT, WITHOUT ROWID;

-- The same by customer, of which the best ones are known.
CREATE TABLE daily_customers (
    day      INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    orders   INTEGER NOT NULL CHECK (orders >= 0),
    units    INTEGER NOT NULL,
    charged  INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    cost     INTEGER NOT NULL,
    PRIMARY KEY (day, user_id)
) STRICT, WITHOUT ROWID;

-- How many orders have each status now, runs not counted.
CREATE TABLE order_counts (
    status TEXT    PRIMARY KEY,
    n      INTEGER NOT NULL CHECK (n >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO order_counts (status, n)
VALUES ('pending', 0), ('processing', 0), ('in_progress', 0), ('completed', 0), ('partial', 0), ('canceled', 0);

CREATE TRIGGER orders_add_up AFTER INSERT ON orders
BEGIN
    INSERT INTO daily_services (day, service_id, provider_id, orders, units, charged, refunded, cost)
    VALUES (NEW.day, NEW.service_id, coalesce(NEW.provider_id, 0), NEW.parent_id IS NULL, NEW.counted_units, NEW.charge,
        NEW.refunded, NEW.counted_cost)
    ON CONFLICT (day, service_id, provider_id) DO UPDATE SET orders = orders + excluded.orders,
        units = units + excluded.units, charged = charged + excluded.charged, refunded = refunded + excluded.refunded,
        cost = cost + excluded.cost;
    INSERT INTO daily_customers (day, user_id, orders, units, charged, refunded, cost)
    VALUES (NEW.day, NEW.user_id, NEW.parent_id IS NULL, NEW.counted_units, NEW.charge, NEW.refunded, NEW.counted_cost)
    ON CONFLICT (day, user_id) DO UPDATE SET orders = orders + excluded.orders, units = units + excluded.units,
        charged = charged + excluded.charged, refunded = refunded + excluded.refunded, cost = cost + excluded.cost;
    UPDATE order_counts SET n = n + 1 WHERE status = NEW.status AND NEW.parent_id IS NULL;
END;

CREATE TRIGGER orders_sums_follow AFTER UPDATE OF refunded, cost ON orders
WHEN NEW.provider_id IS OLD.provider_id AND (NEW.refunded <> OLD.refunded OR NEW.cost IS NOT OLD.cost)
BEGIN
    UPDATE daily_services
    SET refunded = refunded + NEW.refunded - OLD.refunded, cost = cost + NEW.counted_cost - OLD.counted_cost
    WHERE day = NEW.day AND service_id = NEW.service_id AND provider_id = coalesce(NEW.provider_id, 0);
END;

-- A customer's sums do not ask where an order is.
CREATE TRIGGER orders_sums_of_customers_follow AFTER UPDATE OF refunded, cost ON orders
WHEN NEW.refunded <> OLD.refunded OR NEW.cost IS NOT OLD.cost
BEGIN
    UPDATE daily_customers
    SET refunded = refunded + NEW.refunded - OLD.refunded, cost = cost + NEW.counted_cost - OLD.counted_cost
    WHERE day = NEW.day AND user_id = NEW.user_id;
END;

-- To another source, before it is sent.
CREATE TRIGGER orders_sums_move AFTER UPDATE OF provider_id ON orders WHEN NEW.provider_id IS NOT OLD.provider_id
BEGIN
    UPDATE daily_services
    SET orders = orders - (OLD.parent_id IS NULL), units = units - OLD.counted_units, charged = charged - OLD.charge,
        refunded = refunded - OLD.refunded, cost = cost - OLD.counted_cost
    WHERE day = OLD.day AND service_id = OLD.service_id AND provider_id = coalesce(OLD.provider_id, 0);
    INSERT INTO daily_services (day, service_id, provider_id, orders, units, charged, refunded, cost)
    VALUES (NEW.day, NEW.service_id, coalesce(NEW.provider_id, 0), NEW.parent_id IS NULL, NEW.counted_units, NEW.charge,
        NEW.refunded, NEW.counted_cost)
    ON CONFLICT (day, service_id, provider_id) DO UPDATE SET orders = orders + excluded.orders,
        units = units + excluded.units, charged = charged + excluded.charged, refunded = refunded + excluded.refunded,
        cost = cost + excluded.cost;
END;

CREATE TRIGGER orders_counts_follow AFTER UPDATE OF status ON orders
WHEN NEW.status <> OLD.status AND NEW.parent_id IS NULL
BEGIN
    UPDATE order_counts SET n = n + iif(status = NEW.status, 1, -1) WHERE status IN (OLD.status, NEW.status);
END;

-- How orders ended, by the day on which they were placed, and how long the completed ones took: histograms, of which
-- medians of some days are made. Of a drip-feed each run is counted, and of a subscription each post, for that is what
-- was delivered; what its customer took back before it was sent is not.
CREATE TABLE daily_ends (
    service_id INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    status     TEXT    NOT NULL,
    took       INTEGER NOT NULL CHECK (took >= 0),
    n          INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (service_id, day, status, took)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER orders_ends_add_up AFTER UPDATE OF status, reason, provider_order_id ON orders
WHEN NEW.ended_as IS NOT OLD.ended_as
BEGIN
    UPDATE daily_ends SET n = n - 1
    WHERE service_id = OLD.service_id AND day = OLD.day AND status = OLD.ended_as AND took = OLD.took;
    INSERT INTO daily_ends (service_id, day, status, took, n)
    SELECT NEW.service_id, NEW.day, NEW.ended_as, NEW.took, 1 WHERE NEW.ended_as IS NOT NULL
    ON CONFLICT (service_id, day, status, took) DO UPDATE SET n = n + 1;
END;

CREATE TABLE daily_users (
    day        INTEGER PRIMARY KEY,
    registered INTEGER NOT NULL
) STRICT;

CREATE TRIGGER users_add_up AFTER INSERT ON users
BEGIN
    INSERT INTO daily_users (day, registered) VALUES ((NEW.created_at + 25200000) / 86400000, 1)
    ON CONFLICT (day) DO UPDATE SET registered = registered + 1;
END;
