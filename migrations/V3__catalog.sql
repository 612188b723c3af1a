-- What is sold, and who delivers it.

CREATE TABLE providers (
    id               INTEGER PRIMARY KEY,
    name             TEXT    NOT NULL,
    -- NULL: not configured, nothing can be ordered from it.
    api_url          TEXT,
    -- What calls are made with; NULL: none, or the environment's.
    api_key          TEXT    CHECK (length(api_key) > 0),
    -- Address and key come from the environment and cannot be changed in the panel.
    from_environment INTEGER NOT NULL DEFAULT 0 CHECK (from_environment IN (0, 1)),
    currency         TEXT    NOT NULL DEFAULT 'VND',
    -- VND per unit of the provider's currency, a decimal number.
    exchange_rate    TEXT    NOT NULL DEFAULT '1',
    active           INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    -- As the provider writes it, in its own currency.
    balance          TEXT,
    last_sync_at     INTEGER,
    -- Why the last call failed; NULL while all is well.
    trouble          TEXT,
    -- Counts the rounds of the status sync; orders name the round in which they are looked at again.
    sync_round       INTEGER NOT NULL DEFAULT 0,
    -- Which account its order ids belong to: 1, and one more with every move to another address or account.
    account          INTEGER NOT NULL DEFAULT 1 CHECK (account >= 1),
    -- Where that account is, and the fingerprint of the key that opened it. NULL: there never was one.
    account_url      TEXT,
    account_key      TEXT,
    -- The environment's key is another one, and the provider has not been asked yet which account it opens.
    in_doubt         INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1)),
    -- The customer whose panel this provider is: that customer's orders never go there.
    is_user_id       INTEGER REFERENCES users (id)
) STRICT;

INSERT INTO providers (id, name) VALUES (1, 'BUMX');

