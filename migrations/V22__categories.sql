-- Categories as things of their own, and what customers are told of a service beside its price. One pass over the
-- services, which are thousands at most.

CREATE TABLE categories (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL UNIQUE CHECK (length(name) > 0),
    -- Where it stands among the others.
    position INTEGER NOT NULL,
    -- The platform whose picture it has; NULL: the one that its name speaks of.
    icon     TEXT,
    -- What is in it is there for no customer.
    hidden   INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))
) STRICT;

INSERT INTO categories (name, position)
SELECT category, row_number() OVER (ORDER BY category) FROM (SELECT DISTINCT category FROM services);

-- The default names no category, so that a service without one is refused.
ALTER TABLE services ADD COLUMN category_id INTEGER NOT NULL DEFAULT 0 REFERENCES categories (id);
UPDATE services SET category_id = (SELECT c.id FROM categories AS c WHERE c.name = category);
DROP INDEX services_by_category;
ALTER TABLE services DROP COLUMN category;
CREATE INDEX services_by_category ON services (category_id, id);

-- Its number among those that do the same job.
ALTER TABLE services ADD COLUMN server INTEGER CHECK (server BETWEEN 1 AND 999);
-- What sets it apart from these, in a few words, or why it rests.
ALTER TABLE services ADD COLUMN note TEXT CHECK (length(note) > 0);
ALTER TABLE services ADD COLUMN state TEXT NOT NULL DEFAULT 'ok';

CREATE TRIGGER categories_inserted AFTER INSERT ON categories
BEGIN
    UPDATE catalog_version SET version = version + 1;
END;

CREATE TRIGGER categories_updated AFTER UPDATE ON categories
BEGIN
    UPDATE catalog_version SET version = version + 1;
END;

CREATE TRIGGER categories_deleted AFTER DELETE ON categories
BEGIN
    UPDATE catalog_version SET version = version + 1;
END;
