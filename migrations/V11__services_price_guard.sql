-- What the price guard knows of a service.
-- Three empty columns; instant at any size.

-- Why the guard took it off sale; NULL where it did not. Whoever is paused is not active, and whoever the operator
-- turned off is not paused, so that resuming never turns on what the operator turned off.
ALTER TABLE services ADD COLUMN paused TEXT CHECK (paused IS NULL
    OR (active = 0 AND paused IN ('cost_jump', 'below_margin', 'vanished', 'changed')));

-- The cost before the jump it was paused for.
ALTER TABLE services ADD COLUMN cost_before INTEGER CHECK (cost_before >= 0);

-- Up to this cost the operator sells it at its rate, although that is too low.
ALTER TABLE services ADD COLUMN accepted_cost INTEGER CHECK (accepted_cost >= 0);
