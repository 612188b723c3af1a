-- Providers can be added in the panel, each with an address and a key of its own.
-- Reads a handful of rows; instant.

-- What calls are made with; NULL: none, or the environment's.
ALTER TABLE providers ADD COLUMN api_key TEXT CHECK (api_key IS NULL OR length(api_key) > 0);
-- Address and key come from the environment and cannot be changed in the panel.
ALTER TABLE providers ADD COLUMN from_environment INTEGER NOT NULL DEFAULT 0 CHECK (from_environment IN (0, 1));

UPDATE providers SET from_environment = 1 WHERE api_url IS NOT NULL;
