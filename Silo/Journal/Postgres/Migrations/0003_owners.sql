-- works-with: 1
-- Whose list a meeting is in. Programs that do not know of owners make meetings without.

ALTER TABLE meetings ADD COLUMN IF NOT EXISTS owner text COLLATE "C";
CREATE INDEX IF NOT EXISTS meetings_by_owner ON meetings (owner, number) WHERE owner IS NOT NULL;
