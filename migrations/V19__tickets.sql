-- What customers ask the support, and what it answers.

CREATE TABLE tickets (
    id                 INTEGER PRIMARY KEY,
    user_id            INTEGER NOT NULL REFERENCES users (id),
    subject            TEXT    NOT NULL,
    -- 'open' waits for the support, 'answered' for the customer.
    status             TEXT    NOT NULL CHECK (status IN ('open', 'answered', 'closed')),
    -- Who of the staff looks after it.
    assignee_id        INTEGER REFERENCES users (id),
    -- Since when it waits for an answer.
    open_since         INTEGER CHECK ((open_since IS NOT NULL) = (status = 'open')),
    -- Whether somebody has yet to read the other one's last word.
    unread_by_customer INTEGER NOT NULL DEFAULT 0 CHECK (unread_by_customer IN (0, 1)),
    unread_by_staff    INTEGER NOT NULL DEFAULT 1 CHECK (unread_by_staff IN (0, 1)),
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL
) STRICT;

CREATE INDEX tickets_by_user ON tickets (user_id, id);
CREATE INDEX tickets_by_user_and_status ON tickets (user_id, status, id);
CREATE INDEX tickets_by_status ON tickets (status, id);
CREATE INDEX tickets_by_assignee ON tickets (assignee_id, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX tickets_open ON tickets (open_since) WHERE status = 'open';
-- How many a user has that are not closed.
CREATE INDEX tickets_not_closed ON tickets (user_id) WHERE status <> 'closed';

CREATE TRIGGER tickets_stay BEFORE DELETE ON tickets
BEGIN
    SELECT RAISE(ABORT, 'tickets are closed, not deleted');
END;

CREATE TRIGGER tickets_keep_their_customer BEFORE UPDATE OF id, user_id, subject, created_at ON tickets
BEGIN
    SELECT RAISE(ABORT, 'a ticket stays with its customer and subject');
END;

-- Never changed and never deleted: what was said was said.
CREATE TABLE ticket_messages (
    id         INTEGER PRIMARY KEY,
    ticket_id  INTEGER NOT NULL REFERENCES tickets (id),
    sender     TEXT    NOT NULL CHECK (sender IN ('customer', 'support')),
    author_id  INTEGER NOT NULL REFERENCES users (id),
    text       TEXT    NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX ticket_messages_by_ticket ON ticket_messages (ticket_id, id);

CREATE TRIGGER ticket_messages_do_not_change BEFORE UPDATE ON ticket_messages
BEGIN
    SELECT RAISE(ABORT, 'messages do not change');
END;

CREATE TRIGGER ticket_messages_stay BEFORE DELETE ON ticket_messages
BEGIN
    SELECT RAISE(ABORT, 'messages are kept');
END;

CREATE TRIGGER ticket_messages_are_the_customers BEFORE INSERT ON ticket_messages
WHEN NEW.sender = 'customer'
    AND NEW.author_id IS NOT (SELECT user_id FROM tickets WHERE id = NEW.ticket_id)
BEGIN
    SELECT RAISE(ABORT, 'only the customer writes as the customer');
END;

-- What a ticket is about: only what is its customer's own.
CREATE TABLE ticket_orders (
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    order_id  INTEGER NOT NULL REFERENCES orders (id),
    PRIMARY KEY (ticket_id, order_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ticket_orders_are_the_customers BEFORE INSERT ON ticket_orders
WHEN (SELECT user_id FROM orders WHERE id = NEW.order_id)
    IS NOT (SELECT user_id FROM tickets WHERE id = NEW.ticket_id)
BEGIN
    SELECT RAISE(ABORT, 'a ticket is about the own orders of its customer');
END;

CREATE TRIGGER ticket_orders_do_not_change BEFORE UPDATE ON ticket_orders
BEGIN
    SELECT RAISE(ABORT, 'what a ticket is about does not change');
END;

CREATE TABLE ticket_deposits (
    ticket_id  INTEGER NOT NULL REFERENCES tickets (id),
    deposit_id INTEGER NOT NULL REFERENCES deposits (id),
    PRIMARY KEY (ticket_id, deposit_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ticket_deposits_are_the_customers BEFORE INSERT ON ticket_deposits
WHEN (SELECT user_id FROM deposits WHERE id = NEW.deposit_id)
    IS NOT (SELECT user_id FROM tickets WHERE id = NEW.ticket_id)
BEGIN
    SELECT RAISE(ABORT, 'a ticket is about the own deposits of its customer');
END;

CREATE TRIGGER ticket_deposits_do_not_change BEFORE UPDATE ON ticket_deposits
BEGIN
    SELECT RAISE(ABORT, 'what a ticket is about does not change');
END;

-- What the staff answers again and again.
CREATE TABLE canned_answers (
    id         INTEGER PRIMARY KEY,
    title      TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX canned_answers_by_title ON canned_answers (title, id);
