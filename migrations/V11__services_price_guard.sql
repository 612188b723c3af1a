-- What the price guard knows of a service.
-- Four empty columns; instant at any size.

-- Why the guard took it off sale; NULL where it did not. Whoever is paused is not active, and whoever the operator
-- turned off is not paused, so that resuming never turns on what the operator turned off.
ALTER TABLE services ADD COLUMN paused TEXT CHECK (paused IS NULL
    OR (active = 0 AND paused IN ('cost_jump', 'below_margin', 'vanished', 'changed', 'refused', 'moved')));

-- The cost before the jump it was paused for.
ALTER TABLE services ADD COLUMN cost_before INTEGER CHECK (cost_before >= 0);

-- Up to this cost the operator sells it at its rate, although that is too low.
ALTER TABLE services ADD COLUMN accepted_cost INTEGER CHECK (accepted_cost >= 0);

-- The provider's rate as it listed it last, in its own currency: what the cost is made of whenever the exchange rate
-- changes. NULL: it was not looked at since the cost was set by hand.
ALTER TABLE services ADD COLUMN listed_rate TEXT CHECK (length(listed_rate) > 0);
