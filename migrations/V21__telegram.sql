-- Customers who are told by Telegram: whose chat is whose, and the bot that speaks there. What they are told waits in
-- the operator's outbox.

-- Whose chat it goes to; NULL: the operator's.
ALTER TABLE notices ADD COLUMN chat INTEGER;
-- In which language.
ALTER TABLE notices ADD COLUMN language TEXT CHECK ((language IS NULL) = (chat IS NULL));
-- The customer whom it tells; NULL: it answers whoever wrote to the bot.
ALTER TABLE notices ADD COLUMN user_id INTEGER REFERENCES users (id);

CREATE INDEX notices_by_chat ON notices (chat, created_at) WHERE chat IS NOT NULL;
CREATE INDEX notices_pending_by_chat ON notices (id) WHERE state = 'pending' AND chat IS NOT NULL;
CREATE INDEX notices_pending_by_user ON notices (user_id) WHERE state = 'pending' AND user_id IS NOT NULL;

CREATE TABLE telegram_bot (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    -- The number in front of its token's colon; NULL: there is none. All the rest is about this one.
    bot         INTEGER,
    -- As in t.me/NAME; NULL: Telegram was not asked yet.
    name        TEXT,
    named_at    INTEGER,
    -- The first of its messages that was not read, and when the one before it was.
    next_update INTEGER,
    heard_at    INTEGER,
    -- Why its messages cannot be read; NULL while all is well.
    trouble     TEXT
) STRICT;

INSERT INTO telegram_bot (one) VALUES (1);

-- A chat belongs to one customer, and a customer has one. Choices outlive the chat.
CREATE TABLE telegram_chats (
    user_id   INTEGER PRIMARY KEY REFERENCES users (id),
    -- A link counts while the panel speaks by the bot that it was made with.
    bot       INTEGER CHECK ((bot IS NULL) = (chat IS NULL)),
    chat      INTEGER CHECK (chat > 0),
    name      TEXT    CHECK ((name IS NULL) = (chat IS NULL)),
    linked_at INTEGER CHECK ((linked_at IS NULL) = (chat IS NULL)),
    -- What is told.
    deposits  INTEGER NOT NULL DEFAULT 1 CHECK (deposits IN (0, 1)),
    orders    INTEGER NOT NULL DEFAULT 1 CHECK (orders IN (0, 1)),
    tickets   INTEGER NOT NULL DEFAULT 1 CHECK (tickets IN (0, 1)),
    UNIQUE (bot, chat)
) STRICT;

-- Links that say whose a chat is, by SHA-256 of their token. Each serves once.
CREATE TABLE telegram_links (
    hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    -- What following it does: the customer is told there, or an admin finds the operator's chat.
    purpose    TEXT    NOT NULL CHECK (purpose IN ('customer', 'operator')),
    -- The user's when it was made: another password, a ban, a log-out everywhere or a restore ends it.
    epoch      INTEGER NOT NULL,
    -- Of an operator's link that was followed: the chat that was found.
    chat       INTEGER CHECK (chat IS NULL OR purpose = 'operator'),
    name       TEXT    CHECK ((name IS NULL) = (chat IS NULL)),
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX telegram_links_by_user ON telegram_links (user_id, made_at);
CREATE INDEX telegram_links_by_expiry ON telegram_links (expires_at);
