-- What providers call the categories of what is sold of them. Empty at first: the next look at a list fills it.

CREATE TABLE listed_categories (
    service_id INTEGER PRIMARY KEY REFERENCES services (id),
    -- As the provider of the service lists it.
    name       TEXT    NOT NULL
) STRICT;

CREATE INDEX listed_categories_by_name ON listed_categories (name, service_id);
