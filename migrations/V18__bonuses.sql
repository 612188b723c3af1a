-- What users are given beside what they paid: coupons, and bonuses on deposits.

CREATE TABLE coupons (
    id          INTEGER PRIMARY KEY,
    -- Upper case.
    code        TEXT    NOT NULL UNIQUE,
    -- 'percent' and 'amount' come with a deposit, 'free' with the code alone.
    kind        TEXT    NOT NULL CHECK (kind IN ('percent', 'amount', 'free')),
    value       INTEGER NOT NULL CHECK (value >= 1 AND (kind <> 'percent' OR value <= 100)),
    -- The most that a percentage comes to.
    max_bonus   INTEGER CHECK (max_bonus >= 1),
    min_deposit INTEGER NOT NULL DEFAULT 0 CHECK (min_deposit >= 0),
    -- How often it counts, in all and for one user; NULL: as often as anybody likes.
    most_uses   INTEGER CHECK (most_uses >= 1),
    per_user    INTEGER CHECK (per_user >= 1),
    ends_at     INTEGER,
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    used        INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0 AND (most_uses IS NULL OR used <= most_uses)),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE TRIGGER coupons_keep_their_code BEFORE UPDATE OF id, code, kind, created_at ON coupons
BEGIN
    SELECT RAISE(ABORT, 'a coupon keeps its code and kind');
END;

CREATE TRIGGER coupons_stay BEFORE DELETE ON coupons
BEGIN
    SELECT RAISE(ABORT, 'coupons are turned off, not deleted');
END;

-- What was given, and what of it was taken back before it was spent.
CREATE TABLE bonuses (
    id          INTEGER PRIMARY KEY,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    amount      INTEGER NOT NULL CHECK (amount >= 1),
    taken_back  INTEGER NOT NULL DEFAULT 0 CHECK (taken_back BETWEEN 0 AND amount),
    -- All of it is spent once the user was charged so much in all: own money goes first.
    spent_at    INTEGER NOT NULL,
    coupon_id   INTEGER REFERENCES coupons (id),
    -- On which deposit; NULL: on a transfer without one, or on none.
    deposit_id  INTEGER REFERENCES deposits (id),
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX bonuses_by_user ON bonuses (user_id, id);
CREATE INDEX bonuses_by_deposit ON bonuses (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE INDEX bonuses_by_coupon ON bonuses (coupon_id, user_id) WHERE coupon_id IS NOT NULL;

-- The last wall in any race: the count follows, and its CHECK holds.
CREATE TRIGGER bonuses_use_coupons AFTER INSERT ON bonuses WHEN NEW.coupon_id IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'the user has used the coupon as often as one may') FROM coupons
    WHERE id = NEW.coupon_id
        AND per_user < (SELECT count(*) FROM bonuses WHERE coupon_id = NEW.coupon_id AND user_id = NEW.user_id);
    UPDATE coupons SET used = used + 1 WHERE id = NEW.coupon_id;
END;

CREATE TRIGGER bonuses_keep_the_fact
BEFORE UPDATE OF id, user_id, amount, coupon_id, deposit_id, created_at ON bonuses
BEGIN
    SELECT RAISE(ABORT, 'what was given does not change');
END;

CREATE TRIGGER bonuses_are_not_given_again BEFORE UPDATE OF taken_back ON bonuses
WHEN NEW.taken_back < OLD.taken_back
BEGIN
    SELECT RAISE(ABORT, 'what was taken back stays so');
END;

-- Money that leaves otherwise than by an order leaves less to spend.
CREATE TRIGGER bonuses_are_spent_no_later BEFORE UPDATE OF spent_at ON bonuses
WHEN NEW.spent_at > OLD.spent_at
BEGIN
    SELECT RAISE(ABORT, 'what was given is spent no later');
END;

CREATE TRIGGER bonuses_stay BEFORE DELETE ON bonuses
BEGIN
    SELECT RAISE(ABORT, 'bonuses are kept');
END;