-- Refusals of providers in words that nobody knows, one for each customer since the provider took an order last. From
-- the third customer on the trouble is the provider's and not the orders': nothing is sent until it takes one.
CREATE TABLE unread_refusals (
    provider_id INTEGER NOT NULL REFERENCES providers (id),
    user_id     INTEGER NOT NULL REFERENCES users (id),
    said        TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (provider_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE services (
    id                  INTEGER PRIMARY KEY,
    name                TEXT    NOT NULL,
    category            TEXT    NOT NULL,
    description         TEXT    NOT NULL DEFAULT '',
    type                TEXT    NOT NULL DEFAULT 'default',
    link_kind           TEXT    NOT NULL DEFAULT 'url',
    -- Thousandths of a dong per 1,000 units; of a package, for one order.
    rate                INTEGER NOT NULL CHECK (rate >= 0),
    min_quantity        INTEGER NOT NULL CHECK (min_quantity >= 1),
    max_quantity        INTEGER NOT NULL CHECK (max_quantity >= min_quantity),
    refill              INTEGER NOT NULL DEFAULT 0 CHECK (refill IN (0, 1)),
    -- So long after its end an order can be refilled; 0: while the service is sold.
    refill_days         INTEGER NOT NULL DEFAULT 0 CHECK (refill_days >= 0),
    cancel              INTEGER NOT NULL DEFAULT 0 CHECK (cancel IN (0, 1)),
    -- Whether it can be bought in runs, which the panel makes.
    dripfeed            INTEGER NOT NULL DEFAULT 0 CHECK (dripfeed IN (0, 1)),
    active              INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    -- NULL: fulfilled by hand.
    provider_id         INTEGER REFERENCES providers (id),
    provider_service_id TEXT,
    -- The provider's rate in thousandths of a dong, like `rate`.
    cost                INTEGER CHECK (cost >= 0),
    -- Why the price guard took it off sale; NULL where it did not. Whoever is paused is not active, and whoever the
    -- operator turned off is not paused, so that resuming never turns on what the operator turned off.
    paused              TEXT    CHECK (paused IS NULL OR active = 0),
    -- The cost before the jump it was paused for.
    cost_before         INTEGER CHECK (cost_before >= 0),
    -- Up to this cost the operator sells it at its rate, although that is too low.
    accepted_cost       INTEGER CHECK (accepted_cost >= 0),
    -- The provider's rate as it listed it last, in its own currency: what the cost is made of whenever the exchange
    -- rate changes. NULL: it was not looked at since the cost was set by hand.
    listed_rate         TEXT    CHECK (length(listed_rate) > 0),
    -- Whether a link may have only one of its orders under way at a provider.
    exclusive_links     INTEGER NOT NULL DEFAULT 0 CHECK (exclusive_links IN (0, 1)),
    -- Ids of the only users who see it, rising, as a JSON list; empty: everybody does.
    visible_to          TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(visible_to)),
    -- The median time from order to completion, in seconds; a job follows it. NULL: too few were completed.
    average_seconds     INTEGER CHECK (average_seconds >= 0),
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    CHECK ((provider_id IS NULL) = (provider_service_id IS NULL))
) STRICT;

CREATE INDEX services_by_provider ON services (provider_id, provider_service_id) WHERE provider_id IS NOT NULL;
CREATE INDEX services_by_category ON services (category, id);

CREATE INDEX services_hidden ON services (id) WHERE visible_to <> '[]';
-- What is on sale below its cost.
CREATE INDEX services_at_loss ON services (id) WHERE active = 1 AND rate < cost;

-- What customers want at hand.
CREATE TABLE favourites (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    service_id INTEGER NOT NULL REFERENCES services (id),
    PRIMARY KEY (user_id, service_id)
) STRICT, WITHOUT ROWID;

-- Of a service with several sources: all of them, in order of preference. The service itself names the one in front,
-- which its cost and limits are of: the first without a problem. A service without rows here has at most one source,
-- and it stands in the service alone.
CREATE TABLE service_sources (
    service_id          INTEGER NOT NULL REFERENCES services (id),
    position            INTEGER NOT NULL CHECK (position >= 1),
    provider_id         INTEGER NOT NULL REFERENCES providers (id),
    provider_service_id TEXT    NOT NULL,
    cost                INTEGER CHECK (cost >= 0),
    cost_before         INTEGER CHECK (cost_before >= 0),
    listed_rate         TEXT    CHECK (length(listed_rate) > 0),
    -- As the provider lists it; NULL: it was not looked at yet.
    min_quantity        INTEGER CHECK (min_quantity >= 1),
    max_quantity        INTEGER CHECK (max_quantity >= min_quantity),
    refill              INTEGER CHECK (refill IN (0, 1)),
    cancel              INTEGER CHECK (cancel IN (0, 1)),
    -- Why it is passed over: what a service with one source would be paused for.
    problem             TEXT,
    PRIMARY KEY (service_id, position),
    UNIQUE (service_id, provider_id, provider_service_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX service_sources_by_provider ON service_sources (provider_id, provider_service_id);

-- What each service was sold at and what it cost, from when on: one row for each change of either.
CREATE TABLE service_prices (
    id         INTEGER PRIMARY KEY,
    service_id INTEGER NOT NULL REFERENCES services (id),
    rate       INTEGER NOT NULL,
    cost       INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX service_prices_by_service ON service_prices (service_id, id);

CREATE TRIGGER services_priced AFTER INSERT ON services
BEGIN
    INSERT INTO service_prices (service_id, rate, cost, created_at) VALUES (NEW.id, NEW.rate, NEW.cost, NEW.created_at);
END;

CREATE TRIGGER services_repriced AFTER UPDATE OF rate, cost ON services
WHEN NEW.rate <> OLD.rate OR NEW.cost IS NOT OLD.cost
BEGIN
    INSERT INTO service_prices (service_id, rate, cost, created_at) VALUES (NEW.id, NEW.rate, NEW.cost, NEW.updated_at);
END;

-- What single customers pay for single services instead of the service's rate. Whether it counts is not written down:
-- it does while it lies above the present cost.
CREATE TABLE own_rates (
    user_id       INTEGER NOT NULL REFERENCES users (id),
    service_id    INTEGER NOT NULL REFERENCES services (id),
    -- Like a service's rate.
    rate          INTEGER NOT NULL CHECK (rate >= 0),
    -- Up to this cost it counts although it lies below. NULL: nobody said so.
    accepted_cost INTEGER CHECK (accepted_cost >= 0),
    PRIMARY KEY (user_id, service_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX own_rates_by_service ON own_rates (service_id);

-- Rises with every change, so that prepared answers know when they are stale.
CREATE TABLE catalog_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;

INSERT INTO catalog_version (one, version) VALUES (1, 1);

CREATE TRIGGER services_inserted AFTER INSERT ON services
BEGIN
    UPDATE catalog_version SET version = version + 1;
END;

CREATE TRIGGER services_updated AFTER UPDATE ON services
BEGIN
    UPDATE catalog_version SET version = version + 1;
END;

CREATE TRIGGER services_stay BEFORE DELETE ON services
BEGIN
    SELECT RAISE(ABORT, 'services are deactivated, not deleted');
END;
