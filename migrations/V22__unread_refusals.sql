-- Refusals of providers in words that nobody knows, one for each customer since the provider took an order last. From
-- the third customer on the trouble is the provider's and not the orders': its line is held until it takes one.
-- Adds an empty table; instant.

CREATE TABLE unread_refusals (
    provider_id INTEGER NOT NULL REFERENCES providers (id),
    user_id     INTEGER NOT NULL REFERENCES users (id),
    said        TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (provider_id, user_id)
) STRICT, WITHOUT ROWID;
