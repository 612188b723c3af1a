-- What a referrer got for an order of somebody referred, and how often the link was clicked.

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

-- Each network once a day. Counted in memory first, so a crash loses a minute of it.
CREATE TABLE referral_clicks (
    referrer_id INTEGER PRIMARY KEY REFERENCES users (id),
    clicks      INTEGER NOT NULL CHECK (clicks > 0)
) STRICT;
